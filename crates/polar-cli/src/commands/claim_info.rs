use std::time::SystemTime;

use clap::Args;
use polar_core::{customer_seats, types};

use crate::{
    args::{ApiOptions, TokenArg},
    context::Context,
    error::{CliError, Effect},
    report::{Report, Theme, sanitize},
};

/// Show the product and recipient of an invitation
#[derive(Args)]
#[command(after_help = "\
This does not claim the seat. With `-`, the token is read from standard input.

Example:
  polar-seats claim-info - < token.txt")]
pub(crate) struct ClaimInfo {
    #[command(flatten)]
    token: TokenArg,

    #[command(flatten)]
    api: ApiOptions,
}

impl ClaimInfo {
    pub(crate) fn run(&self, context: &mut Context<'_>) -> Result<(), CliError> {
        let invitation_token = context.invitation(&self.token)?;
        let info = context
            .client(&self.api)?
            .call(customer_seats::GetClaimInfo::new(invitation_token))?;
        context.print_report(&info, Effect::Read)
    }
}

impl Report for types::ClaimInfo {
    fn to_text(&self, theme: Theme, _: SystemTime) -> String {
        let advice = if self.can_claim {
            theme.success("It can be claimed.")
        } else {
            theme.error("It cannot be claimed.")
        };
        format!("Invitation to {}.\n{advice}\n", describe(self))
    }
}

/// Describes the seat and the recipient of an invitation.
pub(super) fn describe(info: &types::ClaimInfo) -> String {
    let (product, seller) = (
        sanitize(&info.product_name),
        sanitize(&info.organization_name),
    );
    match sanitize(&info.customer_email) {
        // Empty if the person has no email address.
        email if email.is_empty() => format!("a seat of {product} by {seller}"),
        email => format!("a seat of {product} by {seller}, for {email}"),
    }
}
