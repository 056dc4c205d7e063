use http::{Method, StatusCode};

/// What is true of every call of one operation.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Spec {
    /// The name in errors and logs: the API's own words, such as `customer_seats.claim`.
    pub name: &'static str,
    /// The method.
    pub method: Method,
    /// Which credential is sent.
    pub auth: Auth,
    /// Whether it may be sent again.
    pub idempotency: Idempotency,
    /// The statuses of a success; any 2xx when `None`.
    pub expects: Option<&'static [StatusCode]>,
    /// The longest answer that is taken, in bytes.
    pub max_body: usize,
    /// For a write: how to find out what became of it when its outcome is unknown.
    pub recovery: &'static str,
}

impl Spec {
    /// An operation that changes nothing on the server.
    #[must_use]
    pub const fn read(name: &'static str, method: Method, auth: Auth) -> Self {
        Self {
            name,
            method,
            auth,
            idempotency: Idempotency::Safe,
            expects: None,
            max_body: DEFAULT_MAX_BODY,
            recovery: "",
        }
    }

    /// An operation that changes something. `recovery` tells a person how to find out what became of
    /// it when no answer came.
    #[must_use]
    pub const fn write(
        name: &'static str,
        method: Method,
        auth: Auth,
        recovery: &'static str,
    ) -> Self {
        Self {
            name,
            method,
            auth,
            idempotency: Idempotency::NonIdempotent,
            expects: None,
            max_body: DEFAULT_MAX_BODY,
            recovery,
        }
    }

    /// Declares that carrying it out twice does no more than once, as long as nobody else acts in
    /// between.
    #[must_use]
    pub const fn idempotent(mut self) -> Self {
        self.idempotency = Idempotency::Idempotent;
        self
    }

    /// Sets the statuses of a success; any 2xx is one unless set.
    ///
    /// Any other 2xx is then [unexpected](crate::ErrorKind::Unexpected): it ends the call, and
    /// leaves it unknown whether a write was carried out.
    #[must_use]
    pub const fn expects(mut self, statuses: &'static [StatusCode]) -> Self {
        self.expects = Some(statuses);
        self
    }

    /// Sets the longest answer that is taken; 4 MiB unless set.
    #[must_use]
    pub const fn max_body(mut self, bytes: usize) -> Self {
        self.max_body = bytes;
        self
    }

    /// Whether this status is one of a success. None but a 2xx can be.
    #[must_use]
    pub fn is_success(&self, status: StatusCode) -> bool {
        status.is_success()
            && self
                .expects
                .is_none_or(|expected| expected.contains(&status))
    }
}

/// The credential that an operation is sent with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Auth {
    /// None at all. Polar checks a token even where it needs none, so a token sent along could
    /// only leak or fail.
    None,
    /// The organisation's access token.
    AccessToken,
    /// A session of the customer portal.
    CustomerSession,
}

/// Whether an operation may be sent again after a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Idempotency {
    /// It changes nothing: it may be repeated.
    Safe,
    /// It changes something: it is repeated only when it certainly was not carried out.
    NonIdempotent,
    /// As [`NonIdempotent`](Self::NonIdempotent), unless the user of the client asks for more
    /// ([`RetryPolicy::retry_idempotent_writes`](crate::RetryPolicy::retry_idempotent_writes)).
    Idempotent,
}

/// The statuses that the operations on seats have always taken for a success.
pub(crate) const OK_OR_CREATED: &[StatusCode] = &[StatusCode::OK, StatusCode::CREATED];

const DEFAULT_MAX_BODY: usize = 4 * 1024 * 1024;
