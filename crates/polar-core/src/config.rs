use std::{sync::Arc, time::Duration};

use http::{HeaderMap, HeaderValue};
use polar_types::AccessToken;

use crate::{
    ApiVersion, AttemptReport, BaseUrl, Observer, RequestHeader, RetryPolicy,
    call::{Both, Limits, OnAttempt},
    operation::Idempotency,
};

/// The settings of a client, async or blocking.
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
    pub(crate) observer: Option<Arc<dyn Observer>>,
}

impl Config {
    /// Creates the default settings: production, no access token, a timeout of 30 s, two retries.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the address of Polar's API. Default: production.
    #[must_use]
    pub fn base_url(mut self, base_url: BaseUrl) -> Self {
        self.base_url = base_url;
        self
    }

    /// Sets the organization's access token. Claims and portal operations do not need it, and never
    /// send it.
    #[must_use]
    pub fn access_token(mut self, token: AccessToken) -> Self {
        self.access_token = Some(token);
        self
    }

    /// Sets the timeout for a call: all attempts and waits together, including name lookup and
    /// connecting. Default: 30 s.
    ///
    /// The server itself may take 30 s for a request, so a shorter timeout turns slow successes
    /// into unknown outcomes. A read divides the timeout among its attempts; see
    /// [`read_timeout`](Self::read_timeout).
    #[must_use]
    pub const fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Sets the timeout for one attempt of a read, within the timeout for the call.
    ///
    /// Default: the [`timeout`](Self::timeout) divided by the number of attempts that the
    /// [`retry`](Self::retry) policy allows: 10 s with the other defaults, and the whole timeout
    /// without retries. If you allow many retries, set it, because the default is short then.
    ///
    /// A write has no such limit. It cannot be repeated after a timeout, so a limit could only lose
    /// its response.
    #[must_use]
    pub const fn read_timeout(mut self, timeout: Duration) -> Self {
        self.read_timeout = Some(timeout);
        self
    }

    /// Sets how often failed attempts are repeated. Default: [`RetryPolicy::default`].
    #[must_use]
    pub const fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = policy;
        self
    }

    /// Puts your own product name before the library's in `User-Agent`, for example
    /// `acme-teams/2.1`. Characters that are not allowed in a header are removed.
    #[must_use]
    #[inline]
    pub fn user_agent(mut self, name: &str) -> Self {
        let name: String = name.chars().filter(|c| matches!(c, ' '..='~')).collect();
        let name = format!("{} {LIBRARY}", name.trim());
        self.user_agent = HeaderValue::from_str(&name).unwrap_or(USER_AGENT);
        self
    }

    /// Sets the version of Polar's API. Default: the version that this library's types describe.
    #[must_use]
    pub fn api_version(mut self, version: ApiVersion) -> Self {
        self.api_version = version;
        self
    }

    /// Adds a header to every request, for example `Polar-Organization`. It replaces an earlier
    /// header with the same name. For one call, use [`Client::with`](crate::Client::with).
    #[must_use]
    #[inline]
    pub fn header(mut self, header: RequestHeader) -> Self {
        header.insert_into(&mut self.headers);
        self
    }

    /// Sets the seed for the jitter of waits, so that tests are repeatable.
    #[must_use]
    pub const fn jitter_seed(mut self, seed: u64) -> Self {
        self.jitter_seed = Some(seed);
        self
    }

    /// Adds a callback that runs after every attempt, on the thread or task of the call.
    ///
    /// Earlier callbacks stay registered and run first. The call waits for the callback, so it
    /// should return quickly.
    ///
    /// ```
    /// let config = polar_core::Config::new().on_attempt(|attempt| {
    ///     eprintln!("{} {} #{}: {:?}", attempt.method, attempt.route, attempt.attempt, attempt.status);
    /// });
    /// ```
    #[must_use]
    pub fn on_attempt(self, callback: impl Fn(&AttemptReport) + Send + Sync + 'static) -> Self {
        self.observer(OnAttempt::new(callback))
    }

    /// Adds an observer of the calls and their attempts, which can also add headers to each attempt.
    /// The crate `polar-tracing` has one for the spans of `tracing`.
    ///
    /// Earlier observers stay registered and run first.
    #[must_use]
    pub fn observer(mut self, observer: impl Observer) -> Self {
        let observer: Arc<dyn Observer> = Arc::new(observer);
        self.observer = Some(match self.observer.take() {
            Some(earlier) => Arc::new(Both(earlier, observer)),
            None => observer,
        });
        self
    }

    pub(crate) fn limits(&self, idempotency: Idempotency) -> Limits {
        Limits {
            timeout: self.timeout,
            attempt_timeout: (idempotency == Idempotency::Safe)
                .then(|| self.read_attempt_timeout()),
            policy: self.retry,
        }
    }

    fn read_attempt_timeout(&self) -> Duration {
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
