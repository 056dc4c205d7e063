use std::{error::Error as StdError, fmt};

use polar_types::{AssignSeat, Container, Recipient, Seat, SeatStatus};

use super::{
    Caller,
    ensure_assigned::ensure_assigned,
    ensure_revoked::{EnsuredRevoked, revoke_holder},
    run,
};
use crate::{Client, CustomerSeats, Error, Invalid, blocking, customer_seats::List};

/// A renewal that did not come to its end.
#[derive(Debug)]
#[non_exhaustive]
pub enum RenewError {
    /// Nothing was changed: looking or revoking failed, or the seat is not what it was. When
    /// revoking got no answer, its [`outcome`](Error::outcome) is unknown.
    NotBegun(Error),
    /// The seat was revoked, and assigning it again failed: **the person has no seat now**, and
    /// somebody else may take it. Go on with
    /// [`ensure_assigned`](CustomerSeats::ensure_assigned) and this request.
    Revoked {
        /// What is still to be assigned.
        request: Box<AssignSeat>,
        /// Why it was not.
        error: Error,
    },
    /// The slot changed hands between looking and revoking, and **somebody else lost their seat**:
    /// the former holder whom this seat names. Assign it to them again.
    HitSomebodyElse(Box<Seat>),
}

impl CustomerSeats<'_, Client> {
    #[cfg_attr(not(doctest), doc = include_str!("renew.md"))]
    pub async fn renew(&self, seat: &Seat) -> Result<Seat, RenewError> {
        renew(self.client, seat).await
    }
}

impl CustomerSeats<'_, blocking::Client> {
    #[cfg_attr(not(doctest), doc = include_str!("renew.md"))]
    pub fn renew(&self, seat: &Seat) -> Result<Seat, RenewError> {
        run(renew(self.client, seat))
    }
}

async fn renew(caller: &impl Caller, seat: &Seat) -> Result<Seat, RenewError> {
    let (container, recipient) = pending(seat).map_err(not_begun)?;
    let list = caller
        .call(List { container })
        .await
        .map_err(RenewError::NotBegun)?;
    let present = list.seats.into_iter().find(|other| other.id == seat.id);
    let present = present.filter(|present| {
        present.status == SeatStatus::Pending
            && pending(present).is_ok_and(|(_, now)| now == recipient)
    });
    let Some(present) = present else {
        return Err(not_begun(Invalid::new(
            "seat",
            "is no longer pending with this holder; list the seats again",
        )));
    };
    let mut request = AssignSeat::new(container, recipient);
    request.metadata = present
        .seat_metadata
        .clone()
        .filter(|metadata| !metadata.is_empty());
    if let Some(metadata) = &request.metadata {
        // Metadata is stored in another spelling than it was sent in, which can be longer. Better
        // to find out now than when the seat is revoked already.
        metadata
            .check()
            .map_err(|error| not_begun(Invalid::new("metadata", error.to_string())))?;
    }
    match revoke_holder(caller, container, &present)
        .await
        .map_err(RenewError::NotBegun)?
    {
        EnsuredRevoked::HitSomebodyElse(seat) => Err(RenewError::HitSomebodyElse(Box::new(seat))),
        EnsuredRevoked::Revoked(_) | EnsuredRevoked::AlreadyGone => {
            match ensure_assigned(caller, request.clone()).await {
                Ok(ensured) => Ok(ensured.into_seat()),
                Err(error) => Err(RenewError::Revoked {
                    request: Box::new(request),
                    error,
                }),
            }
        }
    }
}

/// Where a pending seat is, and how to name its holder so that the same person gets it again.
///
/// The e-mail comes first: it finds the same customer in the legacy model and the same member in
/// the member model, where a member id would turn a legacy seat's `customer_id` into the buyer's.
fn pending(seat: &Seat) -> Result<(Container, Recipient), Invalid> {
    if seat.status != SeatStatus::Pending {
        return Err(Invalid::new(
            "seat",
            "must be pending: only an invitation can be renewed",
        ));
    }
    let container = seat
        .container()
        .ok_or_else(|| Invalid::new("seat", "has neither a subscription nor an order"))?;
    let recipient = match (&seat.email, seat.customer_id) {
        (Some(email), _) => Recipient::Email(email.clone()),
        (None, Some(customer)) => Recipient::Customer(customer),
        (None, None) => return Err(Invalid::new("seat", "does not say who holds it")),
    };
    Ok((container, recipient))
}

fn not_begun(invalid: Invalid) -> RenewError {
    RenewError::NotBegun(Error::invalid("customer_seats.renew", invalid))
}

impl fmt::Display for RenewError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotBegun(_) => "the invitation was not renewed",
            Self::Revoked { .. } => {
                "the seat was revoked, but not assigned again: the person has no seat now"
            }
            Self::HitSomebodyElse(_) => {
                "the seat changed hands meanwhile, and its new holder was revoked"
            }
        })
    }
}

impl StdError for RenewError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::NotBegun(error) | Self::Revoked { error, .. } => Some(error),
            Self::HitSomebodyElse(_) => None,
        }
    }
}
