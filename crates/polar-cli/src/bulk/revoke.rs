//! People lose their seats: each is looked for just before, and matched after.

use std::collections::HashMap;

use polar_core::{
    Error, Outcome,
    recipes::EnsuredRevoked,
    types::{AssignSeat, SeatId},
};
use polar_roster::Revocation;

use super::{
    Office, Written, crew, office,
    written::{REVOKING, UNKNOWN},
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
pub(crate) fn revoke(office: &mut Office<'_>, revocations: &[Revocation<'_>]) -> Revoked {
    let mut revoked = Revoked {
        not_done: revocations.len(),
        ..Revoked::default()
    };
    if revocations.is_empty() {
        return revoked;
    }
    // All beforehand: what is under way when the program is killed is among them.
    for revocation in revocations {
        write(office, &mut revoked, revocation, REVOKING);
    }
    let mut left: HashMap<SeatId, &Revocation<'_>> =
        revocations.iter().map(|one| (one.seat.id, one)).collect();
    let mut progress = office.screen.begin("Revoking", revocations.len());
    let (client, pacer, container) = (office.client, office.pacer.clone(), office.container);
    let perform = |revocation: &Revocation<'_>| {
        office::patiently(&pacer, 2, || {
            client.ensure_revoked(container, &revocation.holder)
        })
    };
    crew::work(
        office.threads,
        revocations,
        perform,
        |revocation, result| {
            progress.step();
            left.remove(&revocation.seat.id);
            let end = revoked.take(office, revocation, result);
            write(office, &mut revoked, revocation, end);
        },
    );
    for revocation in left.into_values() {
        write(office, &mut revoked, revocation, NOT_DONE);
    }
    revoked
}

impl Revoked {
    /// Takes an end down, and tells its word for the journal.
    fn take(
        &mut self,
        office: &Office<'_>,
        revocation: &Revocation<'_>,
        result: Result<EnsuredRevoked, Error>,
    ) -> &'static str {
        let who = holder(revocation.seat);
        match result {
            Ok(EnsuredRevoked::HitSomebodyElse(seat)) => {
                let other = holder(&seat);
                office.screen.print(&format!(
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
                office
                    .screen
                    .print(&format!("The seat of {who} was not revoked: {error}"));
                self.fail(office, error)
            }
        }
    }

    fn fail(&mut self, office: &Office<'_>, error: Error) -> &'static str {
        if error.outcome() == Outcome::Unknown {
            self.unknown += 1;
            self.not_done -= 1;
            return UNKNOWN;
        }
        // A revocation that is refused is refused for a reason that holds for all.
        if error.api_error().is_some() {
            office.pacer.stop();
            self.halt.get_or_insert(BulkError::Call(error));
        }
        NOT_DONE
    }
}

/// Writes it down, with all that it takes to give the seat back. When that fails, nothing more is
/// sent.
fn write(
    office: &mut Office<'_>,
    revoked: &mut Revoked,
    revocation: &Revocation<'_>,
    outcome: &str,
) {
    let mut request = AssignSeat::new(office.container, revocation.holder.clone());
    request.metadata.clone_from(&revocation.seat.seat_metadata);
    let written = Written::new(outcome, request).seat(revocation.seat);
    if let Err(error) = office.journal.write(&written) {
        office.pacer.stop();
        revoked.halt.get_or_insert(BulkError::Journal(error));
    }
}

const NOT_DONE: &str = "not_done";
