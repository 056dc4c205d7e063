use std::time::SystemTime;

use clap::Args;
use polar_core::{Error, customer_seats, types::ClaimedSeat};

use crate::{
    args::{ApiOptions, TokenArg},
    context::Context,
    error::{CliError, Effect, SavedResponse},
    report::{Report, Theme, details, holder},
};

/// Claim the seat of an invitation, which works once
#[derive(Args)]
#[command(after_help = "\
The session token is printed once and cannot be retrieved again. Without --json it is the last \
line.

Example:
  polar-seats claim \\
    wgY2eWPFiliM85O3niuDp2vythTAFUbnc-SQlBSoFX4")]
pub(crate) struct Claim {
    #[command(flatten)]
    token: TokenArg,

    #[command(flatten)]
    api: ApiOptions,
}

impl Claim {
    pub(crate) fn run(&self, context: &mut Context<'_>) -> Result<(), CliError> {
        let invitation_token = context.invitation(&self.token)?;
        let client = context.client(&self.api)?;
        match client.call(customer_seats::Claim::new(invitation_token)) {
            Ok(claimed) => show(context, &claimed),
            Err(error) => Err(unread(error)),
        }
    }
}

/// The session token comes once: if it cannot be printed, it is kept in a file.
fn show(context: &mut Context<'_>, claimed: &ClaimedSeat) -> Result<(), CliError> {
    context
        .print_report(claimed, Effect::Write)
        .map_err(|error| match error {
            CliError::Output { source, effect, .. } => {
                let saved = SavedResponse::save(&serde_json::to_vec(claimed).unwrap_or_default());
                CliError::Output {
                    source,
                    effect,
                    saved,
                }
            }
            other => other,
        })
}

/// An answer of success that could not be read is kept, too.
fn unread(error: Error) -> CliError {
    let answer = error
        .raw_response()
        .filter(|answer| answer.status().is_success());
    match answer.map(|answer| SavedResponse::save(answer.expose())) {
        Some(saved) => CliError::UndecodedClaim(error, saved),
        None => CliError::Call(error),
    }
}

impl Report for ClaimedSeat {
    fn to_text(&self, theme: Theme, _: SystemTime) -> String {
        format!(
            "{} the {} now belongs to {}.\n\
             This session token opens the customer portal for one hour. It is shown only now; put \
             it into\nPOLAR_CUSTOMER_SESSION_TOKEN for `polar-seats portal`:\n{}\n",
            theme.success("Claimed:"),
            details(&self.seat),
            holder(&self.seat),
            self.customer_session_token.expose(),
        )
    }
}
