use std::{collections::HashMap, time::SystemTime};

use clap::Args;
use http::{Method, StatusCode};
use polar_core::{
    Auth, BaseUrl, Operation, Spec, Target,
    types::{InvitationToken, SeatId, SeatStatus, Timestamp},
};
use serde::{Deserialize, Serialize};

use crate::{
    args::ApiOptions,
    context::Context,
    error::{CliError, Effect},
    report::{Report, Theme, left, sanitize, since, table},
};

/// Print the invitation emails of an offline Polar
#[derive(Args)]
#[command(after_help = "\
The newest email comes first. Polar itself emails an invitation to the person, and shows its token \
to no one else. The command needs no access token and sends none.

Examples:
  export POLAR_BASE_URL=http://127.0.0.1:8787
  polar-seats outbox
  polar-seats outbox --tokens | polar-seats claim -")]
pub(crate) struct Outbox {
    /// Print only the invitation tokens
    #[arg(long)]
    tokens: bool,

    #[command(flatten)]
    api: ApiOptions,
}

impl Outbox {
    pub(crate) fn run(&self, context: &mut Context<'_>) -> Result<(), CliError> {
        let server = context.base_url(&self.api)?;
        if server == BaseUrl::production() || server == BaseUrl::sandbox() {
            return Err(CliError::invalid(format!(
                "{server} is Polar itself, which emails invitations to people"
            ))
            .with_hint(
                "For an offline Polar, run `polar-seats serve --seed FILE`, and set POLAR_BASE_URL \
                 to its address.",
            ));
        }
        let client = context.client(&self.api)?;
        let mut mails = match client.call(ReadOutbox) {
            Ok(mails) => mails,
            Err(error) if error.status() == Some(StatusCode::NOT_FOUND) => {
                return Err(CliError::Local(format!(
                    "{server} is not an offline Polar: it has no path {OUTBOX}"
                )));
            }
            Err(error) => return Err(error.into()),
        };
        mails.reverse();
        if self.tokens {
            let tokens = mails.into_iter().map(|mail| mail.invitation_token);
            context.print_report(&Tokens(tokens.collect()), Effect::Read)
        } else {
            // The JSON has the emails alone.
            let seats = if context.json {
                None
            } else {
                client.call(ReadSeats).ok()
            };
            let seats = seats.map(Overview::into_seats).unwrap_or_default();
            context.print_report(&Mails { mails, seats }, Effect::Read)
        }
    }
}

/// Reads the emails, oldest first.
struct ReadOutbox;

impl Operation for ReadOutbox {
    type Output = Vec<Mail>;
    const SPEC: Spec = Spec::read("mock.outbox", Method::GET, Auth::None).max_body(MAX_BODY);

    fn target(&self) -> Target {
        Target::new(OUTBOX)
    }
}

/// An email, with the keys of the offline Polar.
#[derive(Serialize, Deserialize)]
struct Mail {
    seat_id: SeatId,
    email: String,
    invitation_token: InvitationToken,
    expires_at: Timestamp,
    sent_at: Timestamp,
}

/// Reads the seats, since an email does not show whether its invitation was claimed.
struct ReadSeats;

impl Operation for ReadSeats {
    type Output = Overview;
    const SPEC: Spec = Spec::read("mock.overview", Method::GET, Auth::None).max_body(MAX_BODY);

    fn target(&self) -> Target {
        Target::new("/_mock/overview").query("newest", 0)
    }
}

#[derive(Deserialize)]
struct Overview {
    state: State,
}

#[derive(Deserialize)]
struct State {
    organizations: Vec<Organization>,
}

#[derive(Deserialize)]
struct Organization {
    #[serde(default)]
    seats: Vec<Seat>,
}

#[derive(Deserialize)]
struct Seat {
    id: SeatId,
    email: Option<String>,
    status: SeatStatus,
    invitation_token: Option<InvitationToken>,
}

impl Overview {
    fn into_seats(self) -> HashMap<SeatId, Seat> {
        let organizations = self.state.organizations.into_iter();
        let seats = organizations.flat_map(|organization| organization.seats);
        seats.map(|seat| (seat.id, seat)).collect()
    }
}

#[derive(Serialize)]
#[serde(transparent)]
struct Mails {
    mails: Vec<Mail>,
    /// Empty if they cannot be read.
    #[serde(skip)]
    seats: HashMap<SeatId, Seat>,
}

impl Mails {
    /// Returns the state of the invitation in an email.
    fn invitation(&self, mail: &Mail, now: SystemTime) -> String {
        match self.seats.get(&mail.seat_id) {
            Some(seat) if seat.invitation_token.as_ref() != Some(&mail.invitation_token) => {
                // The id of a revoked seat is reused.
                let is_holder = seat.email.as_ref() == Some(&mail.email);
                if is_holder && seat.status == SeatStatus::Claimed {
                    "claimed".to_owned()
                } else {
                    "revoked".to_owned()
                }
            }
            _ => expiration(&mail.expires_at, now),
        }
    }
}

impl Report for Mails {
    fn to_text(&self, theme: Theme, now: SystemTime) -> String {
        if self.mails.is_empty() {
            return NO_MAILS.to_owned();
        }
        let rows = self.mails.iter().map(|mail| {
            vec![
                sent(&mail.sent_at, now),
                sanitize(&mail.email),
                self.invitation(mail, now),
                mail.invitation_token.expose().to_owned(),
            ]
        });
        let mut lines = table(&["SENT", "TO", "INVITATION", "TOKEN"], rows);
        if let Some(header) = lines.first_mut() {
            *header = theme.bold(&header);
        }
        lines.join("\n") + "\n"
    }
}

#[derive(Serialize)]
#[serde(transparent)]
struct Tokens(Vec<InvitationToken>);

impl Report for Tokens {
    fn to_text(&self, _: Theme, _: SystemTime) -> String {
        let lines = self.0.iter().map(|token| token.expose().to_owned() + "\n");
        lines.collect()
    }
}

fn sent(at: &Timestamp, now: SystemTime) -> String {
    match at.to_utc().map(SystemTime::from) {
        Some(at) => since(now.duration_since(at).unwrap_or_default()),
        None => sanitize(&at.to_string()),
    }
}

fn expiration(at: &Timestamp, now: SystemTime) -> String {
    match at.to_utc().map(SystemTime::from) {
        Some(at) => match at.duration_since(now) {
            Ok(time) => format!("expires {}", left(time)),
            Err(past) => format!("expired {}", since(past.duration())),
        },
        None => sanitize(&at.to_string()),
    }
}

const OUTBOX: &str = "/_mock/outbox";
const NO_MAILS: &str = "No emails. `polar-seats assign` sends the first one.\n";
/// In bytes. By default an offline Polar keeps the last 10,000 emails, of about 250 bytes each.
const MAX_BODY: usize = 16 * 1024 * 1024;
