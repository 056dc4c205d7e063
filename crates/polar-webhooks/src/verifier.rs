use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    time::{Duration, SystemTime},
};

use polar_types::{Timestamp, WebhookEvent, WebhookSecret};

use crate::{Scheme, VerifyError, WebhookId, headers::WebhookHeaders, key::Key};

/// Verifies the signature and the age of webhooks.
///
/// Create one per endpoint and keep it. `Debug` does not show the secrets. The only state is which
/// key matched last, to try it first. Deduplicating events is up to your database.
#[derive(Clone)]
pub struct Verifier {
    /// Both keys of every secret.
    keys: Vec<Key>,
    /// The index of the key that matched last. The next delivery most likely has the same key, and
    /// trying another one costs a hash of the whole body.
    last: Arc<AtomicUsize>,
    secrets: usize,
    tolerance: Duration,
}

impl Verifier {
    /// Creates a verifier with the secret of the endpoint exactly as Polar displays it, including
    /// its prefix.
    #[must_use]
    pub fn new(secret: &WebhookSecret) -> Self {
        Self {
            keys: Vec::new(),
            last: Arc::default(),
            secrets: 0,
            tolerance: Self::DEFAULT_TOLERANCE,
        }
        .also(secret)
    }

    /// Adds another secret.
    ///
    /// After you replace the secret of an endpoint, Polar still retries deliveries signed with the
    /// old one. Remove the old secret when these retries are over, for example after a day.
    #[must_use]
    pub fn also(mut self, secret: &WebhookSecret) -> Self {
        let schemes = [Scheme::Original, Scheme::Standard];
        self.keys.extend(
            schemes
                .map(|scheme| Key::new(secret, scheme))
                .into_iter()
                .flatten(),
        );
        self.secrets += 1;
        self
    }

    /// Sets how far the time of sending may be from now, in the past or in the future, inclusive.
    /// The default is [`DEFAULT_TOLERANCE`](Self::DEFAULT_TOLERANCE).
    ///
    /// A replayed request is accepted within this time; its id identifies it. `Duration::MAX`
    /// disables the check, for old recordings in tests.
    #[must_use]
    pub const fn tolerance(mut self, tolerance: Duration) -> Self {
        self.tolerance = tolerance;
        self
    }

    /// Five minutes, as in Polar's own SDKs.
    pub const DEFAULT_TOLERANCE: Duration = Duration::from_secs(300);

    /// Verifies a request received at `now`.
    ///
    /// `headers` are all headers of the request: `&http::HeaderMap`, or any pairs of name and value.
    /// Names may be in any case. `body` is **the bytes that were received**: JSON that was parsed
    /// and written again has another signature. Limit its size when you read it; an event about a
    /// seat has around 1 KB.
    ///
    /// # Errors
    ///
    /// Returns the first check that failed: the headers, the signature, the time, the body. Respond
    /// with 400. An event of an unknown type is not an error.
    pub fn verify<N, V>(
        &self,
        headers: impl IntoIterator<Item = (N, V)>,
        body: &[u8],
        now: impl Into<SystemTime>,
    ) -> Result<Verified, VerifyError>
    where
        N: AsRef<[u8]>,
        V: AsRef<[u8]>,
    {
        let headers = WebhookHeaders::parse(headers)?;
        self.check_signature(&headers, body)?;
        self.check_time(headers.sent_at, now.into())?;
        Verified::new(headers, body)
    }

    /// Verifies a request received now, by the system clock. See [`verify`](Self::verify).
    ///
    /// Not available on `wasm32-unknown-unknown`, which has no clock.
    ///
    /// # Errors
    ///
    /// Same as [`verify`](Self::verify).
    #[cfg(not(all(target_family = "wasm", target_os = "unknown")))]
    pub fn verify_now<N, V>(
        &self,
        headers: impl IntoIterator<Item = (N, V)>,
        body: &[u8],
    ) -> Result<Verified, VerifyError>
    where
        N: AsRef<[u8]>,
        V: AsRef<[u8]>,
    {
        self.verify(headers, body, SystemTime::now())
    }

    fn check_signature(&self, headers: &WebhookHeaders, body: &[u8]) -> Result<(), VerifyError> {
        if headers.signatures.is_empty() {
            return Err(VerifyError::NoSignature);
        }
        let matches = |key: &Key| {
            let (id, timestamp) = (&headers.id, &headers.timestamp);
            key.matches_any(&headers.signatures, id, timestamp, body)
        };
        let last = self.last.load(Relaxed);
        let indices = (last..self.keys.len()).chain(0..last);
        for (index, key) in indices.filter_map(|index| Some((index, self.keys.get(index)?))) {
            if matches(key) {
                self.last.store(index, Relaxed);
                return Ok(());
            }
        }
        Err(VerifyError::NoMatch)
    }

    fn check_time(&self, sent_at: SystemTime, now: SystemTime) -> Result<(), VerifyError> {
        let tolerance = self.tolerance;
        match now
            .duration_since(sent_at)
            .map_err(|error| error.duration())
        {
            Ok(age) if age > tolerance => Err(VerifyError::TooOld { age, tolerance }),
            Err(ahead) if ahead > tolerance => Err(VerifyError::TooNew { ahead, tolerance }),
            _ => Ok(()),
        }
    }
}

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verifier")
            .field("secrets", &self.secrets)
            .field("tolerance", &self.tolerance)
            .finish_non_exhaustive()
    }
}

/// An event with a valid signature that was not sent too long ago.
///
/// Only a [`Verifier`] creates it, so a function that takes it cannot be called with an unverified
/// event. The event may be a duplicate ([`id`](Self::id)), or older than one you already processed
/// ([`SeatVersion`](crate::SeatVersion)).
///
/// ```compile_fail,E0451
/// # use polar_webhooks::{WebhookId, types::{Timestamp, WebhookEvent}};
/// # fn forge(id: WebhookId, sent_at: Timestamp, event: WebhookEvent) {
/// polar_webhooks::Verified { id, sent_at, event };
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    id: WebhookId,
    sent_at: Timestamp,
    event: WebhookEvent,
}

impl Verified {
    fn new(headers: WebhookHeaders, body: &[u8]) -> Result<Self, VerifyError> {
        Ok(Self {
            id: headers.id,
            // A year after 9999 is only accepted if the time is not checked.
            sent_at: Timestamp::try_from(headers.sent_at)
                .unwrap_or_else(|_| Timestamp::from(headers.timestamp.as_str())),
            event: WebhookEvent::from_json(body).map_err(VerifyError::NotAnEvent)?,
        })
    }

    /// Returns the id of the event at this endpoint, which is the same in every delivery attempt.
    #[must_use]
    pub const fn id(&self) -> &WebhookId {
        &self.id
    }

    /// Returns when this delivery attempt was sent, in whole seconds.
    ///
    /// The time of the event itself is its [`timestamp`](WebhookEvent::timestamp). Use
    /// [`Timestamp::unix_seconds`] to store it as a number.
    #[must_use]
    pub const fn sent_at(&self) -> &Timestamp {
        &self.sent_at
    }

    /// Returns the event.
    #[must_use]
    pub const fn event(&self) -> &WebhookEvent {
        &self.event
    }

    /// Returns the event by value.
    #[must_use]
    pub fn into_event(self) -> WebhookEvent {
        self.event
    }
}
