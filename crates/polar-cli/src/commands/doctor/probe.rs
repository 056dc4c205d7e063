//! Requests that test what a token may do, and change nothing.

use http::{HeaderMap, Method, StatusCode};
use polar_core::{
    ApiError, Auth, Body, DecodeError, Error, InvalidRequest, Operation, Remedy, Response, Spec,
    Target,
    customer_seats::GetClaimInfo,
    types::{Container, InvitationToken},
};
use serde_json::json;

/// Lists the seats of the container, or of a subscription that does not exist.
pub(super) struct ReadProbe(pub(super) Option<Container>);

/// Assigns a seat with an empty request. Polar checks the token and its scope first, then rejects
/// the request as invalid (observed).
pub(super) struct WriteProbe;

/// Returns a request for an invitation that does not exist, which needs no access token.
pub(super) fn without_token() -> GetClaimInfo {
    #[expect(clippy::expect_used, reason = "the text is a constant")]
    let invitation_token = InvitationToken::new("polar-seats-doctor").expect("it is a token");
    GetClaimInfo::new(invitation_token)
}

/// What the result of a probe says about the token.
pub(super) enum Proof<'a> {
    /// Polar accepted the token, and it has the scope.
    Granted,
    /// Polar does not accept the token.
    NoToken,
    /// The token lacks the scope.
    NoScope,
    /// Nothing, because the probe failed for an unrelated reason.
    Nothing(&'a Error),
}

impl<'a> Proof<'a> {
    /// Polar checks the token and its scope first, then whether seats are enabled, then the request
    /// (observed). So a later error proves that the earlier checks passed.
    pub(super) fn of(error: Option<&'a Error>) -> Self {
        let Some(error) = error else {
            return Self::Granted;
        };
        let api_error = error
            .api_error()
            .filter(|error| is_from_polar(error.headers()));
        match api_error.map(ApiError::remedy) {
            Some(Remedy::Credentials) => Self::NoToken,
            Some(Remedy::Scope(_)) => Self::NoScope,
            Some(Remedy::Id | Remedy::Request | Remedy::Feature) => Self::Granted,
            _ => Self::Nothing(error),
        }
    }
}

/// Returns whether a response comes from Polar, not from a proxy or another server.
pub(super) fn is_from_polar(headers: &HeaderMap) -> bool {
    headers.contains_key("polar-version")
}

fn decode(response: &Response) -> Result<(), DecodeError> {
    if is_from_polar(response.headers()) {
        Ok(())
    } else {
        Err(DecodeError::new("has no Polar-Version header"))
    }
}

impl Operation for ReadProbe {
    type Output = ();
    const SPEC: Spec = Spec::read("customer_seats.list", Method::GET, Auth::AccessToken)
        .expects(SUCCESS)
        .max_body(16 * 1024 * 1024);

    fn target(&self) -> Target {
        let target = Target::new(SEATS);
        match self.0 {
            Some(container) => target.query(container.field(), container.as_uuid()),
            None => target.query("subscription_id", UNUSED_ID),
        }
    }

    fn decode(response: &Response) -> Result<(), DecodeError> {
        decode(response)
    }
}

impl Operation for WriteProbe {
    type Output = ();
    // It changes nothing, so it can be retried.
    const SPEC: Spec =
        Spec::read("customer_seats.assign", Method::POST, Auth::AccessToken).expects(SUCCESS);

    fn target(&self) -> Target {
        Target::new(SEATS)
    }

    fn body(&self) -> Result<Body, InvalidRequest> {
        Body::json(&json!({}))
    }

    fn decode(response: &Response) -> Result<(), DecodeError> {
        decode(response)
    }
}

const SEATS: &str = "/v1/customer-seats";
/// The same as for the operations List and Assign.
const SUCCESS: &[StatusCode] = &[StatusCode::OK, StatusCode::CREATED];
/// No subscription has this id.
const UNUSED_ID: &str = "00000000-0000-0000-0000-000000000000";
