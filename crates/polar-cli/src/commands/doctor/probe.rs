//! Requests that tell what a token may do, and can change nothing.

use http::{HeaderMap, Method, StatusCode};
use polar_core::{
    ApiError, Auth, Body, DecodeError, Error, InvalidRequest, Operation, Remedy, Response, Spec,
    Target,
    customer_seats::GetClaimInfo,
    types::{Container, InvitationToken},
};
use serde_json::json;

/// A list: of the container if there is one, else of a subscription that nobody has.
pub(super) struct ReadProbe(pub(super) Option<Container>);

/// An assignment of nothing to nobody. Polar looks at the token and its scope first, then refuses
/// the empty request as invalid (observed).
pub(super) struct WriteProbe;

/// A look at an invitation that nobody has: without a token, and answered by Polar all the same.
pub(super) fn public() -> GetClaimInfo {
    #[expect(clippy::expect_used, reason = "the text is a constant")]
    let invitation_token = InvitationToken::new("polar-seats-doctor").expect("it is a token");
    GetClaimInfo::new(invitation_token)
}

/// What a probe proves about the token.
pub(super) enum Proof<'a> {
    /// Polar accepted the token, and it has the scope.
    Granted,
    /// Polar does not accept the token.
    NoToken,
    /// The token lacks the scope.
    NoScope,
    /// Nothing: the probe was not answered, or for another reason.
    Nothing(&'a Error),
}

impl<'a> Proof<'a> {
    /// Polar looks at the token and its scope first, then at whether seats are enabled, then at the
    /// request (observed). So the later refusals prove the earlier conditions.
    pub(super) fn of(error: Option<&'a Error>) -> Self {
        let Some(error) = error else {
            return Self::Granted;
        };
        let refusal = error
            .api_error()
            .filter(|refusal| is_polars(refusal.headers()));
        match refusal.map(ApiError::remedy) {
            Some(Remedy::Credentials) => Self::NoToken,
            Some(Remedy::Scope(_)) => Self::NoScope,
            Some(Remedy::Id | Remedy::Request | Remedy::Feature) => Self::Granted,
            _ => Self::Nothing(error),
        }
    }
}

/// Whether a response comes from Polar, and not from a server in between.
pub(super) fn is_polars(headers: &HeaderMap) -> bool {
    headers.contains_key("polar-version")
}

fn decode(reply: &Response) -> Result<(), DecodeError> {
    if is_polars(reply.headers()) {
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
            None => target.query("subscription_id", NOBODYS),
        }
    }

    fn decode(reply: &Response) -> Result<(), DecodeError> {
        decode(reply)
    }
}

impl Operation for WriteProbe {
    type Output = ();
    // It changes nothing, so it may be repeated.
    const SPEC: Spec =
        Spec::read("customer_seats.assign", Method::POST, Auth::AccessToken).expects(SUCCESS);

    fn target(&self) -> Target {
        Target::new(SEATS)
    }

    fn body(&self) -> Result<Body, InvalidRequest> {
        Body::json(&json!({}))
    }

    fn decode(reply: &Response) -> Result<(), DecodeError> {
        decode(reply)
    }
}

const SEATS: &str = "/v1/customer-seats";
/// As for the operations that the probes stand for.
const SUCCESS: &[StatusCode] = &[StatusCode::OK, StatusCode::CREATED];
/// No id that Polar gives out.
const NOBODYS: &str = "00000000-0000-0000-0000-000000000000";
