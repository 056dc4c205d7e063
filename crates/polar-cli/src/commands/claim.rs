use std::time::SystemTime;

use clap::Args;
use polar_core::{Error, customer_seats, types::ClaimedSeat};

use crate::{
    args::TokenArg,
    failure::{Effect, Failure, Kept},
    report::{Paint, Report, details, holder},
    session::Session,
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
}

impl Claim {
    pub(crate) fn run(&self, session: &mut Session<'_>) -> Result<(), Failure> {
        let invitation_token = session.invitation(&self.token)?;
        let client = session.client()?;
        match client.call(customer_seats::Claim::new(invitation_token)) {
            Ok(claimed) => show(session, &claimed),
            Err(error) => Err(unread(error)),
        }
    }
}

/// The session token comes once: if it cannot be printed, it is kept in a file.
fn show(session: &mut Session<'_>, claimed: &ClaimedSeat) -> Result<(), Failure> {
    session
        .show(claimed, Effect::Write)
        .map_err(|failure| match failure {
            Failure::Unwritten { source, effect, .. } => {
                let kept = Kept::keep(&serde_json::to_vec(claimed).unwrap_or_default());
                Failure::Unwritten {
                    source,
                    effect,
                    kept,
                }
            }
            other => other,
        })
}

/// An answer of success that could not be read is kept, too.
fn unread(error: Error) -> Failure {
    let answer = error
        .raw_response()
        .filter(|answer| answer.status().is_success());
    match answer.map(|answer| Kept::keep(answer.expose())) {
        Some(kept) => Failure::Unread(error, kept),
        None => Failure::Call(error),
    }
}

impl Report for ClaimedSeat {
    fn words(&self, paint: Paint, _: SystemTime) -> String {
        format!(
            "{} the {} now belongs to {}.\n\
             This session token opens the customer portal for one hour. It is shown only now; put \
             it into\nPOLAR_CUSTOMER_SESSION_TOKEN for `polar-seats portal`:\n{}\n",
            paint.good("Claimed:"),
            details(&self.seat),
            holder(&self.seat),
            self.customer_session_token.expose(),
        )
    }
}
