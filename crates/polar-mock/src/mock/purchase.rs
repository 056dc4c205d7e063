use polar_types::{CheckoutId, Container, OrderId, SeatId, SeatStatus};

use super::Mock;
use crate::state::{CheckoutRow, NewSeat, Payment, PurchaseRow};

/// A subscription or order of a mock, whose seats can be assigned.
#[derive(Debug, Clone)]
pub struct Purchase<Id> {
    mock: Mock,
    id: Id,
}

impl<Id: Into<Container> + Copy> Purchase<Id> {
    pub(super) const fn new(mock: Mock, id: Id) -> Self {
        Self { mock, id }
    }

    /// Returns the id.
    #[must_use]
    pub const fn id(&self) -> Id {
        self.id
    }

    /// Sets the number of seats; `None` is a purchase without seats. Assigned seats stay assigned,
    /// even if there are more of them.
    pub fn set_seats(&self, seats: impl Into<Option<u64>>) {
        let seats = seats.into();
        self.edit(|row| row.seats = seats);
    }

    /// Inserts a pending seat, without an email or an event. Returns `None` if this person already
    /// has a seat, or if the address is invalid.
    #[must_use]
    pub fn pending_seat(&self, email: &str) -> Option<SeatId> {
        self.insert_seat(email, SeatStatus::Pending)
    }

    /// Inserts a claimed seat, without an email or an event. Returns `None` as for a pending one.
    #[must_use]
    pub fn claimed_seat(&self, email: &str) -> Option<SeatId> {
        self.insert_seat(email, SeatStatus::Claimed)
    }

    /// Inserts a revoked seat, whose id the next assignment reuses. Returns `None` as for a pending
    /// one.
    #[must_use]
    pub fn revoked_seat(&self, email: &str) -> Option<SeatId> {
        self.insert_seat(email, SeatStatus::Revoked)
    }

    /// Adds a checkout that produced this purchase.
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
    /// Marks the payment as pending, so that no seat can be assigned.
    #[must_use]
    pub fn pending(self) -> Self {
        self.edit(|row| row.payment = Payment::Pending);
        self
    }

    /// Marks the order as refunded. Seats can still be assigned (observed).
    #[must_use]
    pub fn refunded(self) -> Self {
        self.edit(|row| row.payment = Payment::Refunded);
        self
    }

    /// Removes the product, so that no seat can be assigned.
    #[must_use]
    pub fn without_product(self) -> Self {
        self.edit(|row| row.product = None);
        self
    }
}
