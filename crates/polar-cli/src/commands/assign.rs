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

/// Give a seat to a person, whom Polar then invites by mail
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

/// What else an assignment can be told, by the organisation and in the portal.
#[derive(Args)]
pub(super) struct ExtraArgs {
    /// A JSON object to store with the seat: at most 10 keys and 1024 characters
    #[arg(long, value_name = "JSON", value_parser = SeatMetadata::from_json)]
    pub(super) metadata: Option<SeatMetadata>,

    /// Claim the seat at once: no mail, no invitation, no session token
    #[arg(long)]
    pub(super) immediate_claim: bool,
}

impl Assign {
    pub(crate) fn run(self, context: &mut Context<'_>) -> Result<(), CliError> {
        let mut request = AssignSeat::new(self.container.get()?, self.recipient.into_recipient()?);
        request.metadata = self.extras.metadata;
        request.immediate_claim = self.extras.immediate_claim;
        let seat = context.organization(&self.api)?.call(request)?;
        context.print_report(&Assigned(seat), Effect::Write)
    }
}

/// A seat that was just assigned.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub(super) struct Assigned(pub(super) Seat);

impl Report for Assigned {
    fn to_text(&self, theme: Theme, now: SystemTime) -> String {
        let Self(seat) = self;
        let (holder, details) = (holder(seat), details(seat));
        if seat.status == SeatStatus::Claimed {
            let head = theme.success("Assigned and claimed:");
            return format!("{head} {holder} has the {details}. No mail is sent.\n");
        }
        let invitation = match invitation(seat, now) {
            words if words.is_empty() => String::new(),
            words => format!(" The invitation {words}."),
        };
        format!(
            "{} {holder} has the {details}.{invitation}\n",
            theme.success("Assigned:")
        )
    }
}
