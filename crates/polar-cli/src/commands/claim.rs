use std::time::SystemTime;

use clap::Args;
use polar_core::{Error, customer_seats, types::ClaimedSeat};

use crate::{
    args::{ApiOptions, TokenArg},
    context::Context,
    error::{CliError, Effect, SavedResponse},
    report::{Report, Theme, details, holder},
};

/// Claim the seat of an invitation, which is possible only once
#[derive(Args)]
#[command(after_help = "\
The output contains a session token for the customer portal, which cannot be retrieved again. \
Without --json, it is the last line.

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
            Err(error) => Err(save_undecoded(error)),
        }
    }
}

/// Prints the result, or saves it to a file, because the session token cannot be retrieved again.
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

/// Saves a successful response that could not be decoded.
fn save_undecoded(error: Error) -> CliError {
    let response = error
        .raw_response()
        .filter(|response| response.status().is_success());
    match response.map(|response| SavedResponse::save(response.expose())) {
        Some(saved) => CliError::UndecodedClaim(error, saved),
        None => CliError::Call(error),
    }
}

impl Report for ClaimedSeat {
    fn to_text(&self, theme: Theme, _: SystemTime) -> String {
        format!(
            "{} {} has {}.\n\
             The session token for the customer portal is valid for one hour and is not shown \
             again. To use\n`polar-seats portal`, set POLAR_CUSTOMER_SESSION_TOKEN to it:\n{}\n",
            theme.success("Claimed:"),
            holder(&self.seat),
            details(&self.seat),
            self.customer_session_token.expose(),
        )
    }
}
