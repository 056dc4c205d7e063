use std::time::SystemTime;

use clap::Args;
use polar_core::types::{AssignSeat, Seat, SeatMetadata, SeatStatus};
use serde::Serialize;

use crate::{
    args::{ApiOptions, ContainerArgs, RecipientArgs},
    context::Context,
    error::{CliError, Effect},
    report::{Report, Theme, details, holder, invitation},
};

/// Assign a seat to a person, whom Polar invites by email
#[derive(Args)]
#[command(after_help = "\
Example:
  polar-seats assign --email ann@acme.com \\
    --subscription 4663fc95-f630-47e4-8260-a644811e7711")]
pub(crate) struct Assign {
    #[command(flatten)]
    container: ContainerArgs,
    #[command(flatten)]
    recipient: RecipientArgs,
    #[command(flatten)]
    extras: ExtraArgs,

    #[command(flatten)]
    api: ApiOptions,
}

/// Options of an assignment, for the organization and in the portal.
#[derive(Args)]
pub(super) struct ExtraArgs {
    /// JSON object to store with the seat (10 keys, 1024 characters)
    #[arg(long, value_name = "JSON", value_parser = SeatMetadata::from_json)]
    pub(super) metadata: Option<SeatMetadata>,

    /// Claim the seat immediately, without invitation or session token
    #[arg(long)]
    pub(super) immediate_claim: bool,
}

impl Assign {
    pub(crate) fn run(self, context: &mut Context<'_>) -> Result<(), CliError> {
        let mut request = AssignSeat::new(
            self.container.require(context.system.env)?,
            self.recipient.into_recipient()?,
        );
        request.metadata = self.extras.metadata;
        request.immediate_claim = self.extras.immediate_claim;
        let seat = context.organization(&self.api)?.call(request)?;
        context.print_report(&Assigned(seat), Effect::Write)
    }
}

/// The result of an assignment.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub(super) struct Assigned(pub(super) Seat);

impl Report for Assigned {
    fn to_text(&self, theme: Theme, now: SystemTime) -> String {
        let Self(seat) = self;
        let (holder, details) = (holder(seat), details(seat));
        if seat.status == SeatStatus::Claimed {
            let head = theme.success("Assigned and claimed:");
            return format!("{head} {holder} has {details}. No invitation is sent.\n");
        }
        let invitation = match invitation(seat, now) {
            text if text.is_empty() => String::new(),
            text => format!(" The invitation {text}."),
        };
        format!(
            "{} {holder} has {details}.{invitation}\n",
            theme.success("Assigned:")
        )
    }
}
