use polar_types::{Container, Recipient, Seat};

use super::{
    Caller, run,
    write::{Written, write_once},
};
use crate::{
    Client, CustomerSeats, Error, InvalidRequest, blocking,
    customer_seats::{List, Revoke},
};

/// The result of [`ensure_revoked`](crate::CustomerSeats::ensure_revoked): a person has no seat.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
#[must_use = "another person may have lost their seat"]
pub enum EnsuredRevoked {
    /// This call revoked the seat. It is the seat in the response, or the seat before the revoke if
    /// the response was lost.
    Revoked(Seat),
    /// The person had no seat.
    NoSeat,
    /// The seat was reassigned between the list and the revoke, and **another person lost their
    /// seat**: the former holder in this seat. Assign it to them again.
    RevokedOther(Seat),
}

/// Recipes of the async client.
impl CustomerSeats<'_, Client> {
    #[cfg_attr(not(doctest), doc = include_str!("ensure_revoked.md"))]
    #[inline]
    pub async fn ensure_revoked(
        &self,
        container: impl Into<Container>,
        holder: &Recipient,
    ) -> Result<EnsuredRevoked, Error> {
        ensure_revoked(self.client, container.into(), holder).await
    }
}

/// Recipes of the blocking client.
impl CustomerSeats<'_, blocking::Client> {
    #[cfg_attr(not(doctest), doc = include_str!("ensure_revoked.md"))]
    #[inline]
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
        // Not finding them in the list would prove nothing.
        return Err(invalid_holder(
            "must be named by email, member or external member: a list of seats does not contain the \
             customers",
        ));
    }
    let list = caller.call(List { container }).await?;
    match list.find(holder) {
        Some(seat) => revoke_holder(caller, container, seat).await,
        None if list.possible_matches(holder).next().is_some() => Err(invalid_holder(
            "may have a seat under another spelling of the email: use the spelling in the list, or name \
             the member",
        )),
        None => Ok(EnsuredRevoked::NoSeat),
    }
}

#[inline]
fn invalid_holder(problem: &'static str) -> Error {
    Error::invalid(
        "customer_seats.ensure_revoked",
        InvalidRequest::new("holder", problem),
    )
}

/// Revokes a seat that was just listed with its holder, and checks whose seat was revoked.
pub(super) async fn revoke_holder(
    caller: &impl Caller,
    container: Container,
    listed: &Seat,
) -> Result<EnsuredRevoked, Error> {
    let written = write_once(
        caller.call(Revoke { seat_id: listed.id }),
        |_| false,
        async {
            let list = caller.call(List { container }).await?;
            let still_holds_it = list.seats.iter().any(|seat| {
                seat.id == listed.id && seat.occupant().is_some() && !is_other_holder(seat, listed)
            });
            Ok((!still_holds_it).then(|| listed.clone()))
        },
    );
    Ok(match written.await? {
        Written::Returned(revoked) if is_other_holder(&revoked, listed) => {
            EnsuredRevoked::RevokedOther(revoked)
        }
        Written::Returned(seat) | Written::Found(seat) | Written::Existing(seat) => {
            EnsuredRevoked::Revoked(seat)
        }
    })
}

/// Returns whether a seat, live or just revoked, names a holder other than the listed one.
///
/// If the list named no holder and the seat does, this returns true: a false alarm is better than
/// an unnoticed loss.
#[inline]
fn is_other_holder(seat: &Seat, listed: &Seat) -> bool {
    let [now, then] = [seat, listed].map(|seat| {
        let person = seat.occupant().or_else(|| seat.former_occupant());
        let member = person.and_then(|person| person.member_id);
        (member, person.and_then(|person| person.email))
    });
    match (now, then) {
        ((Some(now), _), (Some(then), _)) => now != then,
        ((_, Some(now)), (_, Some(then))) => now != then,
        ((None, None), _) => false,
        (_, then) => then == (None, None),
    }
}
