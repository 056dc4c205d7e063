//! People lose their seats: each is looked for just before, and matched after.

use polar_core::{Error, Outcome, recipes::EnsuredRevoked, types::AssignSeat};
use polar_roster::Revocation;

use super::{Office, Written, crew, ledger::Halt, office};
use crate::report::holder;

/// How it ended for those who were to lose their seat.
#[derive(Debug, Default)]
pub(crate) struct Revoked {
    pub(crate) done: usize,
    pub(crate) not_done: usize,
    pub(crate) unknown: usize,
    pub(crate) halt: Option<Halt>,
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
            let end = match result {
                Ok(EnsuredRevoked::HitSomebodyElse(seat)) => {
                    office.screen.print(&format!(
                        "The seat of {} changed hands just then, and {} lost it instead",
                        holder(revocation.seat),
                        holder(&seat),
                    ));
                    "hit_somebody_else"
                }
                Ok(_) => {
                    revoked.done += 1;
                    revoked.not_done -= 1;
                    "revoked"
                }
                Err(error) => fail(office, &mut revoked, revocation, error),
            };
            let mut request = AssignSeat::new(container, revocation.holder.clone());
            request.metadata.clone_from(&revocation.seat.seat_metadata);
            let written = Written::new(end, request).seat(revocation.seat);
            if let Err(error) = office.journal.write(&written) {
                office.pacer.stop();
                revoked.halt.get_or_insert(Halt::Journal(error));
            }
        },
    );
    revoked
}

fn fail(
    office: &Office<'_>,
    revoked: &mut Revoked,
    revocation: &Revocation<'_>,
    error: Error,
) -> &'static str {
    let who = holder(revocation.seat);
    office
        .screen
        .print(&format!("The seat of {who} was not revoked: {error}"));
    if error.outcome() == Outcome::Unknown {
        revoked.unknown += 1;
        revoked.not_done -= 1;
        return "unknown";
    }
    // A revocation that is refused is refused for a reason that holds for all.
    if error.outcome() == Outcome::Refused {
        office.pacer.stop();
        revoked.halt.get_or_insert(Halt::Call(error));
    }
    "not_done"
}
