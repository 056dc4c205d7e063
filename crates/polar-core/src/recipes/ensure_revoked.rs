use polar_types::{Container, Recipient, Seat};

use super::{Caller, run};
use crate::{
    Client, CustomerSeats, Error, InvalidRequest, Outcome, blocking,
    customer_seats::{List, Revoke},
};

/// A person who has no seat.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
#[must_use = "somebody else may have lost their seat, and this is who tells"]
pub enum EnsuredRevoked {
    /// This call took it from them. The seat is as the revoke answered, or as it was before when
    /// that answer was lost.
    Revoked(Seat),
    /// They had none.
    AlreadyGone,
    /// The slot changed hands between looking and revoking, and **somebody else lost their seat**:
    /// the former holder whom the answer names. Assign it to them again.
    HitSomebodyElse(Seat),
}

impl CustomerSeats<'_, Client> {
    #[cfg_attr(not(doctest), doc = include_str!("ensure_revoked.md"))]
    pub async fn ensure_revoked(
        &self,
        container: impl Into<Container>,
        holder: &Recipient,
    ) -> Result<EnsuredRevoked, Error> {
        ensure_revoked(self.client, container.into(), holder).await
    }
}

impl CustomerSeats<'_, blocking::Client> {
    #[cfg_attr(not(doctest), doc = include_str!("ensure_revoked.md"))]
    pub fn ensure_revoked(
        &self,
        container: impl Into<Container>,
        holder: &Recipient,
    ) -> Result<EnsuredRevoked, Error> {
        run(ensure_revoked(self.client, container.into(), holder))
    }
}

async fn ensure_revoked(
    caller: &impl Caller,
    container: Container,
    holder: &Recipient,
) -> Result<EnsuredRevoked, Error> {
    if matches!(
        holder,
        Recipient::Customer(_) | Recipient::ExternalCustomer(_)
    ) {
        // Not finding them would prove nothing.
        return Err(not_named(
            "must be named by e-mail, member or external member: a list of seats does not tell \
             which customer holds one",
        ));
    }
    let list = caller.call(List { container }).await?;
    match list.find(holder) {
        Some(seat) => revoke_holder(caller, container, seat).await,
        None if list.lookalikes(holder).next().is_some() => Err(not_named(
            "may have a seat with the e-mail in another spelling: name them as the list does, or as \
             a member",
        )),
        None => Ok(EnsuredRevoked::AlreadyGone),
    }
}

fn not_named(problem: &'static str) -> Error {
    Error::invalid(
        "customer_seats.ensure_revoked",
        InvalidRequest::new("holder", problem),
    )
}

/// Revokes a seat that was just seen with its holder, and checks whom it hit.
pub(super) async fn revoke_holder(
    caller: &impl Caller,
    container: Container,
    seen: &Seat,
) -> Result<EnsuredRevoked, Error> {
    let error = match caller.call(Revoke { seat_id: seen.id }).await {
        Ok(revoked) if is_of_another(&revoked, seen) => {
            return Ok(EnsuredRevoked::HitSomebodyElse(revoked));
        }
        Ok(revoked) => return Ok(EnsuredRevoked::Revoked(revoked)),
        Err(error) => error,
    };
    if error.outcome() != Outcome::Unknown {
        return Err(error);
    }
    let Ok(list) = caller.call(List { container }).await else {
        return Err(error);
    };
    let still_theirs = list
        .seats
        .iter()
        .any(|seat| seat.id == seen.id && seat.occupant().is_some() && !is_of_another(seat, seen));
    if still_theirs {
        Err(error)
    } else {
        Ok(EnsuredRevoked::Revoked(seen.clone()))
    }
}

/// Whether a seat, live or just revoked, names somebody other than the holder seen before. Somebody
/// where nobody was named is another, too: better a false alarm than a silent loss.
fn is_of_another(seat: &Seat, seen: &Seat) -> bool {
    let [now, then] = [seat, seen].map(|seat| {
        let person = seat.occupant().or_else(|| seat.former_occupant());
        let member = person.and_then(|person| person.member_id);
        (member, person.and_then(|person| person.email))
    });
    match (now, then) {
        ((Some(now), _), (Some(then), _)) => now != then,
        ((_, Some(now)), (_, Some(then))) => now != then,
        ((None, None), _) => false,
        (_, seen) => seen == (None, None),
    }
}
