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
    customer_seats::Assign,
    types::{AssignSeat, Seat, SeatsList},
};
use polar_roster::{Aliases, Person, Plan, Roster, SeatedPerson};

use super::{
    Ledger, Office, Written, crew,
    ledger::{End, Meaning},
    office::patiently,
};
use crate::{error::BulkError, report::holder};

/// Assigns seats to those on the roster who have none in the list, as far as there is room.
///
/// The list is the truth. Whoever got no answer is looked for in the next list, and tried again
/// only when it does not show them; should the first try be under way still, Polar gives nobody
/// two seats.
pub(crate) fn assign(
    office: &mut Office<'_>,
    roster: &Roster,
    aliases: &mut Aliases,
    mut list: SeatsList,
    immediate_claim: bool,
) -> Ledger {
    let mut ledger = Ledger::default();
    let mut fruitless = 0;
    let mut is_new = false;
    let mut full = None;
    loop {
        let plan = roster.plan_with(aliases, &list);
        settle(office, &plan, &mut ledger);
        let open = open(&plan, &ledger);
        let room = usize::try_from(plan.available_seats()).unwrap_or(usize::MAX);
        let todo: Vec<_> = open.iter().copied().take(room).collect();
        let is_cut_short =
            office.pacer.is_stopped() || ledger.halt.is_some() || fruitless > office.patience;
        // That people have no seat is reported only after a look at a new list.
        if open.is_empty() || is_cut_short || todo.is_empty() && is_new {
            close(&plan, &mut ledger, is_cut_short);
            break;
        }
        let before = ledger.count(End::is_final);
        if !todo.is_empty() {
            full = round(office, &todo, aliases, &mut ledger, immediate_claim).or(full);
        }
        if open.iter().all(|person| !ledger.is_open(person.line)) {
            break;
        }
        if todo.is_empty() || ledger.count(End::is_final) > before {
            fruitless = 0;
        } else {
            office
                .pacer
                .pause(Duration::from_secs(1 << fruitless.min(5)));
            fruitless += 1;
        }
        // Looking again settles whatever got no answer, also when everything is to stop.
        match office.list() {
            Ok(new) => list = new,
            Err(halt) => {
                ledger.halt.get_or_insert(halt);
                ledger.doubt();
                break;
            }
        }
        is_new = true;
    }
    let is_cut_short =
        ledger.halt.is_some() || office.pacer.is_stopped() || fruitless > office.patience;
    leave(roster, &mut ledger, is_cut_short);
    // Why Polar has no seat for them; an order that is not paid yet is a reason, too.
    if let Some(error) =
        full.filter(|_| ledger.count(End::lacks_seat) > 0 && !office.pacer.is_stopped())
    {
        ledger.halt.get_or_insert(BulkError::Call(error));
    }
    ledger
}

/// What is known of everybody when it could not begin.
pub(crate) fn none_assigned(roster: &Roster, halt: BulkError) -> Ledger {
    let mut ledger = Ledger::default();
    ledger.halt = Some(halt);
    leave(roster, &mut ledger, true);
    ledger
}

/// Why somebody is rejected whom the list shows as two people.
pub(super) fn of_two_people(seated: &SeatedPerson<'_>) -> String {
    format!(
        "the id and the address are of two people: {} has a seat already",
        holder(seated.seat)
    )
}

/// Takes down who is there. Somebody who got no answer before was assigned then.
fn settle(office: &mut Office<'_>, plan: &Plan<'_>, ledger: &mut Ledger) {
    for seated in &plan.mismatched {
        ledger.put(seated.person.line, End::Rejected(of_two_people(seated)));
    }
    for seated in &plan.already_there {
        let (person, seat) = (seated.person, seated.seat);
        match ledger.get(person.line) {
            Some(End::Unknown(_)) => {
                let request = person.request(office.container);
                note(
                    office,
                    ledger,
                    request,
                    person.line,
                    End::Assigned(seat.id),
                    Some(seat),
                );
            }
            Some(End::WithoutSeat) => {
                let request = person.request(office.container);
                note(
                    office,
                    ledger,
                    request,
                    person.line,
                    End::AlreadyThere,
                    Some(seat),
                );
            }
            None | Some(End::NotDone(_)) => ledger.put(person.line, End::AlreadyThere),
            Some(_) => {}
        }
    }
}

