//! People lose their seats: each is looked for just before, and matched after.

use std::collections::HashMap;

use polar_core::{
    Error, Outcome,
    recipes::EnsuredRevoked,
    types::{AssignSeat, SeatId},
};
use polar_roster::Revocation;

use super::{
    BulkContext, JournalEntry, context,
    journal::{REVOKING, UNKNOWN},
    workers,
};
use crate::{error::BulkError, report::holder};

/// How it ended for those who were to lose their seat.
#[derive(Debug, Default)]
pub(crate) struct Revoked {
    pub(crate) done: usize,
    pub(crate) not_done: usize,
    pub(crate) unknown: usize,
    pub(crate) halt: Option<BulkError>,
}

/// Takes their seats from people, each by who they are and never by a seat's id alone.
pub(crate) fn revoke(bulk: &mut BulkContext<'_>, revocations: &[Revocation<'_>]) -> Revoked {
    let mut revoked = Revoked {
        not_done: revocations.len(),
        ..Revoked::default()
    };
    if revocations.is_empty() {
        return revoked;
    }
    // All beforehand: what is under way when the program is killed is among them.
    for revocation in revocations {
        write(bulk, &mut revoked, revocation, REVOKING);
    }
    let mut left: HashMap<SeatId, &Revocation<'_>> =
        revocations.iter().map(|one| (one.seat.id, one)).collect();
    let mut progress = bulk.output.begin("Revoking", revocations.len());
    let (client, pacer, container) = (bulk.client, bulk.pacer.clone(), bulk.container);
    let perform = |revocation: &Revocation<'_>| {
        context::patiently(&pacer, 2, || {
            client.ensure_revoked(container, &revocation.holder)
        })
    };
    workers::work(bulk.threads, revocations, perform, |revocation, result| {
        progress.step();
        left.remove(&revocation.seat.id);
        let end = revoked.take(bulk, revocation, result);
        write(bulk, &mut revoked, revocation, end);
    });
    for revocation in left.into_values() {
        write(bulk, &mut revoked, revocation, NOT_DONE);
    }
    revoked
}

impl Revoked {
    /// Takes an end down, and tells its word for the journal.
    fn take(
        &mut self,
        bulk: &BulkContext<'_>,
        revocation: &Revocation<'_>,
        result: Result<EnsuredRevoked, Error>,
    ) -> &'static str {
        let who = holder(revocation.seat);
        match result {
            Ok(EnsuredRevoked::RevokedOther(seat)) => {
                let other = holder(&seat);
                bulk.output.print(&format!(
                    "The seat of {who} changed hands just then, and {other} lost it instead"
                ));
                "hit_somebody_else"
            }
            Ok(_) => {
                self.done += 1;
                self.not_done -= 1;
                "revoked"
            }
            Err(error) => {
                bulk.output
                    .print(&format!("The seat of {who} was not revoked: {error}"));
                self.fail(bulk, error)
            }
        }
    }

    fn fail(&mut self, bulk: &BulkContext<'_>, error: Error) -> &'static str {
        if error.outcome() == Outcome::Unknown {
            self.unknown += 1;
            self.not_done -= 1;
            return UNKNOWN;
        }
        // A revocation that is refused is refused for a reason that holds for all.
        if error.api_error().is_some() {
            bulk.pacer.stop();
            self.halt.get_or_insert(BulkError::Call(error));
        }
        NOT_DONE
    }
}

/// Writes it down, with all that it takes to give the seat back. When that fails, nothing more is
/// sent.
fn write(
    bulk: &mut BulkContext<'_>,
    revoked: &mut Revoked,
    revocation: &Revocation<'_>,
    outcome: &str,
) {
    let mut request = AssignSeat::new(bulk.container, revocation.holder.clone());
    request.metadata.clone_from(&revocation.seat.seat_metadata);
    let written = JournalEntry::new(outcome, request).seat(revocation.seat);
    if let Err(error) = bulk.journal.write(&written) {
        bulk.pacer.stop();
        revoked.halt.get_or_insert(BulkError::Journal(error));
    }
}

const NOT_DONE: &str = "not_done";
