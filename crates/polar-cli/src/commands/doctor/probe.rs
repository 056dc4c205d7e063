//! Requests that tell what a token may do, and can change nothing.

use bytes::Bytes;
use http::Method;
use polar_core::{
    Auth, DecodeError, Error, Invalid, Operation, Outcome, Refusal, Remedy, Reply, Spec, Target,
    customer_seats::ClaimInfo,
    types::{Container, InvitationToken},
};

/// A list: of the container if there is one, else of a subscription that nobody has.
pub(super) struct ReadProbe(pub(super) Option<Container>);

/// An assignment of nothing to nobody. Polar looks at the token and its scope first, then refuses
/// the empty request as invalid (observed).
pub(super) struct WriteProbe;

/// A look at an invitation that nobody has: without a token, and answered by Polar all the same.
pub(super) fn public() -> ClaimInfo {
    #[expect(clippy::expect_used, reason = "the text is a constant")]
    let invitation_token = InvitationToken::new("polar-seats-doctor").expect("it is a token");
    ClaimInfo::new(invitation_token)
}

/// What Polar says to a probe that went through: nothing, or that there is no such thing.
pub(super) fn refusal(error: Option<&Error>) -> Option<&Refusal> {
    let refusal = error
        .filter(|error| error.outcome() == Outcome::Refused)?
        .refusal()?;
    Some(refusal).filter(|refusal| !matches!(refusal.remedy(), Remedy::Id | Remedy::Request))
}

impl Operation for ReadProbe {
    type Output = ();
    const SPEC: Spec = Spec::read("customer_seats.list", Method::GET, Auth::AccessToken)
        .max_body(16 * 1024 * 1024);

    fn target(&self) -> Target {
        let target = Target::new(SEATS);
        match self.0 {
            Some(container) => target.query(container.field(), container.as_uuid()),
            None => target.query("subscription_id", NOBODYS),
        }
    }

    fn decode(_: &Reply) -> Result<(), DecodeError> {
        Ok(())
    }
}

impl Operation for WriteProbe {
    type Output = ();
    // It changes nothing, so it may be repeated.
    const SPEC: Spec = Spec::read("customer_seats.assign", Method::POST, Auth::AccessToken);

    fn target(&self) -> Target {
        Target::new(SEATS)
    }

    fn body(&self) -> Result<Bytes, Invalid> {
        Ok(Bytes::from_static(b"{}"))
    }

    fn decode(_: &Reply) -> Result<(), DecodeError> {
        Ok(())
    }
}

const SEATS: &str = "/v1/customer-seats";
/// No id that Polar gives out.
const NOBODYS: &str = "00000000-0000-0000-0000-000000000000";
