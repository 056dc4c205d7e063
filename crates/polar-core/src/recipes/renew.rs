use polar_types::{AssignSeat, Container, Recipient, Seat, SeatStatus};

use super::{
    Caller, RenewError,
    ensure_assigned::ensure_assigned,
    ensure_revoked::{EnsuredRevoked, revoke_holder},
    run,
};
use crate::{
    Client, CustomerSeats, Error, InvalidRequest, Outcome, blocking, customer_seats::List,
};

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
        return Err(not_begun(InvalidRequest::new(
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
            .map_err(|error| not_begun(InvalidRequest::new("metadata", error.to_string())))?;
    }
    match revoke_holder(caller, container, &present).await {
        Err(error) if error.outcome() == Outcome::Unknown => {
            let request = Box::new(request);
            return Err(RenewError::Unsettled { request, error });
        }
        Err(error) => return Err(RenewError::NotBegun(error)),
        Ok(EnsuredRevoked::HitSomebodyElse(seat)) => {
            return Err(RenewError::HitSomebodyElse(Box::new(seat)));
        }
        Ok(EnsuredRevoked::Revoked(_) | EnsuredRevoked::AlreadyGone) => {}
    }
    match ensure_assigned(caller, request.clone()).await {
        Ok(ensured) => Ok(ensured.into_seat()),
        Err(error) => {
            let request = Box::new(request);
            Err(RenewError::Revoked { request, error })
        }
    }
}

/// Where a pending seat is, and how to name its holder so that the same person gets it again.
///
/// The e-mail comes first: it finds the same customer in the legacy model and the same member in
/// the member model, where a member id would turn a legacy seat's `customer_id` into the buyer's.
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
        (None, None) => return Err(InvalidRequest::new("seat", "does not say who holds it")),
    };
    Ok((container, recipient))
}

fn not_begun(invalid: InvalidRequest) -> RenewError {
    RenewError::NotBegun(Error::invalid("customer_seats.renew", invalid))
}
