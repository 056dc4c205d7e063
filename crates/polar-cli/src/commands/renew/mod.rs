mod renewals;

use std::{path::PathBuf, sync::Arc, time::SystemTime};

use clap::Args;
use polar_core::{
    recipes::RenewError,
    types::{AssignSeat, Invitation, Recipient, Seat, SeatId, SeatStatus, SeatsList},
};

use self::renewals::Renewals;
use crate::{
    args::ContainerArgs,
    bulk::{self, BulkContext, JournalEntry, PaceArgs, Pacer, ProgressOutput, RENEWING, UNKNOWN},
    context::Context,
    error::{BulkError, CliError, Effect, StopReason},
    report::{counted, holder, sanitize},
};

/// Renew invitations: revoke pending seats and assign them to the same people again
#[derive(Args)]
#[command(after_help = "\
A renewed invitation is a new link in a new mail, valid for 24 hours; the old link stops \
working. For a moment the seat is free, and two webhooks are sent. If an interruption just then \
costs people their seat, the same command gives it back and names them first: a journal in the \
current folder has the names until all is done. After a day this needs --include-old.

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

    /// Also give back seats that were lost more than a day ago
    #[arg(long)]
    include_old: bool,

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

impl Renew {
    pub(crate) fn run(&self, context: &mut Context<'_>) -> Result<(), CliError> {
        let container = self.container.get()?;
        let own = PathBuf::from(format!("polar-seats-renew-{}.jsonl", container.as_uuid()));
        let journal = self
            .pace
            .journal(Some(own.clone()), context.base_url(&self.pace.api)?);
        let entries = journal.read()?;
        let unfinished = bulk::left_at(&entries, container, &[RENEWING, WITHOUT_SEAT, UNKNOWN]);

        let output = ProgressOutput::new(context, self.pace.is_quiet());
        let pacer = Arc::new(Pacer::new(self.pace.rate(context)?));
        let client = self.pace.client(context, &pacer, &output)?;
        let mut bulk = BulkContext {
            client: &client,
            container,
            pacer,
            output: &output,
            journal,
            threads: 1,
            patience: self.pace.api.max_retries,
        };
        bulk.let_pass(
            bulk::revoking_since(&entries, container),
            Some(self.pace.api.timeout),
        );
        let list = bulk.list()?;
        let seats = self.chosen(&list, context.clock.now())?;
        let now = SystemTime::now();
        let (seatless, old): (Vec<&JournalEntry>, Vec<_>) = unfinished
            .into_iter()
            .filter(|entry| list.find(&entry.request.recipient).is_none())
            .partition(|entry| self.include_old || entry.is_recent(now));

        if !seatless.is_empty() {
            output.print(&preview(&seatless));
        }
        if !seats.is_empty() || !seatless.is_empty() {
            context.confirm(&question(seats.len(), &seatless), self.yes)?;
            bulk.journal.open()?;
            bulk.pacer.begin();
        }
        let seatless: Vec<_> = seatless.iter().map(|entry| entry.request.clone()).collect();
        let mut renewals = Renewals::default();
        let done = renew_all(&mut bulk, &seatless, &seats, &mut renewals);
        let looked = look_again(&mut bulk, &mut renewals);
        let stopped = bulk.pacer.stopped().filter(|_| !renewals.is_complete());
        renewals.interrupted = stopped == Some(StopReason::Interrupted);
        let halt = done.and(looked).err().map(BulkError::Journal);
        let halt = halt.or(stopped.map(BulkError::Stopped));
        renewals.add_old(&old);
        if renewals.is_done() && bulk.journal.path() == Some(&own) {
            // Nothing in it is needed any more; if it cannot be removed, it does no harm.
            let _ = std::fs::remove_file(own);
        }
        context.print_report(&renewals, Effect::Write)?;
        match renewals.incomplete(halt, bulk.journal.path()) {
            Some(incomplete) => Err(CliError::Incomplete(incomplete)),
            None => Ok(()),
        }
    }

    /// The seats to renew; each that was named must have an invitation.
    fn chosen<'a>(&self, list: &'a SeatsList, now: SystemTime) -> Result<Vec<&'a Seat>, CliError> {
        if self.which.all_expired {
            let is_expired =
                |seat: &&Seat| matches!(seat.invitation(now), Invitation::Expired { .. });
            return Ok(list.seats.iter().filter(is_expired).collect());
        }
        let seat = |id: &SeatId| {
            let seat = list.seats.iter().find(|seat| seat.id == *id);
            match seat {
                Some(seat) if seat.status == SeatStatus::Pending => Ok(seat),
                Some(seat) => Err(CliError::invalid(format!(
                    "seat {id} is {}, and only a pending one has an invitation to renew",
                    sanitize(seat.status.as_str())
                ))),
                None => Err(CliError::invalid(format!("there is no seat {id} there"))),
            }
        };
        self.which.seats.iter().map(seat).collect()
    }
}

