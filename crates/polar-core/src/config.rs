use std::time::Duration;

use http::{HeaderMap, HeaderValue};
use polar_types::AccessToken;

use crate::{
    ApiVersion, AttemptReport, BaseUrl, RequestHeader, RetryPolicy,
    call::{Limits, Observer},
    operation::Idempotency,
};

/// The settings of a client; the same for both kinds.
///
/// ```
/// use std::time::Duration;
/// use polar_core::{BaseUrl, Config, types::AccessToken};
///
/// let config = Config::new()
///     .base_url(BaseUrl::sandbox())
///     .access_token(AccessToken::new("polar_oat_example")?)
///     .timeout(Duration::from_secs(20));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Config {
    pub(crate) base_url: BaseUrl,
    pub(crate) access_token: Option<AccessToken>,
    pub(crate) timeout: Duration,
    pub(crate) read_timeout: Option<Duration>,
    pub(crate) retry: RetryPolicy,
    pub(crate) user_agent: HeaderValue,
    pub(crate) api_version: ApiVersion,
    pub(crate) headers: HeaderMap,
    pub(crate) jitter_seed: Option<u64>,
    pub(crate) observer: Option<Observer>,
}

impl Config {
    /// Production, no token, 30 s a call, two retries.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Where Polar is. Default: production.
    #[must_use]
    pub fn base_url(mut self, base_url: BaseUrl) -> Self {
        self.base_url = base_url;
        self
    }

    /// The organisation's access token. Claims and portal calls do not need one, and are never sent
    /// with it.
    #[must_use]
    pub fn access_token(mut self, token: AccessToken) -> Self {
        self.access_token = Some(token);
        self
    }

    /// The time for a whole call: all attempts and waits together, connecting and name look-up
    /// included. Default 30 s, which is how long the server itself may work on a request; a shorter
    /// one turns slow successes into unknown outcomes. A read shares it out among its attempts; see
    /// [`read_timeout`](Self::read_timeout).
    #[must_use]
    pub const fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// The time for one attempt of an operation that only reads, within the whole.
    ///
    /// Default: the [`timeout`](Self::timeout) shared among all attempts that the
    /// [`retry`](Self::retry) policy allows, so 10 s of the 30 s. One that is longer lengthens them,
    /// and without retries a read has the whole. Many retries make it short: set it then. What is set
    /// here stays as it is.
    ///
    /// A write has no such limit: cutting it short cannot be followed by a retry, so it could only
    /// lose the answer.
    #[must_use]
    pub const fn read_timeout(mut self, timeout: Duration) -> Self {
        self.read_timeout = Some(timeout);
        self
    }

    /// How often a call is tried again. Default: [`RetryPolicy::default`].
    #[must_use]
    pub const fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = policy;
        self
    }

    /// Puts a name of your own before the library's in `User-Agent`, such as `acme-teams/2.1`.
    /// Characters that cannot stand in a header are left out.
    #[must_use]
    pub fn user_agent(mut self, name: &str) -> Self {
        let name: String = name.chars().filter(|c| matches!(c, ' '..='~')).collect();
        let name = format!("{} {LIBRARY}", name.trim());
        self.user_agent = HeaderValue::from_str(&name).unwrap_or(USER_AGENT);
        self
    }

    /// The version of Polar's API to ask for. Default: the one that the types of this library are
    /// made for.
    #[must_use]
    pub fn api_version(mut self, version: ApiVersion) -> Self {
        self.api_version = version;
        self
    }

    /// Sends a header with every request, such as `Polar-Organization`. It replaces an earlier one
    /// of the same name. For one call, use [`Client::with`](crate::Client::with).
    #[must_use]
    pub fn header(mut self, header: RequestHeader) -> Self {
        header.insert_into(&mut self.headers);
        self
    }

    /// Makes the jitter of waits repeatable, for tests.
    #[must_use]
    pub const fn jitter_seed(mut self, seed: u64) -> Self {
        self.jitter_seed = Some(seed);
        self
    }

    /// Tells of every attempt, right after it ended, on the thread or task that made it.
    ///
    /// Whoever listened before still does, and hears first. A listener should be quick, for the call
    /// waits for it.
    ///
    /// ```
    /// let config = polar_core::Config::new().on_attempt(|attempt| {
    ///     eprintln!("{} {} #{}: {:?}", attempt.method, attempt.route, attempt.attempt, attempt.status);
    /// });
    /// ```
    #[must_use]
    pub fn on_attempt(mut self, hear: impl Fn(&AttemptReport) + Send + Sync + 'static) -> Self {
        let hear = Observer::new(hear);
        self.observer = Some(match self.observer.take() {
            Some(before) => before.and(hear),
            None => hear,
        });
        self
    }

    pub(crate) fn limits(&self, replay: Idempotency) -> Limits {
        Limits {
            timeout: self.timeout,
            attempt_timeout: (replay == Idempotency::Safe).then(|| self.time_of_a_read()),
            policy: self.retry,
        }
    }

    fn time_of_a_read(&self) -> Duration {
        let attempts = self.retry.max_retries.saturating_add(1);
        self.read_timeout.unwrap_or(self.timeout / attempts)
    }
}

impl Default for Config {
    fn default() -> Self {
        Self {
            base_url: BaseUrl::default(),
            access_token: None,
            timeout: Duration::from_secs(30),
            read_timeout: None,
            retry: RetryPolicy::default(),
            user_agent: USER_AGENT,
            api_version: ApiVersion::default(),
            headers: HeaderMap::new(),
            jitter_seed: None,
            observer: None,
        }
    }
}

const LIBRARY: &str = concat!("polar-seats-rust/", env!("CARGO_PKG_VERSION"));
const USER_AGENT: HeaderValue = HeaderValue::from_static(LIBRARY);
