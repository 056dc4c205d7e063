use polar_types::{Recipient, Seat, SeatId, SeatStatus};
use time::{Duration, OffsetDateTime};

use super::{
    EventKind, Holder, Payment, PurchaseRow, SeatRow, State, StateError, recipient::ResolvedHolder,
    rows::SeatDetails,
};
use crate::json::Json;

/// An assignment to carry out.
#[derive(Debug)]
pub(crate) struct Assignment {
    pub(crate) recipient: Recipient,
    pub(crate) metadata: Json,
    /// Whether the seat is claimed at once, without an invitation.
    pub(crate) immediate_claim: bool,
}

/// A seat to insert as if it had been assigned to an address and then claimed or revoked.
#[derive(Debug)]
pub(crate) struct NewSeat {
    pub(crate) email: String,
    pub(crate) status: SeatStatus,
    pub(crate) id: Option<SeatId>,
    /// The token of a pending seat; generated if absent.
    pub(crate) invitation_token: Option<String>,
    pub(crate) metadata: Option<Json>,
}

impl State {
    /// Assigns a seat of a purchase. The checks are in the server's order.
    pub(crate) fn assign(
        &mut self,
        purchase: &PurchaseRow,
        assignment: Assignment,
        now: OffsetDateTime,
    ) -> Result<Seat, StateError> {
        if purchase.product.is_none() {
            return Err(StateError::NoProduct);
        }
        self.require_seats_enabled(purchase)?;
        if purchase.payment == Payment::Pending {
            return Err(StateError::OrderNotPaid);
        }
        if self.available_seats(purchase) == 0 {
            return Err(StateError::NoSeatAvailable(purchase.id));
        }
        // The server's database rejects it at the end, which rolls everything back.
        if !assignment.metadata.is_serializable() {
            return Err(StateError::Inconsistent);
        }
        let holder = self.resolve(purchase, &assignment.recipient, now)?;
        let claimed = assignment.immediate_claim;
        let fresh = self.new_row(purchase, holder, assignment.metadata, claimed, now);
        let row = self.insert_or_reuse(fresh, now);
        let details = SeatDetails {
            member: row.member,
            customer: row.customer,
            metadata: &row.metadata,
        };
        let seat = self.view_with(&row, &details);
        if claimed {
            self.publish_claim(purchase, &seat, now);
            self.record_event(EventKind::Claimed, purchase.organization, &seat, now);
        } else {
            self.send_invitation(&row, now);
            self.record_event(EventKind::Assigned, purchase.organization, &seat, now);
        }
        Ok(seat)
    }

    /// Inserts a seat without a mail or an event, and returns its id.
    pub(crate) fn insert_seat(
        &mut self,
        purchase: &PurchaseRow,
        seat: NewSeat,
        now: OffsetDateTime,
    ) -> Result<SeatId, StateError> {
        let holder = self.resolve(purchase, &Recipient::Email(seat.email), now)?;
        let metadata = seat.metadata.unwrap_or(Json::EMPTY);
        let mut row = self.new_row(purchase, holder, metadata, false, now);
        row.id = seat.id.unwrap_or(row.id);
        row.invitation_token = seat.invitation_token.or(row.invitation_token);
        row.set_status(seat.status, now);
        let id = row.id;
        self.seats.push(row);
        Ok(id)
    }

    /// Gives the buyer a claimed seat of a new purchase, as Polar does after a checkout.
    pub(crate) fn claim_own_seat(&mut self, purchase: &PurchaseRow, now: OffsetDateTime) {
        let email = self
            .customer(purchase.customer)
            .and_then(|row| row.email.clone());
        let Some(email) = email else { return };
        let Ok(holder) = self.resolve(purchase, &Recipient::Email(email), now) else {
            return;
        };
        let row = self.new_row(purchase, holder, Json::EMPTY, true, now);
        let seat = self.view(&row);
        self.seats.push(row);
        self.record_event(EventKind::Claimed, purchase.organization, &seat, now);
    }

    /// Stores a row in the place of the purchase's first revoked seat, or as a new seat.
    fn insert_or_reuse(&mut self, fresh: SeatRow, now: OffsetDateTime) -> SeatRow {
        let revoked = |row: &&mut SeatRow| {
            row.container == fresh.container && row.status == SeatStatus::Revoked
        };
        if let Some(row) = self.seats.iter_mut().find(revoked) {
            *row = SeatRow {
                id: row.id,
                created_at: row.created_at,
                modified_at: Some(now),
                ..fresh
            };
            return row.clone();
        }
        self.seats.push(fresh.clone());
        fresh
    }

    /// Makes a row without storing it.
    fn new_row(
        &mut self,
        purchase: &PurchaseRow,
        holder: ResolvedHolder,
        metadata: Json,
        claimed: bool,
        now: OffsetDateTime,
    ) -> SeatRow {
        SeatRow {
            id: SeatId::from(self.random.uuid()),
            created_at: now,
            modified_at: None,
            container: purchase.id,
            status: if claimed {
                SeatStatus::Claimed
            } else {
                SeatStatus::Pending
            },
            customer: Some(holder.customer),
            member: holder.member,
            email: holder.email,
            invitation_token: (!claimed).then(|| self.random.invitation_token()),
            invitation_token_expires_at: (!claimed).then_some(invitation_end(now)),
            claimed_at: claimed.then_some(now),
            revoked_at: None,
            metadata,
        }
    }