/// People who still need a seat, in the order of the file. If some may have one already, these come
/// first: only while a seat is free does Polar tell.
fn open<'a>(plan: &Plan<'a>, ledger: &Ledger) -> Vec<&'a Person> {
    let people = plan.unlisted.iter().chain(&plan.assign).copied();
    let mut open: Vec<_> = people
        .filter(|person| ledger.is_open(person.line))
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
fn close(plan: &Plan<'_>, ledger: &mut Ledger, is_cut_short: bool) {
    if !may_have_seats(plan) {
        return;
    }
    for person in &plan.unlisted {
        let lacks_seat = match ledger.get(person.line) {
            None => !is_cut_short,
            Some(end) => end.lacks_seat(),
        };
        if lacks_seat {
            ledger.put(person.line, End::MayHaveSeat);
        }
    }
}

/// Everybody once. Returns the error with which Polar said that no seat is free.
fn round(
    office: &mut Office<'_>,
    todo: &[&Person],
    aliases: &mut Aliases,
    ledger: &mut Ledger,
    immediate_claim: bool,
) -> Option<Error> {
    let mut full = None;
    let over = AtomicBool::new(false);
    let mut failures = 0;
    let mut progress = office.screen.begin("Assigning", todo.len());
    let (client, pacer, container) = (office.client, Arc::clone(&office.pacer), office.container);
    let request = |person: &Person| {
        let mut request = person.request(container);
        request.immediate_claim = immediate_claim;
        request
    };
    let perform = |person: &&Person| -> Option<Result<Seat, Error>> {
        if over.load(Ordering::Relaxed) {
            return None;
        }
        patiently(&pacer, 1, || client.call(Assign::new(request(person))))
    };
    crew::work(office.threads, todo, perform, |person, result| {
        progress.step();
        let (line, request) = (person.line, request(person));
        match result {
            Ok(seat) => {
                failures = 0;
                aliases.learn(person.recipient.clone(), &seat);
                note(
                    office,
                    ledger,
                    request,
                    line,
                    End::Assigned(seat.id),
                    Some(&seat),
                );
            }
            Err(error) => match Meaning::of(&error) {
                Meaning::Person(end) => note(office, ledger, request, line, end, None),
                Meaning::Trouble(end) => {
                    failures += 1;
                    if failures >= ENOUGH {
                        over.store(true, Ordering::Relaxed);
                    }
                    note(office, ledger, request, line, end, None);
                }
                Meaning::Full(end) => {
                    over.store(true, Ordering::Relaxed);
                    note(office, ledger, request, line, end, None);
                    full = Some(error);
                }
                Meaning::Everybody(end) => {
                    office.pacer.stop();
                    note(office, ledger, request, line, end, None);
                    ledger.halt.get_or_insert(BulkError::Call(error));
                }
            },
        }
    });
    full
}

/// Takes an end down, here and in the journal.
fn note(
    office: &mut Office<'_>,
    ledger: &mut Ledger,
    request: AssignSeat,
    line: u64,
    end: End,
    seat: Option<&Seat>,
) {
    let mut written = Written::new(end.word(), request)
        .line(line)
        .reason(end.reason());
    if let Some(seat) = seat {
        written = written.seat(seat);
    }
    ledger.put(line, end);
    if let Err(error) = office.journal.write(&written) {
        // Without a record nothing more is sent.
        office.pacer.stop();
        ledger.halt.get_or_insert(BulkError::Journal(error));
    }
}

/// Takes down those who were never tried.
fn leave(roster: &Roster, ledger: &mut Ledger, is_cut_short: bool) {
    for person in roster.people() {
        if ledger.get(person.line).is_none() {
            let end = if is_cut_short {
                End::NotDone("it was not their turn yet".to_owned())
            } else {
                End::WithoutSeat
            };
            ledger.put(person.line, end);
        }
    }
}

/// So many failures in a row, and the round is over: look before going on.
const ENOUGH: u32 = 10;
