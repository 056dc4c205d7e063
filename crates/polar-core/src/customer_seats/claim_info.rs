use http::Method;
use polar_types::{ClaimInfo, InvitationToken};

use super::CustomerSeats;
use crate::{Auth, Client, Error, Operation, Spec, Target, blocking, operation::OK_OR_CREATED};

/// Reads what an invitation is for: `GET /v1/customer-seats/claim/{token}`. Sent without a token
/// in its headers.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct GetClaimInfo {
    /// The token of the invitation.
    pub invitation_token: InvitationToken,
}

impl GetClaimInfo {
    /// Asks what this invitation is for.
    #[must_use]
    pub const fn new(invitation_token: InvitationToken) -> Self {
        Self { invitation_token }
    }
}

impl Operation for GetClaimInfo {
    type Output = ClaimInfo;
    const SPEC: Spec =
        Spec::read("customer_seats.claim_info", Method::GET, Auth::None).expects(OK_OR_CREATED);

    fn target(&self) -> Target {
        Target::new("/v1/customer-seats/claim").segment("token", self.invitation_token.expose())
    }

    fn secret(&self) -> Option<&str> {
        Some(self.invitation_token.expose())
    }
}

impl CustomerSeats<'_, Client> {
    #[cfg_attr(not(doctest), doc = include_str!("claim_info.md"))]
    pub async fn claim_info(&self, token: &InvitationToken) -> Result<ClaimInfo, Error> {
        self.client.call(GetClaimInfo::new(token.clone())).await
    }
}

impl CustomerSeats<'_, blocking::Client> {
    #[cfg_attr(not(doctest), doc = include_str!("claim_info.md"))]
    pub fn claim_info(&self, token: &InvitationToken) -> Result<ClaimInfo, Error> {
        self.client.call(GetClaimInfo::new(token.clone()))
    }
}
