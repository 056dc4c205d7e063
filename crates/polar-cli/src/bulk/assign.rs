//! Everybody on a roster gets a seat: plan, carry out, look again, until nothing is left to do.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use polar_core::{
    Error,
    types::{AssignSeat, Seat, SeatsList},
};
use polar_roster::{Aliases, Person, Plan, Roster, SeatedPerson};

use super::{
    BulkContext, JournalEntry, RowResults,
    context::patiently,
    results::{Meaning, RowResult},
    workers,
};
use crate::{error::BulkError, report::holder};

/// Assigns seats to those on the roster who have none in the list, as far as there is room.
///
/// The list is the truth. Whoever got no answer is looked for in the next list, and tried again
/// only when it does not show them; should the first try be under way still, Polar gives nobody
/// two seats.
pub(crate) fn assign(
    bulk: &mut BulkContext<'_>,
    roster: &Roster,
    aliases: &mut Aliases,
    mut list: SeatsList,
    immediate_claim: bool,
) -> RowResults {
    let mut results = RowResults::default();
    let mut fruitless = 0;
    let mut is_new = false;
    let mut full = None;
    loop {
        let plan = roster.plan_with(aliases, &list);
        settle(bulk, &plan, &mut results);
        let open = open(&plan, &results);
        let room = usize::try_from(plan.available_seats()).unwrap_or(usize::MAX);
        let todo: Vec<_> = open.iter().copied().take(room).collect();
        let is_cut_short =
            bulk.pacer.is_stopped() || results.halt.is_some() || fruitless > bulk.patience;
        // That people have no seat is reported only after a look at a new list.
        if open.is_empty() || is_cut_short || todo.is_empty() && is_new {
            close(&plan, &mut results, is_cut_short);
            break;
        }
        let before = results.count(RowResult::is_final);
        if !todo.is_empty() {
            full = round(bulk, &todo, aliases, &mut results, immediate_claim).or(full);
        }
        if open.iter().all(|person| !results.is_open(person.line)) {
            break;
        }
        if todo.is_empty() || results.count(RowResult::is_final) > before {
            fruitless = 0;
        } else {
            bulk.pacer.pause(Duration::from_secs(1 << fruitless.min(5)));
            fruitless += 1;
        }
        // Looking again settles whatever got no answer, also when everything is to stop.
        match bulk.list() {
            Ok(new) => list = new,
            Err(halt) => {
                results.halt.get_or_insert(halt);
                results.doubt();
                break;
            }
        }
        is_new = true;
    }
    let is_cut_short =
        results.halt.is_some() || bulk.pacer.is_stopped() || fruitless > bulk.patience;
    leave(roster, &mut results, is_cut_short);
    // Why Polar has no seat for them; an order that is not paid yet is a reason, too.
    if let Some(error) =
        full.filter(|_| results.count(RowResult::lacks_seat) > 0 && !bulk.pacer.is_stopped())
    {
        results.halt.get_or_insert(BulkError::Call(error));
    }
    results
}

/// What is known of everybody when it could not begin.
pub(crate) fn none_assigned(roster: &Roster, halt: BulkError) -> RowResults {
    let mut results = RowResults::default();
    results.halt = Some(halt);
    leave(roster, &mut results, true);
    results
}

/// Why somebody is rejected whom the list shows as two people.
pub(super) fn of_two_people(seated: &SeatedPerson<'_>) -> String {
    format!(
        "the id and the address are of two people: {} has a seat already",
        holder(seated.seat)
    )
}

/// Takes down who is there. Somebody who got no answer before was assigned then.
fn settle(bulk: &mut BulkContext<'_>, plan: &Plan<'_>, results: &mut RowResults) {
    for seated in &plan.mismatched {
        results.put(
            seated.person.line,
            RowResult::Rejected(of_two_people(seated)),
        );
    }
    for seated in &plan.already_there {
        let (person, seat) = (seated.person, seated.seat);
        match results.get(person.line) {
            Some(RowResult::Unknown(_)) => {
                let request = person.request(bulk.container);
                note(
                    bulk,
                    results,
                    request,
                    person.line,
                    RowResult::Assigned(seat.id),
                    Some(seat),
                );
            }
            Some(RowResult::WithoutSeat) => {
                let request = person.request(bulk.container);
                note(
                    bulk,
                    results,
                    request,
                    person.line,
                    RowResult::AlreadyThere,
                    Some(seat),
                );
            }
            None | Some(RowResult::NotDone(_)) => results.put(person.line, RowResult::AlreadyThere),
            Some(_) => {}
        }
    }
}

