use http::Method;
use polar_types::{ClaimedSeat, InvitationToken};
use serde::Serialize;

use super::CustomerSeats;
use crate::{
    Auth, Body, Client, DecodeError, Error, InvalidRequest, Operation, Response, Spec, Target,
    blocking, json, operation::OK_OR_CREATED,
};

/// Claims the seat of an invitation: `POST /v1/customer-seats/claim`. Sent without a token.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Claim {
    /// The token of the invitation.
    pub invitation_token: InvitationToken,
}

impl Claim {
    /// Claims the seat of this invitation.
    #[must_use]
    pub const fn new(invitation_token: InvitationToken) -> Self {
        Self { invitation_token }
    }
}

impl Operation for Claim {
    type Output = ClaimedSeat;
    const SPEC: Spec = Spec::write("customer_seats.claim", Method::POST, Auth::None, RECOVERY)
        .expects(OK_OR_CREATED);

    fn target(&self) -> Target {
        Target::new("/v1/customer-seats/claim")
    }

    fn body(&self) -> Result<Body, InvalidRequest> {
        #[derive(Serialize)]
        struct Request<'a> {
            invitation_token: &'a str,
        }
        Body::json(&Request {
            invitation_token: self.invitation_token.expose(),
        })
    }

    fn secret(&self) -> Option<&str> {
        Some(self.invitation_token.expose())
    }

    /// The answer comes once: where it cannot be read whole, the seat's id and the token will do.
    fn decode(response: &Response) -> Result<ClaimedSeat, DecodeError> {
        json(response).or_else(|error| ClaimedSeat::salvage(response.body()).ok_or(error))
    }
}

impl CustomerSeats<'_, Client> {
    #[cfg_attr(not(doctest), doc = include_str!("claim.md"))]
    pub async fn claim(&self, invitation_token: &InvitationToken) -> Result<ClaimedSeat, Error> {
        self.client.call(Claim::new(invitation_token.clone())).await
    }
}

impl CustomerSeats<'_, blocking::Client> {
    #[cfg_attr(not(doctest), doc = include_str!("claim.md"))]
    pub fn claim(&self, invitation_token: &InvitationToken) -> Result<ClaimedSeat, Error> {
        self.client.call(Claim::new(invitation_token.clone()))
    }
}

const RECOVERY: &str = "Do not claim again: that could neither bring the session back nor tell what \
    happened. Wait 30 seconds, then ask for the claim's status: if the invitation is still open, \
    nothing was done and claiming is safe. If it is gone, the seat was probably claimed: sign in to \
    the customer portal instead, and let the organisation check its list of seats.";
