use std::{path::PathBuf, sync::Arc, time::SystemTime};

use clap::Args;
use polar_core::{
    recipes::RenewError,
    types::{AssignSeat, Invitation, Recipient, Seat, SeatId, SeatStatus, SeatsList},
};
use serde::Serialize;

use crate::{
    args::ContainerArgs,
    bulk::{self, Office, PaceArgs, Pacer, RENEWING, Screen, UNKNOWN, Written},
    failure::{Effect, Exit, Failure, Halt, Incomplete, Stop},
    report::{Paint, Report, counted, holder, invitation, sanitize},
    session::Session,
};

/// Renew invitations: revoke pending seats and assign them to the same people again
#[derive(Args)]
#[command(after_help = "\
A renewed invitation is a new link in a new mail, valid for 24 hours; the old link stops \
working. For a moment the seat is free, and two webhooks are sent. If an interruption just then \
costs somebody the seat, the same command gives it back: a journal in the current folder has the \
names until all is done.

Examples:
  polar-seats renew --all-expired \\
    --subscription 4663fc95-f630-47e4-8260-a644811e7711
  polar-seats renew dcb2c1b9-2f64-4c8c-90e6-d261c78b3eb2 \\
    --subscription 4663fc95-f630-47e4-8260-a644811e7711")]
pub(crate) struct Renew {
    #[command(flatten)]
    which: WhichArgs,

    #[command(flatten)]
    container: ContainerArgs,

    /// Do not ask before beginning
    #[arg(short, long)]
    yes: bool,

    #[command(flatten)]
    pace: PaceArgs,
}

/// Which invitations.
#[derive(Args)]
#[group(id = "which", required = true, multiple = false)]
struct WhichArgs {
    /// The seats, as `list` shows them
    #[arg(value_name = "SEAT_ID")]
    seats: Vec<SeatId>,

    /// All seats whose invitation has expired
    #[arg(long)]
    all_expired: bool,
}

/// What came of it. Its serialisation is a promise.
#[derive(Debug, Default, Serialize)]
struct Renewals {
    renewed: Vec<Seat>,
    /// Whoever still has their old invitation.
    not_done: Vec<Trouble>,
    /// Whoever has no seat now.
    without_seat: Vec<Trouble>,
    unknown: Vec<Trouble>,
    /// Not begun, for everything was to stop.
    left: usize,
    interrupted: bool,
}

#[derive(Debug, Serialize)]
struct Trouble {
    holder: String,
    reason: String,
}

impl Renew {
    pub(crate) fn run(&self, session: &mut Session<'_>) -> Result<(), Failure> {
        let container = self.container.get()?;
        let own = PathBuf::from(format!("polar-seats-renew-{}.jsonl", container.as_uuid()));
        let journal = self.pace.journal(Some(own.clone()), session.base_url()?);
        let entries = journal.read()?;
        let unfinished = bulk::left_at(&entries, container, &[RENEWING, WITHOUT_SEAT, UNKNOWN]);

        let screen = Screen::new(session);
        let pacer = Arc::new(Pacer::new(self.pace.rate(session)?));
        let client = bulk::client(session, &pacer, &screen)?;
        let mut office = Office {
            client: &client,
            container,
            pacer,
            screen: &screen,
            journal,
            threads: 1,
            patience: session.options.patience(),
        };
        office.let_pass(
            bulk::revoking_since(&entries, container),
            session.options.timeout,
        );
        let list = office.list()?;
        let seats = self.chosen(&list, session.clock.now())?;
        let seatless: Vec<_> = unfinished
            .into_iter()
            .map(|entry| entry.request.clone())
            .filter(|request| list.find(&request.recipient).is_none())
            .collect();

        if !seats.is_empty() || !seatless.is_empty() {
            session.confirm(&question(seats.len(), seatless.len()), self.yes)?;
            office.journal.open()?;
            office.pacer.begin();
        }
        let mut renewals = Renewals::default();
        let halt = renew_all(&mut office, &seatless, &seats, &mut renewals)
            .err()
            .map(Halt::Journal);
        let stopped = office.pacer.stopped().filter(|_| !renewals.is_complete());
        renewals.interrupted = stopped == Some(Stop::Interrupted);
        let halt = halt.or(stopped.map(Halt::Stopped));
        if renewals.is_done() && office.journal.path() == Some(&own) {
            // Nothing in it is needed any more; if it cannot be removed, it does no harm.
            let _ = std::fs::remove_file(own);
        }
        session.show(&renewals, Effect::Write)?;
        match renewals.incomplete(halt) {
            Some(incomplete) => Err(Failure::Incomplete(incomplete)),
            None => Ok(()),
        }
    }

    /// The seats to renew; each that was named must have an invitation.
    fn chosen<'a>(&self, list: &'a SeatsList, now: SystemTime) -> Result<Vec<&'a Seat>, Failure> {
        if self.which.all_expired {
            let is_expired =
                |seat: &&Seat| matches!(seat.invitation(now), Invitation::Expired { .. });
            return Ok(list.seats.iter().filter(is_expired).collect());
        }
        let seat = |id: &SeatId| {
            let seat = list.seats.iter().find(|seat| seat.id == *id);
            match seat {
                Some(seat) if seat.status == SeatStatus::Pending => Ok(seat),
                Some(seat) => Err(Failure::invalid(format!(
                    "seat {id} is {}, and only a pending one has an invitation to renew",
                    sanitize(seat.status.as_str())
                ))),
                None => Err(Failure::invalid(format!("there is no seat {id} there"))),
            }
        };
        self.which.seats.iter().map(seat).collect()
    }
}

