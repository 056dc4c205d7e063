//! Drives a run that assigns and revokes seats.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use polar_core::{
    Error, Outcome, Remedy,
    recipes::EnsuredRevoked,
    types::{AssignSeat, Seat, SeatId, SeatsList},
};
use polar_roster::{
    Person, Revocation,
    run::{
        AssignResult, AssignRound, AssignmentRun, RevokeResult, RevokeRound, RoundControl,
        RowResult, RunOutcome, Step,
    },
};

use super::{
    BulkContext, JournalEntry,
    context::call_when_allowed,
    journal::{REVOKING, UNKNOWN},
    workers,
};
use crate::{error::BulkError, report::holder};

/// Drives a run to its end. The first error that stops it is in [`BulkContext::error`].
pub(crate) fn drive(
    bulk: &mut BulkContext,
    run: AssignmentRun<'_>,
    list: &SeatsList,
    immediate_claim: bool,
) -> RunOutcome {
    let mut no_free_seat = None;
    let mut step = run.max_idle_rounds(bulk.max_retries).begin(list);
    let outcome = loop {
        if bulk.pacer.is_stopped() {
            step = step.stop();
        }
        step = match step {
            Step::Revoke(round) => revoke(bulk, round),
            Step::Assign(round) => assign(bulk, round, immediate_claim, &mut no_free_seat),
            Step::List(listing) => match bulk.list() {
                Ok(list) => {
                    let (found, next) = listing.complete(&list);
                    for one in found {
                        let request = one.person.request(bulk.container);
                        record(bulk, request, one.person.line, &one.result, Some(&one.seat));
                    }
                    next
                }
                Err(error) => {
                    bulk.error.get_or_insert(error);
                    listing.fail()
                }
            },
            Step::Wait(wait) => {
                bulk.pacer.pause(wait.duration());
                wait.resume()
            }
            Step::Done(outcome) => break outcome,
        };
    };
    // The error has Polar's reason, such as an order that is not paid yet.
    let lacks_seat = outcome.results.count(RowResult::lacks_seat) > 0;
    if let Some(error) = no_free_seat.filter(|_| lacks_seat && !bulk.pacer.is_stopped()) {
        bulk.error.get_or_insert(BulkError::Call(error));
    }
    outcome
}

fn assign<'a>(
    bulk: &mut BulkContext,
    mut round: AssignRound<'a>,
    immediate_claim: bool,
    no_free_seat: &mut Option<Error>,
) -> Step<'a> {
    let people = round.people().to_vec();
    let is_over = AtomicBool::new(false);
    let mut progress = bulk.output.begin("Assigning", people.len());
    let (client, pacer) = (Arc::clone(&bulk.client), Arc::clone(&bulk.pacer));
    let container = bulk.container;
    let request = |person: &Person| {
        let mut request = person.request(container);
        request.immediate_claim = immediate_claim;
        request
    };
    let send = |person: &&Person| {
        if is_over.load(Ordering::Relaxed) {
            return None;
        }
        call_when_allowed(&pacer, 1, || client.call(request(person)))
    };
    workers::run(bulk.workers, &people, send, |person, response| {
        progress.increment();
        let result = match &response {
            Ok(seat) => AssignResult::Assigned(Box::new(seat.clone())),
            Err(error) => failed_assignment(error),
        };
        let control = round.report(person, &result);
        if control != RoundControl::Continue {
            is_over.store(true, Ordering::Relaxed);
        }
        let seat = response.as_ref().ok();
        record(bulk, request(person), person.line, &(&result).into(), seat);
        match (response, result) {
            (Err(error), AssignResult::NoFreeSeat) => *no_free_seat = Some(error),
            (Err(error), AssignResult::Forbidden(_)) => bulk.stop(BulkError::Call(error)),
            _ => {}
        }
    });
    round.complete()
}

