mod renewals;

use std::{path::PathBuf, time::SystemTime};

use clap::Args;
use polar_core::{
    recipes::RenewError,
    types::{AssignSeat, Invitation, Recipient, Seat, SeatId, SeatStatus, SeatsList},
};

use self::renewals::Renewals;
use crate::{
    args::ContainerArgs,
    bulk::{self, BulkContext, JournalEntry, PaceArgs, RENEWING, UNKNOWN},
    context::Context,
    error::{BulkError, CliError, Effect, StopReason},
    report::{counted, holder, sanitize},
};

/// Replace invitations: revoke pending seats and assign them again
#[derive(Args)]
#[command(after_help = "\
A renewed invitation has a new link, in a new email, which is valid for 24 hours; the old link \
stops working. The seat is free for a moment, and two webhooks are sent. If an interruption at \
that moment costs people their seat, the same command restores it, and names them first: a journal \
in the current folder has their names until all is done. After a day this needs --include-old.

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

    /// Also restore seats that were lost more than a day ago
    #[arg(long)]
    include_old: bool,

    /// Do not ask for confirmation
    #[arg(short, long)]
    yes: bool,

    #[command(flatten)]
    pace: PaceArgs,
}

/// The invitations to renew.
#[derive(Args)]
#[group(id = "which", required = true, multiple = false)]
struct WhichArgs {
    /// Ids of seats, as shown by `list`
    #[arg(value_name = "SEAT_ID")]
    seats: Vec<SeatId>,

    /// Renew all expired invitations
    #[arg(long)]
    all_expired: bool,
}

impl Renew {
    pub(crate) fn run(&self, context: &mut Context<'_>) -> Result<(), CliError> {
        let container = self.container.require(context.system.env)?;
        let own_journal = PathBuf::from(format!("polar-seats-renew-{}.jsonl", container.as_uuid()));
        let (mut bulk, entries) =
            BulkContext::open(context, &self.pace, container, Some(own_journal.clone()), 1)?;
        bulk.wait_for_earlier_revocations(&entries, self.pace.api.timeout);
        let list = bulk.list()?;
        let seats = self.seats_to_renew(&list, context.clock.now())?;
        let now = SystemTime::now();
        let unfinished =
            bulk::last_entries(&entries, container, &[RENEWING, WITHOUT_SEAT, UNKNOWN]);
        let (lost_seats, old): (Vec<&JournalEntry>, Vec<_>) = unfinished
            .into_iter()
            .filter(|entry| list.find(&entry.request.recipient).is_none())
            .partition(|entry| self.include_old || entry.is_recent(now));

        if !lost_seats.is_empty() {
            bulk.output.print(&preview(&lost_seats));
        }
        if !seats.is_empty() || !lost_seats.is_empty() {
            context.confirm(&question(seats.len(), &lost_seats), self.yes)?;
            bulk.begin()?;
        }
        let lost_seats: Vec<_> = lost_seats
            .iter()
            .map(|entry| entry.request.clone())
            .collect();
        let mut renewals = Renewals::default();
        let renewed = renew_all(&mut bulk, &lost_seats, &seats, &mut renewals);
        let checked = check_without_seat(&mut bulk, &mut renewals);
        let stopped = bulk.pacer.stopped().filter(|_| !renewals.is_complete());
        renewals.interrupted = stopped == Some(StopReason::Interrupted);
        let cause = renewed.and(checked).err().map(BulkError::Journal);
        let cause = cause.or(stopped.map(BulkError::Stopped));
        renewals.add_old(&old);
        if renewals.is_done() && bulk.journal.path() == Some(&own_journal) {
            // It is not needed anymore. If it cannot be removed, that does no harm.
            let _ = std::fs::remove_file(own_journal);
        }
        context.print_report(&renewals, Effect::Write)?;
        match renewals.incomplete(cause, bulk.journal.path()) {
            Some(incomplete) => Err(CliError::Incomplete(incomplete)),
            None => Ok(()),
        }
    }

