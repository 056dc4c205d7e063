use std::time::SystemTime;

use clap::Args;
use polar_core::{
    customer_seats,
    types::{Invitation, Seat, SeatId},
};
use serde::Serialize;

use crate::{
    failure::{Effect, Failure},
    report::{Paint, Report, details, holder, left},
    session::Session,
};

/// Mail the invitation of a pending seat again
#[derive(Args)]
#[command(after_help = "\
It is the same link with the same end: to renew an expired invitation, revoke the seat and assign
it again.

Example:
  polar-seats resend dcb2c1b9-2f64-4c8c-90e6-d261c78b3eb2")]
pub(crate) struct Resend {
    /// The seat, as `list` shows it
    #[arg(value_name = "SEAT_ID")]
    pub(super) seat_id: SeatId,
}

impl Resend {
    pub(crate) fn run(&self, session: &mut Session<'_>) -> Result<(), Failure> {
        let resend = customer_seats::Resend {
            seat_id: self.seat_id,
        };
        let seat = session.organisation()?.call(resend)?;
        session.show(&Resent(seat), Effect::Write)
    }
}

/// A seat whose invitation was just mailed again.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub(super) struct Resent(pub(super) Seat);

impl Report for Resent {
    fn words(&self, paint: Paint, now: SystemTime) -> String {
        let Self(seat) = self;
        let end = match seat.invitation(now) {
            Invitation::Live { left: time } => format!("Its link still ends {}.", left(time)),
            Invitation::Expired { .. } => paint.warning(
                "But its link has expired, and mailing it again does not change that: revoke the \
                 seat and assign it again.",
            ),
            _ => String::new(),
        };
        let (holder, details) = (holder(seat), details(seat));
        let head = paint.good("Mailed again:");
        format!("{head} the invitation of {holder} to the {details}.\n{end}\n")
    }
}
