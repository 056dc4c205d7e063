use http::{Method, StatusCode};

/// The properties of an operation, which are the same for every call.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Spec {
    /// The name in Polar's API, for errors and logs, for example `customer_seats.claim`.
    pub name: &'static str,
    /// The HTTP method.
    pub method: Method,
    /// The credential to send.
    pub auth: Auth,
    /// Whether the operation may be sent again after a failure.
    pub idempotency: Idempotency,
    /// The success statuses; any 2xx if `None`.
    pub expects: Option<&'static [StatusCode]>,
    /// The maximum size of a successful response body, in bytes.
    pub max_body: usize,
    /// For a write: how to find out whether it was carried out, if its outcome is unknown.
    pub recovery: &'static str,
}

impl Spec {
    /// Creates the properties of an operation that changes nothing on the server.
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

    /// Creates the properties of an operation that changes something. `recovery` describes, for a
    /// person, how to find out whether it was carried out if no response arrived.
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

    /// Declares that carrying the operation out twice has the same effect as once, if no other
    /// change happens in between.
    #[must_use]
    pub const fn idempotent(mut self) -> Self {
        self.idempotency = Idempotency::Idempotent;
        self
    }

    /// Sets the success statuses. Default: any 2xx.
    ///
    /// Any other 2xx is then an [unexpected](crate::ErrorKind::Unexpected) response, and the
    /// outcome of a write is unknown.
    #[must_use]
    pub const fn expects(mut self, statuses: &'static [StatusCode]) -> Self {
        self.expects = Some(statuses);
        self
    }

    /// Sets the maximum size of a successful response body. Default: 4 MiB.
    #[must_use]
    pub const fn max_body(mut self, bytes: usize) -> Self {
        self.max_body = bytes;
        self
    }

    /// Returns whether a status is a success status. Only a 2xx can be one.
    #[must_use]
    pub fn is_success(&self, status: StatusCode) -> bool {
        status.is_success()
            && self
                .expects
                .is_none_or(|expected| expected.contains(&status))
    }
}

/// The credential of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Auth {
    /// None. Polar checks a token even for an operation that needs none, so sending one could only
    /// leak it or fail.
    None,
    /// The organization's access token.
    AccessToken,
    /// A customer session token.
    CustomerSession,
}

/// Whether an operation may be sent again after a failure, in the terms of RFC 9110.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Idempotency {
    /// The operation changes nothing and may be repeated.
    Safe,
    /// The operation changes something and is repeated only if it certainly was not carried out.
    NonIdempotent,
    /// Repeating the operation has no further effect. By default it is repeated like
    /// [`NonIdempotent`](Self::NonIdempotent); see
    /// [`RetryPolicy::retry_idempotent_writes`](crate::RetryPolicy#structfield.retry_idempotent_writes).
    Idempotent,
}

/// The success statuses of the operations on seats.
pub(crate) const OK_OR_CREATED: &[StatusCode] = &[StatusCode::OK, StatusCode::CREATED];

const DEFAULT_MAX_BODY: usize = 4 * 1024 * 1024;

/// Returns whether events can be ingested again: if each of them has an external id, Polar skips
/// those that it has.
#[cfg(feature = "full")]
pub(crate) fn by_request(request: &polar_types::events::EventsIngest) -> Idempotency {
    use polar_types::events::EventIngest;

    let is_known = |event: &EventIngest| match event {
        EventIngest::CreateCustomer(event) => event.external_id.is_some(),
        EventIngest::CreateExternalCustomer(event) => event.external_id.is_some(),
        _ => false,
    };
    if request.events.iter().all(is_known) {
        Idempotency::Idempotent
    } else {
        Idempotency::NonIdempotent
    }
}

#[cfg(all(test, feature = "full"))]
mod tests {
    use polar_types::{
        CustomerId,
        events::{EventCreateCustomer, EventCreateExternalCustomer, EventIngest, EventsIngest},
    };

    use super::{Idempotency, by_request};

    #[test]
    fn events_can_be_ingested_again_if_each_has_an_external_id() {
        let id: CustomerId = "11111111-1111-4111-8111-111111111111".parse().unwrap();
        let with = EventCreateCustomer::new("call", id).external_id("1");
        let without = EventCreateExternalCustomer::new("call", "user");
        let ingest = |events: Vec<EventIngest>| by_request(&EventsIngest::new(events));
        assert_eq!(ingest(vec![with.clone().into()]), Idempotency::Idempotent);
        assert_eq!(
            ingest(vec![with.into(), without.into()]),
            Idempotency::NonIdempotent
        );
    }
}