/// First whoever lost the seat in an earlier run, then all others. Ends when the journal cannot be
/// written: without it, an interruption could cost somebody the seat.
fn renew_all(
    office: &mut Office<'_>,
    lost: &[AssignSeat],
    seats: &[&Seat],
    renewals: &mut Renewals,
) -> std::io::Result<()> {
    let mut progress = office.screen.begin("Renewing", lost.len() + seats.len());
    renewals.left = lost.len() + seats.len();
    for request in lost {
        if office.pacer.wait_unless_stopped(1).is_err() {
            return Ok(());
        }
        let result = office.client.ensure_assigned(request.clone());
        let result = result.map(polar_core::recipes::Ensured::into_seat);
        let end = renewals.take(
            bulk::name(&request.recipient),
            result.map_err(|error| RenewError::Revoked {
                request: Box::new(request.clone()),
                error,
            }),
        );
        office.journal.write(&Written::new(end, request.clone()))?;
        progress.step();
    }
    for &seat in seats {
        // To look, to revoke and to assign.
        if office.pacer.wait_unless_stopped(3).is_err() {
            return Ok(());
        }
        let request = request(office, seat);
        if let Some(request) = &request {
            office
                .journal
                .write(&Written::new(RENEWING, request.clone()).seat(seat))?;
        }
        let end = renewals.take(holder(seat), office.client.renew(seat));
        if let Some(request) = request {
            office.journal.write(&Written::new(end, request))?;
        }
        progress.step();
    }
    Ok(())
}

/// What gives somebody their seat back when it was revoked and not assigned.
fn request(office: &Office<'_>, seat: &Seat) -> Option<AssignSeat> {
    let email = seat.email.clone().map(Recipient::Email);
    let recipient = email.or_else(|| seat.customer_id.map(Recipient::Customer))?;
    let mut request = AssignSeat::new(office.container, recipient);
    request.metadata = seat
        .seat_metadata
        .clone()
        .filter(|metadata| !metadata.is_empty());
    Some(request)
}

fn question(seats: usize, lost: usize) -> String {
    let seats = format!("Renew {}", counted(seats as u64, "invitation"));
    match lost {
        0 => format!("{seats}?"),
        _ => format!("{seats}, and give {lost} lost before back?"),
    }
}

impl Renewals {
    /// Takes an end down, and tells its word for the journal.
    fn take(&mut self, holder: String, result: Result<Seat, RenewError>) -> &'static str {
        self.left = self.left.saturating_sub(1);
        let error = match result {
            Ok(seat) => {
                self.renewed.push(seat);
                return "renewed";
            }
            Err(error) => error,
        };
        let (place, word, reason) = match &error {
            RenewError::Unsettled { error: cause, .. } => {
                (&mut self.unknown, UNKNOWN, cause.to_string())
            }
            RenewError::NotBegun(cause) => (&mut self.not_done, "not_done", cause.to_string()),
            RenewError::Revoked { error: cause, .. } => {
                (&mut self.without_seat, WITHOUT_SEAT, cause.to_string())
            }
            _ => (&mut self.not_done, "not_done", error.to_string()),
        };
        place.push(Trouble { holder, reason });
        word
    }

    const fn is_done(&self) -> bool {
        self.unknown.is_empty() && self.without_seat.is_empty() && self.left == 0
    }

    const fn is_complete(&self) -> bool {
        self.is_done() && self.not_done.is_empty()
    }

    fn incomplete(&self, halt: Option<Halt>) -> Option<Incomplete> {
        let exit = match (
            self.unknown.len(),
            self.not_done.len() + self.without_seat.len(),
        ) {
            (1.., _) => Exit::Unknown,
            (0, 0) if self.left == 0 && halt.is_none() => return None,
            _ => Exit::NotDone,
        };
        Some(Incomplete {
            exit,
            message: if self.interrupted {
                "it was interrupted: not every invitation is renewed".to_owned()
            } else {
                "not every invitation is renewed".to_owned()
            },
            cause: halt,
            next_step: "Run the same command again to go on: whoever lost the seat gets it back \
                        first."
                .to_owned(),
        })
    }
}

impl Report for Renewals {
    fn words(&self, paint: Paint, now: SystemTime) -> String {
        let mut lines = vec![match self.renewed.len() {
            0 if self.incomplete(None).is_none() => "No invitation has expired.".to_owned(),
            count => format!("{} {count}.", paint.good("Renewed:")),
        }];
        let renewed = self.renewed.iter();
        lines.extend(renewed.map(|seat| match invitation(seat, now) {
            end if end.is_empty() => format!("  {}", holder(seat)),
            end => format!("  {}: the invitation {end}", holder(seat)),
        }));
        for (troubles, what) in [
            (&self.not_done, "not renewed"),
            (&self.unknown, "unknown"),
            (&self.without_seat, "revoked, and without a seat now"),
        ] {
            let mark = paint.bad(what);
            let line =
                |trouble: &Trouble| format!("  {mark}: {}: {}", trouble.holder, trouble.reason);
            lines.extend(troubles.iter().map(line));
        }
        if self.left > 0 {
            lines.push(format!("  {} not begun", paint.warning(self.left)));
        }
        lines.join("\n") + "\n"
    }
}

const WITHOUT_SEAT: &str = "without_seat";
