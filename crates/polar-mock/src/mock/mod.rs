//! A mock that a test shares with the clients it tests, and the clock they use.

mod customer;
mod organization;
mod purchase;
mod transport;

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use bytes::Bytes;
use http::{Request, Response};
use polar_types::Timestamp;
use time::OffsetDateTime;

pub use customer::Customer;
pub use organization::Organization;
pub use purchase::Purchase;
pub use transport::{BlockingMockTransport, MockTransport, WithMockTime};

use crate::{
    clock::{Clock, to_utc},
    delivery::Delivery,
    exchange::ExchangeResult,
    fault::InjectedFault,
    polar::Polar,
    rates::RateLimits,
    seed::{Seed, SeedError},
    state::{ClaimStream, Mail, RecordedEvent, State, StreamStep},
    token::Random,
};

/// A handle to an offline Polar. Clones share one and the same.
///
/// Each mock is a world of its own, so tests that run side by side do not meet. Its clock is the
/// machine's, and can be moved forward: by [`advance`](Self::advance), and by every wait of a
/// client, which takes no time here.
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
    /// A mock without organizations. Its ids and tokens are random.
    #[must_use]
    pub fn new() -> Self {
        Self::of(Polar::new(), Clock::machine())
    }

    /// A mock that repeats itself: the same seed and the same calls make the same ids and tokens,
    /// and time stands still at `now`, such as [`SystemTime::UNIX_EPOCH`](std::time::SystemTime),
    /// but for what it is advanced.
    #[must_use]
    pub fn repeatable(seed: u64, now: impl TryInto<Timestamp>) -> Self {
        let mut polar = Polar::new();
        polar.state.random = Random::seeded(seed);
        Self::of(polar, Clock::standing(to_utc(now)))
    }

    /// A mock with what a seed describes, created now.
    ///
    /// # Errors
    ///
    /// When the entries of the seed do not fit together.
    pub fn from_seed(seed: &Seed) -> Result<Self, SeedError> {
        let clock = Clock::machine();
        Ok(Self::of(Polar::from_seed(seed, clock.time())?, clock))
    }

    /// A mock with what a seed describes, whose clock stands at the seed's own time, or at `now` when it
    /// has none, but for what it is advanced. With a seed that has `random` it repeats itself, as
    /// [`repeatable`](Self::repeatable) does.
    ///
    /// # Errors
    ///
    /// When the entries of the seed do not fit together.
    pub fn from_seed_at(seed: &Seed, now: impl TryInto<Timestamp>) -> Result<Self, SeedError> {
        let now = to_utc(now);
        Ok(Self::of(Polar::from_seed(seed, now)?, Clock::standing(now)))
    }

    /// This mock as a seed that starts an equal one, by [`from_seed`](Self::from_seed) or on a port.
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

    /// Answers one request, as a whole, at this mock's time.
    #[must_use]
    pub fn handle(&self, request: Request<Bytes>) -> Response<Bytes> {
        self.polar().handle(request, self.shared.clock.time())
    }

    /// Carries one request out as [`handle`](Self::handle) does, unless a fault was ordered.
    pub fn exchange(&self, request: Request<Bytes>) -> ExchangeResult {
        self.polar().exchange(request, self.shared.clock.time())
    }

    /// What an open claim stream sends now. The stream is an extension of the answer that opened
    /// it; in process, that answer ends at once.
    #[must_use]
    pub fn step(&self, stream: &mut ClaimStream) -> StreamStep {
        let now = self.now();
        self.polar().state.step(stream, now)
    }

    /// A transport for the asynchronous client.
    #[must_use]
    pub fn transport(&self) -> MockTransport {
        MockTransport::new(self.clone())
    }

    /// A transport for the blocking client.
    #[must_use]
    pub fn blocking_transport(&self) -> BlockingMockTransport {
        BlockingMockTransport::new(self.clone())
    }

    /// A transport that goes over a port, with the date of this mock. Without it, a client whose mock
    /// was [advanced](Self::advance) takes invitations for live that have expired there, since a
    /// transport tells the machine's date.
    pub fn with_mock_time<T>(&self, transport: T) -> WithMockTime<T> {
        WithMockTime::new(transport, self.clone())
    }

    /// The time of this mock.
    #[must_use]
    pub fn now(&self) -> OffsetDateTime {
        self.polar()
            .state
            .clock_offset
            .apply(self.shared.clock.time())
    }

    /// Moves its clock forward. An advance beyond the year 9998 is left out.
    pub fn advance(&self, by: Duration) {
        let now = self.now();
        if let Ok(by) = time::Duration::try_from(by) {
            self.polar().state.clock_offset.advance(by, now);
        }
    }

    /// Every invitation mail that Polar would have sent, the oldest first; the newest 10,000, or as
    /// many as [`limit_history`](Self::limit_history) says.
    #[must_use]
    pub fn outbox(&self) -> Vec<Mail> {
        self.polar().state.outbox.iter().cloned().collect()
    }

    /// The newest invitation to an address, compared as it is written.
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

    /// Every event raised, the oldest first; as many as there are mails in the
    /// [`outbox`](Self::outbox).
    #[must_use]
    pub fn events(&self) -> Vec<RecordedEvent> {
        self.polar().state.events.iter().cloned().collect()
    }

    /// Takes what is to be delivered to webhook endpoints of the events raised since the last call,
    /// for whoever delivers it: `polar-mock-server` does, in process nobody.
    ///
    /// A test without sockets hands [`Delivery::request`] to its handler, in whatever order and as
    /// often as it likes.
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

    /// Adds an organization whose holders are members of the buyer, as all new ones are.
    #[must_use]
    pub fn organization(&self, name: &str) -> Organization {
        Organization::add(self, name, true)
    }

    /// Adds an organization of the old kind, whose holders are customers of their own.
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

    /// Changes the world, at this mock's time.
    fn update<T>(&self, update: impl FnOnce(&mut State, OffsetDateTime) -> T) -> T {
        let now = self.now();
        update(&mut self.polar().state, now)
    }
}

impl Default for Mock {
    fn default() -> Self {
        Self::new()
    }
}

impl Mock {
    /// Holds Polar's rate limits from now on, or none. The mock's clock ends their windows.
    pub fn limit_rates(&self, limits: impl Into<Option<RateLimits>>) {
        self.polar().state.rates.set(limits.into());
    }

    /// Keeps so many of the newest mails, of the newest events, and of the sessions that claims
    /// opened last; 10,000 of each unless set. Older ones are forgotten, and a forgotten session is
    /// one that has ended. People, sales and seats are never forgotten.
    pub fn limit_history(&self, newest: usize) {
        self.polar().state.limit_history(newest);
    }
}

impl Mock {
    /// Lets the next exchanges go wrong in this way, after those ordered before. Only what goes
    /// through a transport or a server is an exchange; [`handle`](Self::handle) knows no faults.
    pub fn fail_next(&self, count: usize, fault: InjectedFault) {
        self.polar().state.faults.order(count as u64, fault);
    }

    /// Lets one exchange in so many go wrong in this way, beside those that are ordered for the
    /// next. The same seed lets the same ones go wrong.
    pub fn fail_one_in(&self, one_in: u64, seed: u64, fault: InjectedFault) {
        self.polar().state.faults.order_one_in(one_in, seed, fault);
    }

    /// Takes back what was ordered and has not happened yet.
    pub fn clear_faults(&self) {
        self.polar().state.faults.clear();
    }
}