    /// Returns the seats to renew.
    ///
    /// # Errors
    ///
    /// If a seat that was named has no invitation.
    fn seats_to_renew<'a>(
        &self,
        list: &'a SeatsList,
        now: SystemTime,
    ) -> Result<Vec<&'a Seat>, CliError> {
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
                    "seat {id} is {}; only pending seats have an invitation to renew",
                    sanitize(seat.status.as_str())
                ))),
                None => Err(CliError::invalid(format!(
                    "seat {id} does not exist in this subscription or order"
                ))),
            }
        };
        self.which.seats.iter().map(seat).collect()
    }
}

/// Renews the seats that an earlier run lost, then the others. Ends if the journal cannot be written:
/// without it, a person could lose the seat if the program is killed.
fn renew_all(
    bulk: &mut BulkContext,
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
        let outcome = renewals.record(
            bulk::recipient_name(&request.recipient),
            result.map_err(|error| RenewError::Revoked {
                request: Box::new(request.clone()),
                error,
            }),
        );
        bulk.journal
            .write(&JournalEntry::new(outcome, request.clone()))?;
        progress.increment();
    }
    for &seat in seats {
        // Three requests: list, revoke and assign.
        if bulk.pacer.wait_unless_stopped(3).is_err() {
            return Ok(());
        }
        let request = request(bulk, seat);
        if let Some(request) = &request {
            bulk.journal
                .write(&JournalEntry::new(RENEWING, request.clone()).seat(seat))?;
        }
        let outcome = renewals.record(holder(seat), bulk.client.renew(seat));
        if let Some(request) = request {
            bulk.journal.write(&JournalEntry::new(outcome, request))?;
        }
        progress.increment();
    }
    Ok(())
}

/// Returns the request that assigns the seat to the same person again.
fn request(bulk: &BulkContext, seat: &Seat) -> Option<AssignSeat> {
    let email = seat.email.clone().map(Recipient::Email);
    let recipient = email.or_else(|| seat.customer_id.map(Recipient::Customer))?;
    let mut request = AssignSeat::new(bulk.container, recipient);
    request.metadata = seat
        .seat_metadata
        .clone()
        .filter(|metadata| !metadata.is_empty());
    Some(request)
}

/// Lists the seats, because another run may have assigned one to people for whom none was free. If the
/// list fails, their outcome is unknown.
fn check_without_seat(bulk: &mut BulkContext, renewals: &mut Renewals) -> std::io::Result<()> {
    if renewals.without_seat.is_empty() {
        return Ok(());
    }
    let Ok(list) = bulk.list() else {
        renewals.mark_unknown();
        return Ok(());
    };
    let found = renewals.take_found(&list);
    found
        .into_iter()
        .map(|(request, seat)| JournalEntry::new(RENEWED, request).seat(&seat))
        .try_for_each(|written| bulk.journal.write(&written))
}

/// Returns a list of the people who get a lost seat back, with the time when they lost it.
fn preview(lost: &[&JournalEntry]) -> String {
    let people = lost.iter().map(|entry| {
        let name = bulk::recipient_name(&entry.request.recipient);
        format!("\n  {name}, lost on {}", entry.at())
    });
    let head = "People who lost their seat in an unfinished renewal, and get one back:".to_owned();
    std::iter::once(head).chain(people).collect()
}

fn question(seats: usize, lost: &[&JournalEntry]) -> String {
    let renew = (seats > 0).then(|| format!("renew {}", counted(seats as u64, "invitation")));
    let names = lost.iter().take(MAX_NAMES);
    let mut names: Vec<_> = names
        .map(|entry| bulk::recipient_name(&entry.request.recipient))
        .collect();
    let more = lost.len().saturating_sub(MAX_NAMES);
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
/// Maximum number of people that the question names.
const MAX_NAMES: usize = 10;
