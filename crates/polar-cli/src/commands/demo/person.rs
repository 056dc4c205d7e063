use polar_core::{
    customer_seats::{Claim, GetClaimInfo},
    types::{self, AssignSeat, ClaimedSeat, Container, Recipient, Seat},
};
use polar_mock::{Mail, Mock};
use serde::Serialize;

use crate::{client::Client, error::CliError};

/// Somebody who was given a seat, and took it.
#[derive(Debug, Serialize)]
pub(super) struct Person {
    /// What carried the calls.
    pub(super) transport: &'static str,
    /// Polar's answer to the assignment.
    pub(super) assigned: Seat,
    /// The mail that Polar would have sent.
    pub(super) mail: Mail,
    /// What the invitation is for.
    pub(super) claim_info: types::ClaimInfo,
    /// Polar's answer to the claim.
    pub(super) claimed: ClaimedSeat,
}

impl Person {
    /// Assigns a seat, reads the invitation from the mail, looks what it is for, and claims.
    pub(super) fn seated(
        email: &str,
        transport: &'static str,
        client: &Client,
        mock: &Mock,
        container: Container,
    ) -> Result<Self, CliError> {
        let request = AssignSeat::new(container, Recipient::email(email));
        let assigned = client.call(request)?;
        let mail = mock
            .mail_to(email)
            .ok_or_else(|| CliError::Local(format!("no invitation was mailed to {email}")))?;
        let invitation_token = mail.invitation_token.clone();
        let claim_info = client.call(GetClaimInfo::new(invitation_token.clone()))?;
        let claimed = client.call(Claim::new(invitation_token))?;
        Ok(Self {
            transport,
            assigned,
            mail,
            claim_info,
            claimed,
        })
    }
}
