use std::time::SystemTime;

use clap::Args;
use polar_core::{
    recipes::{self, ClaimStatusQuery},
    types::{ClaimInfo, Seat, SeatId},
};
use serde::Serialize;

use super::claim_info::describe;
use crate::{
    args::{ApiOptions, ContainerArgs, TokenArg},
    context::Context,
    error::{CliError, Effect},
    report::{Report, Theme, holder},
};

/// Find out whether a claim with a lost response succeeded
#[derive(Args)]
#[command(after_help = "\
This only reads. Without --seat, it reads the invitation. With --seat, it also reads the list of \
seats if the invitation no longer exists, which requires POLAR_ACCESS_TOKEN.

Example:
  polar-seats claim-status \\
    wgY2eWPFiliM85O3niuDp2vythTAFUbnc-SQlBSoFX4")]
pub(crate) struct ClaimStatus {
    #[command(flatten)]
    token: TokenArg,

    /// Seat of the invitation; requires --subscription or --order
    #[arg(long, value_name = "SEAT_ID")]
    seat: Option<SeatId>,

    #[command(flatten)]
    container: ContainerArgs,

    #[command(flatten)]
    api: ApiOptions,
}

impl ClaimStatus {
    pub(crate) fn run(&self, context: &mut Context<'_>) -> Result<(), CliError> {
        let mut question = ClaimStatusQuery::new(context.invitation(&self.token)?);
        let client = match self.seat {
            Some(seat) => {
                let container = self.container.require(context.system.env)?;
                question = question.seat(container, seat);
                context.organization(&self.api)?
            }
            None if self.container.explicit().is_some() => {
                return Err(CliError::invalid(
                    "--subscription and --order require --seat",
                ));
            }
            None => context.client(&self.api)?,
        };
        let status = client.claim_status(question)?;
        context.print_report(&ClaimReport::from(status), Effect::Read)
    }
}

/// The status of a claim, as it is printed.
#[derive(Debug, Serialize)]
struct ClaimReport {
    claim: ClaimState,
    #[serde(skip_serializing_if = "Option::is_none")]
    claim_info: Option<ClaimInfo>,
    #[serde(skip_serializing_if = "Option::is_none")]
    seat: Option<Seat>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum ClaimState {
    Open,
    Gone,
    Claimed,
    ClaimedBefore,
    Expired,
    Revoked,
    Unclear,
    Unknown,
}

impl From<recipes::ClaimStatus> for ClaimReport {
    fn from(status: recipes::ClaimStatus) -> Self {
        use recipes::ClaimStatus;
        let (claim, claim_info, seat) = match status {
            ClaimStatus::Open(info) => (ClaimState::Open, Some(info), None),
            ClaimStatus::Gone => (ClaimState::Gone, None, None),
            ClaimStatus::Claimed(seat) => (ClaimState::Claimed, None, Some(seat)),
            ClaimStatus::ClaimedBefore(seat) => (ClaimState::ClaimedBefore, None, Some(seat)),
            ClaimStatus::Expired(seat) => (ClaimState::Expired, None, Some(seat)),
            ClaimStatus::Revoked => (ClaimState::Revoked, None, None),
            ClaimStatus::Unclear(seat) => (ClaimState::Unclear, None, Some(seat)),
            _ => (ClaimState::Unknown, None, None),
        };
        Self {
            claim,
            claim_info,
            seat,
        }
    }
}

/// Returns the command that renews an invitation.
fn renew_command(seat: &Seat) -> String {
    match seat.container() {
        Some(container) => format!(": polar-seats renew {} --{container}", seat.id),
        None => String::new(),
    }
}

impl Report for ClaimReport {
    fn to_text(&self, theme: Theme, _: SystemTime) -> String {
        let holder = self.seat.as_ref().map(holder).unwrap_or_default();
        match self.claim {
            ClaimState::Open => format!(
                "{} the invitation to {} is still open.\n\
                 You can claim again 30 seconds after the last attempt.\n",
                theme.success("Not claimed:"),
                self.claim_info.as_ref().map(describe).unwrap_or_default(),
            ),
            ClaimState::Gone => format!(
                "{} claimed, expired, revoked or never valid; Polar does not say which.\n\
                 If it was open before the last attempt, the claim probably succeeded: sign in to \
                 the customer portal.\n",
                theme.warning("The invitation no longer exists:"),
            ),
            ClaimState::Claimed => format!(
                "{} {holder} has the seat. The session token of the claim cannot be retrieved \
                 again: sign in to the customer portal.\n",
                theme.success("Claimed:"),
            ),
            ClaimState::ClaimedBefore => format!(
                "{} {holder} claimed the seat earlier.\n",
                theme.success("Claimed before:"),
            ),
            ClaimState::Expired => format!(
                "{} the invitation of {holder} expired without being claimed. Renew it{}.\n",
                theme.warning("Expired:"),
                self.seat.as_ref().map(renew_command).unwrap_or_default(),
            ),
            ClaimState::Revoked => format!(
                "{} the seat was revoked, renewed, or assigned to another person.\n",
                theme.warning("Revoked:"),
            ),
            ClaimState::Unclear => format!(
                "{} the state of the seat does not show whether the claim succeeded; see --json.\n",
                theme.warning("Unclear:"),
            ),
            ClaimState::Unknown => {
                "This version does not know the status of the claim.\n".to_owned()
            }
        }
    }
}
