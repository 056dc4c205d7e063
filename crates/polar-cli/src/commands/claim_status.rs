use std::time::SystemTime;

use clap::Args;
use polar_core::{
    recipes::{self, ClaimStatusQuery},
    types::{ClaimInfo, Seat, SeatId},
};
use serde::Serialize;

use super::claim_info::what;
use crate::{
    args::{ApiOptions, OptionalContainerArgs, TokenArg},
    context::Context,
    error::{CliError, Effect},
    report::{Report, Theme, holder},
};

/// Find out what became of a claim whose answer was lost, by reading only
#[derive(Args)]
#[command(after_help = "\
Without --seat, only the invitation is read. With --seat, the organization's list of seats is \
read when the invitation no longer exists; that needs POLAR_ACCESS_TOKEN.

Example:
  polar-seats claim-status \\
    wgY2eWPFiliM85O3niuDp2vythTAFUbnc-SQlBSoFX4")]
pub(crate) struct ClaimStatus {
    #[command(flatten)]
    token: TokenArg,

    /// The seat that the invitation was for; with --subscription or --order
    #[arg(long, value_name = "SEAT_ID", requires = "container")]
    seat: Option<SeatId>,

    #[command(flatten)]
    container: OptionalContainerArgs,

    #[command(flatten)]
    api: ApiOptions,
}

impl ClaimStatus {
    pub(crate) fn run(&self, context: &mut Context<'_>) -> Result<(), CliError> {
        let mut question = ClaimStatusQuery::new(context.invitation(&self.token)?);
        let client = match (self.seat, self.container.get()) {
            (Some(seat), Some(container)) => {
                question = question.seat(container, seat);
                context.organization(&self.api)?
            }
            (None, Some(_)) => {
                return Err(CliError::invalid(
                    "--subscription and --order go with --seat, which is missing",
                ));
            }
            _ => context.client(&self.api)?,
        };
        let status = client.claim_status(question)?;
        context.print_report(&Found::from(status), Effect::Read)
    }
}

/// What is known, in a form that can be written.
#[derive(Debug, Serialize)]
struct Found {
    claim: Word,
    #[serde(skip_serializing_if = "Option::is_none")]
    claim_info: Option<ClaimInfo>,
    #[serde(skip_serializing_if = "Option::is_none")]
    seat: Option<Seat>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Word {
    Open,
    Gone,
    Claimed,
    ClaimedBefore,
    Expired,
    Revoked,
    Unclear,
    Unknown,
}

impl From<recipes::ClaimStatus> for Found {
    fn from(status: recipes::ClaimStatus) -> Self {
        use recipes::ClaimStatus;
        let (claim, claim_info, seat) = match status {
            ClaimStatus::Open(info) => (Word::Open, Some(info), None),
            ClaimStatus::Gone => (Word::Gone, None, None),
            ClaimStatus::Claimed(seat) => (Word::Claimed, None, Some(seat)),
            ClaimStatus::ClaimedBefore(seat) => (Word::ClaimedBefore, None, Some(seat)),
            ClaimStatus::Expired(seat) => (Word::Expired, None, Some(seat)),
            ClaimStatus::Revoked => (Word::Revoked, None, None),
            ClaimStatus::Unclear(seat) => (Word::Unclear, None, Some(seat)),
            _ => (Word::Unknown, None, None),
        };
        Self {
            claim,
            claim_info,
            seat,
        }
    }
}

/// The command that renews an invitation.
fn renewing(seat: &Seat) -> String {
    match seat.container() {
        Some(container) => format!(": polar-seats renew {} --{container}", seat.id),
        None => String::new(),
    }
}

impl Report for Found {
    fn to_text(&self, theme: Theme, _: SystemTime) -> String {
        let whose = self.seat.as_ref().map(holder).unwrap_or_default();
        match self.claim {
            Word::Open => format!(
                "{} this is an open invitation to {}.\n\
                 Claiming again is safe once 30 seconds have passed since it was last tried.\n",
                theme.success("Not claimed:"),
                self.claim_info.as_ref().map(what).unwrap_or_default(),
            ),
            Word::Gone => format!(
                "{} it is claimed, expired, revoked or was never valid; Polar does not tell which.\n\
                 If it was open when it was last tried, it was probably claimed then: sign in to \
                 the customer portal.\n",
                theme.warning("The invitation is gone:"),
            ),
            Word::Claimed => format!(
                "{} {whose} has the seat. The session token of the claim cannot be had again: \
                 sign in to the customer portal.\n",
                theme.success("Claimed:"),
            ),
            Word::ClaimedBefore => {
                format!(
                    "{} {whose} has had the seat for longer.\n",
                    theme.success("Claimed before:")
                )
            }
            Word::Expired => format!(
                "{} the invitation of {whose} ended unclaimed. Renew it{}.\n",
                theme.warning("Expired:"),
                self.seat.as_ref().map(renewing).unwrap_or_default(),
            ),
            Word::Revoked => format!(
                "{} the seat was revoked, renewed, or given to somebody else.\n",
                theme.warning("Revoked:"),
            ),
            Word::Unclear => format!(
                "{} the seat is in a state that says nothing of the claim: see --json.\n",
                theme.warning("Unclear:"),
            ),
            Word::Unknown => "This version has no word for what became of the claim.\n".to_owned(),
        }
    }
}