    /// Claims the seat of an invitation token, and returns it with a session token of its holder.
    pub(crate) fn claim(
        &mut self,
        token: &str,
        now: OffsetDateTime,
    ) -> Result<(Seat, String), StateError> {
        let row = self.invited_seat(token, now).cloned();
        let row = row.ok_or(StateError::InvalidInvitation)?;
        let purchase = self.usable_purchase(&row)?;
        let row = self.update_seat(row.id, |row| row.set_status(SeatStatus::Claimed, now))?;
        let holder = match (row.member, row.customer) {
            (Some(member), _) => Holder::Member(member),
            (None, Some(customer)) => Holder::Customer(customer),
            (None, None) => return Err(StateError::InvalidInvitation),
        };
        let session = self.open_session(holder, now);
        let seat = self.view(&row);
        self.publish_claim(&purchase, &seat, now);
        self.record_event(EventKind::Claimed, purchase.organization, &seat, now);
        Ok((seat, session))
    }

    /// Revokes a seat. A revoked one does not change.
    pub(crate) fn revoke(&mut self, id: SeatId, now: OffsetDateTime) -> Result<Seat, StateError> {
        let former = self.seat(id).cloned().ok_or(StateError::Inconsistent)?;
        if former.status == SeatStatus::Revoked {
            return Ok(self.view(&former));
        }
        let purchase = self.usable_purchase(&former)?;
        let row = self.update_seat(id, |row| row.set_status(SeatStatus::Revoked, now))?;
        // Only this response has the former holder, without the ids (observed).
        let details = SeatDetails {
            member: former.member,
            customer: former.customer,
            metadata: &row.metadata.stored(),
        };
        let seat = self.view_with(&row, &details);
        self.record_event(EventKind::Revoked, purchase.organization, &seat, now);
        Ok(seat)
    }

    /// Mails the invitation again, with the same token and expiry, even if it has expired.
    pub(crate) fn resend(&mut self, id: SeatId, now: OffsetDateTime) -> Result<Seat, StateError> {
        let row = self.seat(id).cloned().ok_or(StateError::Inconsistent)?;
        self.usable_purchase(&row)?;
        if row.status != SeatStatus::Pending {
            return Err(StateError::NotPending);
        }
        if row.email.is_none() {
            return Err(StateError::InvalidInvitation);
        }
        self.send_invitation(&row, now);
        Ok(self.view(&row))
    }

    /// Returns the pending seat that a token can still claim.
    pub(crate) fn invited_seat(&self, token: &str, now: OffsetDateTime) -> Option<&SeatRow> {
        self.seats.iter().find(|row| {
            row.invitation_token.as_deref() == Some(token)
                && row.status == SeatStatus::Pending
                && !row.is_expired(now)
        })
    }

    pub(crate) fn require_seats_enabled(&self, purchase: &PurchaseRow) -> Result<(), StateError> {
        let organization = self.organization(purchase.organization);
        if organization.is_some_and(|row| row.seats_enabled) {
            Ok(())
        } else {
            Err(StateError::SeatsNotEnabled)
        }
    }

    /// Returns the purchase of a seat, which must have a product and an organization with seats.
    fn usable_purchase(&self, row: &SeatRow) -> Result<PurchaseRow, StateError> {
        let purchase = self.purchase(row.container);
        let purchase = purchase.filter(|purchase| purchase.product.is_some());
        let purchase = purchase.cloned().ok_or(StateError::Inconsistent)?;
        self.require_seats_enabled(&purchase)?;
        Ok(purchase)
    }

    fn update_seat(
        &mut self,
        id: SeatId,
        update: impl FnOnce(&mut SeatRow),
    ) -> Result<SeatRow, StateError> {
        let row = self.seats.iter_mut().find(|row| row.id == id);
        let row = row.ok_or(StateError::Inconsistent)?;
        update(row);
        Ok(row.clone())
    }
}

impl SeatRow {
    /// Turns a pending seat into one that is claimed or revoked now.
    pub(crate) fn set_status(&mut self, status: SeatStatus, now: OffsetDateTime) {
        if status != SeatStatus::Pending {
            self.invitation_token = None;
            self.modified_at = Some(now);
        }
        match status {
            SeatStatus::Claimed => self.claimed_at = Some(now),
            SeatStatus::Revoked => {
                self.revoked_at = Some(now);
                self.customer = None;
                self.member = None;
                self.email = None;
            }
            _ => {}
        }
        self.status = status;
    }
}

/// Returns when an invitation ends that is created now.
pub(crate) fn invitation_end(now: OffsetDateTime) -> OffsetDateTime {
    now.saturating_add(Duration::DAY)
}
