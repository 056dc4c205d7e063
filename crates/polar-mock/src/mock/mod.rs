//! A mock that a test shares with the clients under test, and the clock that they use.

mod customer;
mod organization;
mod payment;
mod price;
mod product;
mod purchase;
mod stub;
mod transport;

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use polar_types::Timestamp;
use time::OffsetDateTime;

pub use customer::Customer;
pub use organization::Organization;
pub(crate) use organization::slug;
pub use payment::{Paid, Payer};
pub use price::{Benefit, Price};
pub use product::{Checkout, Meter, NewProduct, Product};
pub use purchase::Purchase;
pub use transport::{BlockingMockTransport, MockTransport, WithMockTime};

use crate::{
    clock::{Clock, to_utc},
    delivery::Delivery,
    exchange::ExchangeResult,
    fault::InjectedFault,
    polar::Polar,
    rates::RateLimits,
    resources::run_due,
    seed::{Seed, SeedError},
    state::{ClaimStream, Mail, RecordedEvent, State, StreamStep},
    token::Random,
};

/// A handle to an offline Polar, which its clones share.
///
/// Mocks are independent of each other, so tests can run in parallel. The clock follows the
/// machine's clock. [`advance`](Self::advance) moves it forward, and so does every wait of a client,
/// which takes no real time.
///
/// ```
/// use polar_mock::Mock;
///
/// let mock = Mock::new();
/// let acme = mock.organization("Acme");
/// let team = acme.buyer("buyer@acme.com").subscription("Team plan", 20);
/// let (token, subscription) = (acme.access_token(), team.id());
/// ```
#[derive(Debug, Clone)]
pub struct Mock {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    polar: Mutex<Polar>,
    clock: Clock,
}

impl Mock {
    /// Returns a mock without organizations, with random ids and tokens.
    #[must_use]
    pub fn new() -> Self {
        Self::of(Polar::new(), Clock::system())
    }

    /// Returns a mock with repeatable ids and tokens: the same seed and the same calls generate
    /// the same ones. Its clock stands still at `now`, such as
    /// [`SystemTime::UNIX_EPOCH`](std::time::SystemTime), until it is advanced.
    #[must_use]
    pub fn repeatable(seed: u64, now: impl TryInto<Timestamp>) -> Self {
        let mut polar = Polar::new();
        polar.state.random = Random::seeded(seed);
        Self::of(polar, Clock::stopped(to_utc(now)))
    }

    /// Returns a mock with the state that a seed describes, created now.
    ///
    /// # Errors
    ///
    /// Returns an error if entries of the seed contradict each other, or refer to missing entries.
    pub fn from_seed(seed: &Seed) -> Result<Self, SeedError> {
        let clock = Clock::system();
        Ok(Self::of(Polar::from_seed(seed, clock.time())?, clock))
    }

    /// Returns a mock with the state that a seed describes. Its clock stands still at the seed's
    /// own time, or at `now` if it has none, until it is advanced. A seed with `random` makes its
    /// ids and tokens repeatable, as [`repeatable`](Self::repeatable) does.
    ///
    /// # Errors
    ///
    /// Returns an error if entries of the seed contradict each other, or refer to missing entries.
    pub fn from_seed_at(seed: &Seed, now: impl TryInto<Timestamp>) -> Result<Self, SeedError> {
        let now = to_utc(now);
        Ok(Self::of(Polar::from_seed(seed, now)?, Clock::stopped(now)))
    }

    /// Returns the state as a seed. [`from_seed`](Self::from_seed), or a server that starts from it,
    /// creates an equal mock.
    #[must_use]
    pub fn state(&self) -> Seed {
        self.polar().to_seed(self.shared.clock.time())
    }

    fn of(polar: Polar, clock: Clock) -> Self {
        let polar = Mutex::new(polar);
        Self {
            shared: Arc::new(Shared { polar, clock }),
        }
    }

    /// Responds to one complete request, at this mock's time.
    #[must_use]
    pub fn handle(&self, request: Request<Bytes>) -> Response<Bytes> {
        let mut polar = self.polar();
        let mut response = polar.handle(request, self.shared.clock.time());
        let stub = polar.state.stubs.take_call();
        drop(polar);
        if let Some(stub) = stub {
            stub.finish(&mut response);
        }
        response
    }

    /// Carries out one request as [`handle`](Self::handle) does, with injected faults.
    pub fn exchange(&self, request: Request<Bytes>) -> ExchangeResult {
        let mut polar = self.polar();
        let mut result = polar.exchange(request, self.shared.clock.time());
        let stub = polar.state.stubs.take_call();
        drop(polar);
        if let Some(stub) = stub {
            match &mut result {
                ExchangeResult::Complete { response, .. } | ExchangeResult::Truncated(response) => {
                    stub.finish(response);
                }
                ExchangeResult::Lost => stub.finish(&mut Response::default()),
            }
        }
        result
    }

    /// Returns what an open claim stream sends now. The stream is an extension of the response that
    /// opened it; in process, that response ends immediately.
    #[must_use]
    pub fn step(&self, stream: &mut ClaimStream) -> StreamStep {
        let now = self.now();
        self.polar().state.step(stream, now)
    }

    /// Returns a transport for the async client.
    #[must_use]
    pub fn transport(&self) -> MockTransport {
        MockTransport::new(self.clone())
    }

    /// Returns a transport for the blocking client.
    #[must_use]
    pub fn blocking_transport(&self) -> BlockingMockTransport {
        BlockingMockTransport::new(self.clone())
    }

    /// Wraps a transport so that its wall clock is this mock's clock. Without it, a client whose
    /// mock was [advanced](Self::advance) treats expired invitations as live, since it compares
    /// them with the machine's clock.
    pub fn with_mock_time<T>(&self, transport: T) -> WithMockTime<T> {
        WithMockTime::new(transport, self.clone())
    }

