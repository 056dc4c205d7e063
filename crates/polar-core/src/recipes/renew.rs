use std::{error::Error as StdError, fmt};

use polar_types::{AssignSeat, Container, Recipient, Seat, SeatStatus};

use super::{
    Caller,
    ensure_assigned::ensure_assigned,
    ensure_revoked::{EnsuredRevoked, revoke_holder},
    run,
};
use crate::{
    Client, CustomerSeats, Error, InvalidRequest, Outcome, blocking, customer_seats::List,
    error::fmt_sources,
};

/// The error of [`renew`](crate::CustomerSeats::renew).
///
/// `{error}` is one line that says how far the renewal got. `{error:#}` adds the cause and the
/// [`next_step`](Self::next_step).
#[derive(Debug)]
#[non_exhaustive]
pub enum RenewError {
    /// Nothing was changed: the list or the revoke failed, or the seat has changed.
    NotStarted(Error),
    /// The outcome of the revoke is unknown: **the person may have no seat now**. Wait 30 seconds,
    /// until no attempt can be in progress, then call
    /// [`ensure_assigned`](crate::CustomerSeats::ensure_assigned) with this request. It changes
    /// nothing if the person still has the seat.
    RevokeUnknown {
        /// The request that assigns the seat again.
        request: Box<AssignSeat>,
        /// The error of the revoke.
        error: Error,
    },
    /// The seat was revoked, but not assigned again: **the person has no seat now**, and another
    /// assignment can take it. Call [`ensure_assigned`](crate::CustomerSeats::ensure_assigned) with
    /// this request.
    Revoked {
        /// The request that assigns the seat again.
        request: Box<AssignSeat>,
        /// The error of the assignment.
        error: Error,
    },
    /// The seat was reassigned between the list and the revoke, and **another person lost their
    /// seat**: the former holder in this seat. Assign it to them again.
    RevokedOther(Box<Seat>),
}

impl RenewError {
    /// Returns the error of the operation that failed, if one did.
    #[must_use]
    pub const fn cause(&self) -> Option<&Error> {
        match self {
            Self::NotStarted(error)
            | Self::RevokeUnknown { error, .. }
            | Self::Revoked { error, .. } => Some(error),
            Self::RevokedOther(_) => None,
        }
    }

    /// Returns the outcome of the whole renewal. It is unknown unless nothing was changed.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        match self {
            Self::NotStarted(error) => error.outcome(),
            Self::RevokeUnknown { .. } | Self::Revoked { .. } | Self::RevokedOther(_) => {
                Outcome::Unknown
            }
        }
    }

    /// Returns what a person can do now, in one or two sentences, if there is something to do.
    #[must_use]
    #[inline]
    pub fn next_step(&self) -> Option<String> {
        let text = match self {
            Self::NotStarted(error) => return error.next_step(),
            Self::RevokeUnknown { .. } => {
                "Wait 30 s, then list the seats. If the person has none, assign one again."
            }
            Self::Revoked { .. } => "Assign a seat to the person again.",
            Self::RevokedOther(_) => "Assign a seat to the former holder again.",
        };
        Some(text.to_owned())
    }
}

impl fmt::Display for RenewError {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotStarted(_) => "the invitation was not renewed",
            Self::RevokeUnknown { .. } => {
                "the seat may have been revoked; the person may have no seat now"
            }
            Self::Revoked { .. } => {
                "the seat was revoked but not assigned again; the person has no seat now"
            }
            Self::RevokedOther(_) => {
                "the seat was reassigned in the meantime, and its new holder lost it"
            }
        })?;
        if f.alternate() {
            fmt_sources(f, self, self.next_step())
        } else {
            Ok(())
        }
    }
}

impl StdError for RenewError {
    #[inline]
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.cause().map(|error| error as _)
    }
}

/// Recipes of the async client.
impl CustomerSeats<'_, Client> {
    #[cfg_attr(not(doctest), doc = include_str!("renew.md"))]
    #[inline]
    pub async fn renew(&self, seat: &Seat) -> Result<Seat, RenewError> {
        renew(self.client, seat).await
    }
}

/// Recipes of the blocking client.
impl CustomerSeats<'_, blocking::Client> {
    #[cfg_attr(not(doctest), doc = include_str!("renew.md"))]
    #[inline]
    pub fn renew(&self, seat: &Seat) -> Result<Seat, RenewError> {
        run(renew(self.client, seat))
    }
}

async fn renew(caller: &impl Caller, seat: &Seat) -> Result<Seat, RenewError> {
    let (container, recipient) = pending(seat).map_err(not_started)?;
    let list = caller
        .call(List { container })
        .await
        .map_err(RenewError::NotStarted)?;
    let present = list.seats.into_iter().find(|other| other.id == seat.id);
    let present = present.filter(|present| {
        present.status == SeatStatus::Pending
            && pending(present).is_ok_and(|(_, now)| now == recipient)
    });
    let Some(present) = present else {
        return Err(not_started(InvalidRequest::new(
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
        // Polar can store metadata in a longer form than it was sent. Check it before the revoke.
        metadata
            .check()
            .map_err(|error| not_started(InvalidRequest::new("metadata", error.to_string())))?;
    }
    match revoke_holder(caller, container, &present).await {
        Err(error) if error.outcome() == Outcome::Unknown => {
            let request = Box::new(request);
            return Err(RenewError::RevokeUnknown { request, error });
        }
        Err(error) => return Err(RenewError::NotStarted(error)),
        Ok(EnsuredRevoked::RevokedOther(seat)) => {
            return Err(RenewError::RevokedOther(Box::new(seat)));
        }
        Ok(EnsuredRevoked::Revoked(_) | EnsuredRevoked::NoSeat) => {}
    }
    match ensure_assigned(caller, request.clone()).await {
        Ok(ensured) => Ok(ensured.into_seat()),
        Err(error) => {
            let request = Box::new(request);
            Err(RenewError::Revoked { request, error })
        }
    }
}

/// Returns the container of a pending seat, and the recipient that names the same person again.
///
/// The email comes first: it identifies the same customer in the legacy model and the same member
/// in the member model. A member id would change the `customer_id` of a legacy seat to the buyer's.
#[inline]
fn pending(seat: &Seat) -> Result<(Container, Recipient), InvalidRequest> {
    if seat.status != SeatStatus::Pending {
        return Err(InvalidRequest::new(
            "seat",
            "must be pending: only an invitation can be renewed",
        ));
    }
    let container = seat
        .container()
        .ok_or_else(|| InvalidRequest::new("seat", "has neither a subscription nor an order"))?;
    let recipient = match (&seat.email, seat.customer_id) {
        (Some(email), _) => Recipient::Email(email.clone()),
        (None, Some(customer)) => Recipient::Customer(customer),
        (None, None) => return Err(InvalidRequest::new("seat", "does not name its holder")),
    };
    Ok((container, recipient))
}

#[inline]
fn not_started(invalid: InvalidRequest) -> RenewError {
    RenewError::NotStarted(Error::invalid("customer_seats.renew", invalid))
}