/// Returns what a failed assignment means for the person, and for everyone else.
fn failed_assignment(error: &Error) -> AssignResult {
    let api_error = error
        .api_error()
        .filter(|_| error.outcome() == Outcome::Refused);
    let Some(api_error) = api_error else {
        let reason = match error.api_error() {
            Some(api_error) => api_error.to_string(),
            None => error.to_string(),
        };
        return match error.outcome() {
            _ if error.is_invalid() => AssignResult::Rejected(reason),
            Outcome::Unknown => AssignResult::Unknown(reason),
            _ => AssignResult::NotDone(reason),
        };
    };
    let reason = api_error.to_string();
    match api_error.remedy() {
        Remedy::AlreadyAssigned => AssignResult::AlreadyAssigned,
        Remedy::Request | Remedy::Recipient => AssignResult::Rejected(reason),
        Remedy::FreeSeat => AssignResult::NoFreeSeat,
        Remedy::Credentials
        | Remedy::Scope(_)
        | Remedy::Role
        | Remedy::Feature
        | Remedy::Id
        | Remedy::Version => AssignResult::Forbidden(reason),
        _ => AssignResult::Refused(reason),
    }
}

/// Revokes seats by their holders, never by a seat's id alone.
fn revoke<'a>(bulk: &mut BulkContext, mut round: RevokeRound<'a>) -> Step<'a> {
    let revocations = round.revocations().to_vec();
    // All of them first: if the program is killed, every request in progress is in the journal.
    for revocation in &revocations {
        record_revocation(bulk, revocation, REVOKING);
    }
    let mut remaining: HashMap<SeatId, &Revocation<'_>> =
        revocations.iter().map(|one| (one.seat.id, one)).collect();
    let mut progress = bulk.output.begin("Revoking", revocations.len());
    let (client, pacer) = (Arc::clone(&bulk.client), Arc::clone(&bulk.pacer));
    let container = bulk.container;
    let send = |revocation: &Revocation<'_>| {
        call_when_allowed(&pacer, 2, || {
            client.ensure_revoked(container, &revocation.holder)
        })
    };
    workers::run(bulk.workers, &revocations, send, |revocation, response| {
        progress.increment();
        remaining.remove(&revocation.seat.id);
        let result = revoke_result(&response);
        // Whether to continue is up to the pacer, which `bulk.stop` stops.
        let _ = round.report(result);
        let name = holder(revocation.seat);
        match response {
            Ok(EnsuredRevoked::RevokedOther(seat)) => bulk.output.print(&format!(
                "warning: the seat of {name} was reassigned at the same time, and {} lost it instead",
                holder(&seat)
            )),
            Ok(_) => {}
            Err(error) => {
                bulk.output
                    .print(&format!("The seat of {name} was not revoked: {error}"));
                if result == RevokeResult::Forbidden {
                    bulk.stop(BulkError::Call(error));
                }
            }
        }
        let outcome = match result {
            RevokeResult::Revoked => "revoked",
            RevokeResult::OtherHolder => "hit_somebody_else",
            RevokeResult::Unknown => UNKNOWN,
            _ => NOT_DONE,
        };
        record_revocation(bulk, revocation, outcome);
    });
    for revocation in remaining.into_values() {
        record_revocation(bulk, revocation, NOT_DONE);
    }
    round.complete()
}

fn revoke_result(response: &Result<EnsuredRevoked, Error>) -> RevokeResult {
    match response {
        Ok(EnsuredRevoked::RevokedOther(_)) => RevokeResult::OtherHolder,
        Ok(_) => RevokeResult::Revoked,
        Err(error) if error.outcome() == Outcome::Unknown => RevokeResult::Unknown,
        // Polar refuses a revocation only for reasons that apply to all of them.
        Err(error) if error.api_error().is_some() => RevokeResult::Forbidden,
        Err(_) => RevokeResult::NotDone,
    }
}

fn record(
    bulk: &mut BulkContext,
    request: AssignSeat,
    line: u64,
    result: &RowResult,
    seat: Option<&Seat>,
) {
    let mut entry = JournalEntry::new(result.as_str(), request)
        .line(line)
        .reason(result.reason());
    if let Some(seat) = seat {
        entry = entry.seat(seat);
    }
    bulk.record(&entry);
}

/// Records a revocation, with everything that is needed to assign the seat again.
fn record_revocation(bulk: &mut BulkContext, revocation: &Revocation<'_>, outcome: &str) {
    let mut request = AssignSeat::new(bulk.container, revocation.holder.clone());
    request.metadata.clone_from(&revocation.seat.seat_metadata);
    bulk.record(&JournalEntry::new(outcome, request).seat(revocation.seat));
}

const NOT_DONE: &str = "not_done";
