use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    time::{Duration, SystemTime},
};

use polar_types::WebhookSecret;

use crate::{
    Scheme, Verified, VerifyError,
    clock::{distance, unix_nanos},
    headers::WebhookHeaders,
    key::Key,
};

/// Tells Polar's webhooks from everybody else's.
///
/// Make one per endpoint and keep it. It knows the secrets, never shows them, and remembers no more
/// than which key fitted last, to try that one first: whether an event came before is for a database
/// to say.
#[derive(Clone)]
pub struct Verifier {
    /// Both keys of every secret.
    keys: Vec<Key>,
    /// The place of the key that fitted last. The next delivery most likely has the same one, and a
    /// key that does not fit costs a hash of the whole body.
    last: Arc<AtomicUsize>,
    secrets: usize,
    tolerance: Duration,
}

impl Verifier {
    /// With the secret of the endpoint as Polar displays it, prefix and all.
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

    /// And with this secret.
    ///
    /// While an endpoint's secret is replaced, deliveries signed with the old one are on their way
    /// still. Take the old one out when their retries are over; a day is plenty.
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

    /// How far the time of sending may be from now, in the past and in the future, both limits
    /// included. [`DEFAULT_TOLERANCE`](Self::DEFAULT_TOLERANCE) if it is not set.
    ///
    /// Within this time a request that somebody recorded can be repeated and is accepted again; its
    /// id gives it away. `Duration::MAX` switches the check off, for old recordings in tests.
    #[must_use]
    pub const fn tolerance(mut self, tolerance: Duration) -> Self {
        self.tolerance = tolerance;
        self
    }

    /// Five minutes, as in Polar's own SDKs.
    pub const DEFAULT_TOLERANCE: Duration = Duration::from_secs(300);

    /// Verifies one request as of now.
    ///
    /// `headers` are all of the request's: `&http::HeaderMap`, or any pairs of name and value.
    /// Names may be in any case. `body` is **the bytes that arrived**: JSON that was read and
    /// written again has another signature. Bound its size before reading it; an event of a seat
    /// has around 1 KB.
    ///
    /// # Errors
    ///
    /// [`VerifyError`] says which of the conditions was not met. The signature is looked at before
    /// the time, and both before the body. Answer with 400. An event of a type that is not known
    /// is no error.
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
        let headers = WebhookHeaders::read(headers)?;
        self.check_signature(&headers, body)?;
        self.check_time(headers.timestamp, now.into())?;
        Verified::read(headers.id, headers.timestamp, body)
    }

    /// Verifies one request by the system's clock. See [`verify`](Self::verify).
    ///
    /// Not on `wasm32-unknown-unknown`, which has no clock.
    ///
    /// # Errors
    ///
    /// As [`verify`](Self::verify).
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
        let signed = |key: &Key| {
            key.signed(
                &headers.signatures,
                &headers.id,
                &headers.timestamp_text,
                body,
            )
        };
        let last = self.last.load(Relaxed);
        let places = (last..self.keys.len()).chain(0..last);
        for (place, key) in places.filter_map(|place| Some((place, self.keys.get(place)?))) {
            if signed(key) {
                self.last.store(place, Relaxed);
                return Ok(());
            }
        }
        Err(VerifyError::NoMatch)
    }

    fn check_time(&self, sent_at: i64, now: SystemTime) -> Result<(), VerifyError> {
        let tolerance = self.tolerance;
        match distance(sent_at, unix_nanos(now)) {
            (distance, _) if distance <= tolerance => Ok(()),
            (age, false) => Err(VerifyError::TooOld { age, tolerance }),
            (ahead, true) => Err(VerifyError::TooNew { ahead, tolerance }),
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