/// People who still need a seat, in the order of the file. If some may have one already, these come
/// first: only while a seat is free does Polar tell.
fn open<'a>(plan: &Plan<'a>, results: &RowResults) -> Vec<&'a Person> {
    let people = plan.unlisted.iter().chain(&plan.assign).copied();
    let mut open: Vec<_> = people
        .filter(|person| results.is_open(person.line))
        .collect();
    if !may_have_seats(plan) {
        open.sort_by_key(|person| person.line);
    }
    open
}

/// Whether people whom the list cannot show may have a seat: it has seats of people who are not
/// otherwise on the roster.
fn may_have_seats(plan: &Plan<'_>) -> bool {
    !(plan.others.is_empty() && plan.buyer.is_empty() && plan.doubtful.is_empty())
}

/// Takes down who may have a seat, though none is free.
fn close(plan: &Plan<'_>, results: &mut RowResults, is_cut_short: bool) {
    if !may_have_seats(plan) {
        return;
    }
    for person in &plan.unlisted {
        let lacks_seat = match results.get(person.line) {
            None => !is_cut_short,
            Some(end) => end.lacks_seat(),
        };
        if lacks_seat {
            results.put(person.line, RowResult::MayHaveSeat);
        }
    }
}

/// Everybody once. Returns the error with which Polar said that no seat is free.
fn round(
    bulk: &mut BulkContext<'_>,
    todo: &[&Person],
    aliases: &mut Aliases,
    results: &mut RowResults,
    immediate_claim: bool,
) -> Option<Error> {
    let mut full = None;
    let over = AtomicBool::new(false);
    let mut failures = 0;
    let mut progress = bulk.output.begin("Assigning", todo.len());
    let (client, pacer, container) = (bulk.client, Arc::clone(&bulk.pacer), bulk.container);
    let request = |person: &Person| {
        let mut request = person.request(container);
        request.immediate_claim = immediate_claim;
        request
    };
    let perform = |person: &&Person| -> Option<Result<Seat, Error>> {
        if over.load(Ordering::Relaxed) {
            return None;
        }
        patiently(&pacer, 1, || client.call(request(person)))
    };
    workers::work(bulk.threads, todo, perform, |person, result| {
        progress.step();
        let (line, request) = (person.line, request(person));
        match result {
            Ok(seat) => {
                failures = 0;
                aliases.learn(person.recipient.clone(), &seat);
                note(
                    bulk,
                    results,
                    request,
                    line,
                    RowResult::Assigned(seat.id),
                    Some(&seat),
                );
            }
            Err(error) => match Meaning::of(&error) {
                Meaning::Person(end) => note(bulk, results, request, line, end, None),
                Meaning::Trouble(end) => {
                    failures += 1;
                    if failures >= ENOUGH {
                        over.store(true, Ordering::Relaxed);
                    }
                    note(bulk, results, request, line, end, None);
                }
                Meaning::Full(end) => {
                    over.store(true, Ordering::Relaxed);
                    note(bulk, results, request, line, end, None);
                    full = Some(error);
                }
                Meaning::Everybody(end) => {
                    bulk.pacer.stop();
                    note(bulk, results, request, line, end, None);
                    results.halt.get_or_insert(BulkError::Call(error));
                }
            },
        }
    });
    full
}

/// Takes an end down, here and in the journal.
fn note(
    bulk: &mut BulkContext<'_>,
    results: &mut RowResults,
    request: AssignSeat,
    line: u64,
    end: RowResult,
    seat: Option<&Seat>,
) {
    let mut written = JournalEntry::new(end.word(), request)
        .line(line)
        .reason(end.reason());
    if let Some(seat) = seat {
        written = written.seat(seat);
    }
    results.put(line, end);
    if let Err(error) = bulk.journal.write(&written) {
        // Without a record nothing more is sent.
        bulk.pacer.stop();
        results.halt.get_or_insert(BulkError::Journal(error));
    }
}

/// Takes down those who were never tried.
fn leave(roster: &Roster, results: &mut RowResults, is_cut_short: bool) {
    for person in roster.people() {
        if results.get(person.line).is_none() {
            let end = if is_cut_short {
                RowResult::NotDone("it was not their turn yet".to_owned())
            } else {
                RowResult::WithoutSeat
            };
            results.put(person.line, end);
        }
    }
}

/// So many failures in a row, and the round is over: look before going on.
const ENOUGH: u32 = 10;