    /// Returns the time of this mock.
    #[must_use]
    pub fn now(&self) -> OffsetDateTime {
        self.polar()
            .state
            .clock_offset
            .apply(self.shared.clock.time())
    }

    /// Moves the clock forward. An advance beyond the year 9998 is ignored.
    pub fn advance(&self, by: Duration) {
        let now = self.now();
        if let Ok(by) = time::Duration::try_from(by) {
            let mut polar = self.polar();
            if polar.state.clock_offset.advance(by, now) {
                run_due(&mut polar.state, now + by);
            }
        }
    }

    /// Returns the invitation emails that Polar would have sent, the oldest first: the newest
    /// 10,000, or as many as [`limit_history`](Self::limit_history) keeps.
    #[must_use]
    pub fn outbox(&self) -> Vec<Mail> {
        self.polar().state.outbox.iter().cloned().collect()
    }

    /// Returns the newest invitation to an address, which must match exactly.
    #[must_use]
    pub fn mail_to(&self, email: &str) -> Option<Mail> {
        let polar = self.polar();
        polar
            .state
            .outbox
            .iter()
            .rev()
            .find(|mail| mail.email == email)
            .cloned()
    }

    /// Returns the events, the oldest first. The same limit applies as to the
    /// [`outbox`](Self::outbox).
    #[must_use]
    pub fn events(&self) -> Vec<RecordedEvent> {
        self.polar().state.events.iter().cloned().collect()
    }

    /// Returns the webhook deliveries of the events since the last call. `polar-mock-server` sends
    /// them; in process they are not sent.
    ///
    /// A test without sockets can pass [`Delivery::request`] to its handler, in any order and
    /// repeatedly.
    ///
    /// ```
    /// use std::time::SystemTime;
    ///
    /// use polar_core::types::WebhookSecret;
    /// use polar_mock::Mock;
    /// use polar_webhooks::Verifier;
    ///
    /// let (mock, secret) = (Mock::new(), WebhookSecret::new("whsec_of_the_endpoint")?);
    /// mock.organization("Acme").webhook("http://localhost/polar", secret.clone());
    /// // .. something happens to a seat ..
    /// for delivery in mock.take_deliveries() {
    ///     let request = delivery.request(SystemTime::now())?;
    ///     Verifier::new(&secret).verify_now(request.headers(), request.body())?;
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn take_deliveries(&self) -> Vec<Delivery> {
        self.polar().state.take_deliveries()
    }

    /// Records the outcome of an attempt to deliver an event, which `GET /v1/webhooks/deliveries`
    /// then lists. `polar-mock-server` records each of its attempts.
    ///
    /// `status` is that of the response, if there was one; a status of 200 to 299 is a success. `text`
    /// is the body of the response, or the error; the first 2,048 characters are kept. After the last
    /// attempt an event that was never delivered counts as failed.
    pub fn record_attempt(
        &self,
        delivery: &Delivery,
        status: Option<StatusCode>,
        text: &str,
        is_last: bool,
    ) {
        self.update(|state, now| state.record_attempt(delivery, status, text, is_last, now));
    }

    /// Adds an organization with the member model, as all new ones have: holders are members of the
    /// buyer.
    #[must_use]
    pub fn organization(&self, name: &str) -> Organization {
        Organization::add(self, name, true)
    }

    /// Adds a legacy organization: holders are customers of the organization.
    #[must_use]
    pub fn legacy_organization(&self, name: &str) -> Organization {
        Organization::add(self, name, false)
    }

    fn polar(&self) -> MutexGuard<'_, Polar> {
        self.shared
            .polar
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the state, at this mock's time.
    fn update<T>(&self, update: impl FnOnce(&mut State, OffsetDateTime) -> T) -> T {
        let now = self.now();
        update(&mut self.polar().state, now)
    }
}

impl Mock {
    /// Sets the base URL of the server around this mock: the `url` of checkouts is then on that server.
    /// Without it, it is on `https://polar.sh`. `polar-mock-server` sets its own address.
    pub fn set_base_url(&self, url: impl Into<String>) {
        let url = url.into();
        self.polar().state.base_url = Some(url.trim_end_matches('/').to_owned());
    }
}

impl Default for Mock {
    fn default() -> Self {
        Self::new()
    }
}

impl Mock {
    /// Enables Polar's rate limits from now on, or disables them. Windows follow the mock's clock.
    pub fn limit_rates(&self, limits: impl Into<Option<RateLimits>>) {
        self.polar().state.rates.set(limits.into());
    }

    /// Sets how many of the newest emails, events, deliveries and sessions of claims are kept; 10,000
    /// of each by default. An older session counts as expired. Resources, seats and the events of usage are
    /// always kept.
    pub fn limit_history(&self, newest: usize) {
        self.polar().state.limit_history(newest);
    }
}

impl Mock {
    /// Injects a fault into the next exchanges, after those added before. Only requests through a
    /// transport or a server are exchanges; [`handle`](Self::handle) is not affected.
    pub fn fail_next(&self, count: usize, fault: InjectedFault) {
        self.polar().state.faults.add(count as u64, fault);
    }

    /// Injects a fault into one in a number of exchanges, in addition to those for the next ones.
    /// The same seed affects the same exchanges.
    pub fn fail_one_in(&self, one_in: u64, seed: u64, fault: InjectedFault) {
        self.polar().state.faults.add_one_in(one_in, seed, fault);
    }

    /// Removes all injected faults that have not happened yet.
    pub fn clear_faults(&self) {
        self.polar().state.faults.clear();
    }
}
