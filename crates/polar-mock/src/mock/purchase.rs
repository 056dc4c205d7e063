use polar_types::{CheckoutId, Container, OrderId, SeatId, SeatStatus};

use super::Mock;
use crate::state::{CheckoutRow, NewSeat, Payment, PurchaseRow};

/// A subscription or an order of a mock, by its id: what seats are taken from.
#[derive(Debug, Clone)]
pub struct Purchase<Id> {
    mock: Mock,
    id: Id,
}

impl<Id: Into<Container> + Copy> Purchase<Id> {
    pub(super) const fn new(mock: Mock, id: Id) -> Self {
        Self { mock, id }
    }

    /// Its id.
    #[must_use]
    pub const fn id(&self) -> Id {
        self.id
    }

    /// Changes how many seats are sold; `None` is sold without seats. Seats that are taken stay
    /// taken, even when there are more of them.
    pub fn set_seats(&self, seats: impl Into<Option<u64>>) {
        let seats = seats.into();
        self.edit(|row| row.seats = seats);
    }

    /// Puts a pending seat there, without mail or event. `None` when this person has one already,
    /// or when the address is none.
    #[must_use]
    pub fn pending_seat(&self, email: &str) -> Option<SeatId> {
        self.insert_seat(email, SeatStatus::Pending)
    }

    /// Puts a claimed seat there, without mail or event; `None` as with a pending one.
    #[must_use]
    pub fn claimed_seat(&self, email: &str) -> Option<SeatId> {
        self.insert_seat(email, SeatStatus::Claimed)
    }

    /// Puts a revoked seat there, a slot that the next assignment will take; `None` as with a
    /// pending one.
    #[must_use]
    pub fn revoked_seat(&self, email: &str) -> Option<SeatId> {
        self.insert_seat(email, SeatStatus::Revoked)
    }

    /// Adds the checkout that produced it.
    #[must_use]
    pub fn checkout(&self) -> CheckoutId {
        self.mock.update(|state, _| {
            let id = CheckoutId::from(state.random.uuid());
            let produced = self.id.into();
            if let Some(organization) = state
                .purchase(produced)
                .map(|purchase| purchase.organization)
            {
                state.checkouts.push(CheckoutRow {
                    id,
                    organization,
                    produced: Some(produced),
                });
            }
            id
        })
    }

    fn insert_seat(&self, email: &str, status: SeatStatus) -> Option<SeatId> {
        let email = polar_email::normalize(email).ok()?;
        self.mock.update(|state, now| {
            let purchase = state.purchase(self.id.into())?.clone();
            let seat = NewSeat {
                email,
                status,
                id: None,
                invitation_token: None,
                metadata: None,
            };
            state.insert_seat(&purchase, seat, now).ok()
        })
    }

    fn edit(&self, edit: impl FnOnce(&mut PurchaseRow)) {
        let id = self.id.into();
        self.mock.update(|state, _| {
            state
                .purchases
                .iter_mut()
                .find(|row| row.id == id)
                .map(edit)
        });
    }
}

impl Purchase<OrderId> {
    /// Makes its payment pending: no seat can be assigned.
    #[must_use]
    pub fn pending(self) -> Self {
        self.edit(|row| row.payment = Payment::Pending);
        self
    }

    /// Makes it refunded. Seats can be assigned all the same, observed on the server.
    #[must_use]
    pub fn refunded(self) -> Self {
        self.edit(|row| row.payment = Payment::Refunded);
        self
    }

    /// Takes its product away: no seat can be assigned.
    #[must_use]
    pub fn without_product(self) -> Self {
        self.edit(|row| row.product = None);
        self
    }
}