/// First whoever lost the seat in an earlier run, then all others. Ends when the journal cannot be
/// written: without it, an interruption could cost somebody the seat.
fn renew_all(
    bulk: &mut BulkContext<'_>,
    lost: &[AssignSeat],
    seats: &[&Seat],
    renewals: &mut Renewals,
) -> std::io::Result<()> {
    let mut progress = bulk.output.begin("Renewing", lost.len() + seats.len());
    renewals.left = lost.len() + seats.len();
    for request in lost {
        if bulk.pacer.wait_unless_stopped(1).is_err() {
            return Ok(());
        }
        let result = bulk.client.ensure_assigned(request.clone());
        let result = result.map(polar_core::recipes::EnsuredAssigned::into_seat);
        let end = renewals.take(
            bulk::name(&request.recipient),
            result.map_err(|error| RenewError::Revoked {
                request: Box::new(request.clone()),
                error,
            }),
        );
        bulk.journal
            .write(&JournalEntry::new(end, request.clone()))?;
        progress.step();
    }
    for &seat in seats {
        // To look, to revoke and to assign.
        if bulk.pacer.wait_unless_stopped(3).is_err() {
            return Ok(());
        }
        let request = request(bulk, seat);
        if let Some(request) = &request {
            bulk.journal
                .write(&JournalEntry::new(RENEWING, request.clone()).seat(seat))?;
        }
        let end = renewals.take(holder(seat), bulk.client.renew(seat));
        if let Some(request) = request {
            bulk.journal.write(&JournalEntry::new(end, request))?;
        }
        progress.step();
    }
    Ok(())
}

/// What gives somebody their seat back when it was revoked and not assigned.
fn request(bulk: &BulkContext<'_>, seat: &Seat) -> Option<AssignSeat> {
    let email = seat.email.clone().map(Recipient::Email);
    let recipient = email.or_else(|| seat.customer_id.map(Recipient::Customer))?;
    let mut request = AssignSeat::new(bulk.container, recipient);
    request.metadata = seat
        .seat_metadata
        .clone()
        .filter(|metadata| !metadata.is_empty());
    Some(request)
}

/// Looks whether people whom Polar had no seat for have one after all: a run at the same time may have
/// given it to them. Where nobody can look, it is not known.
fn look_again(bulk: &mut BulkContext<'_>, renewals: &mut Renewals) -> std::io::Result<()> {
    if renewals.without_seat.is_empty() {
        return Ok(());
    }
    let Ok(list) = bulk.list() else {
        renewals.doubt();
        return Ok(());
    };
    let found = renewals.find(&list);
    found
        .into_iter()
        .map(|(request, seat)| JournalEntry::new(RENEWED, request).seat(&seat))
        .try_for_each(|written| bulk.journal.write(&written))
}

/// Who would get a seat back, and since when they have none.
fn preview(lost: &[&JournalEntry]) -> String {
    let people = lost.iter().map(|entry| {
        let name = bulk::name(&entry.request.recipient);
        format!("\n  {name}, lost on {}", entry.at())
    });
    let head =
        "People who lost their seat in a renewal that did not finish, and get one back:".to_owned();
    std::iter::once(head).chain(people).collect()
}

fn question(seats: usize, lost: &[&JournalEntry]) -> String {
    let renew = (seats > 0).then(|| format!("renew {}", counted(seats as u64, "invitation")));
    let names = lost.iter().take(ASKED);
    let mut names: Vec<_> = names
        .map(|entry| bulk::name(&entry.request.recipient))
        .collect();
    let more = lost.len().saturating_sub(ASKED);
    if more > 0 {
        names.push(format!("the {more} others listed above"));
    }
    let give = (!names.is_empty()).then(|| format!("give a seat back to {}", names.join(", ")));
    let parts: Vec<_> = renew.into_iter().chain(give).collect();
    let text = parts.join(" and ");
    let mut characters = text.chars();
    let first = characters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(characters).chain(['?']).collect()
}

const RENEWED: &str = "renewed";
const WITHOUT_SEAT: &str = "without_seat";
/// How many people the question names.
const ASKED: usize = 10;
