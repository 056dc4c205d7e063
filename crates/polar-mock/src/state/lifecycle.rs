use http::StatusCode;
use polar_types::{Seat, SeatId, SeatStatus};
use time::{Duration, OffsetDateTime};

use super::{
    EventKind, Holder, Payment, PurchaseRow, SeatRow, State, recipient::ResolvedHolder,
    rows::SeatDetails,
};
use crate::{
    http::HttpError,
    json::Json,
    validation::{AssignRequest, Source},
};

impl State {
    /// Assigns a seat of a sale, in the server's order of checks.
    pub(crate) fn assign(
        &mut self,
        purchase: &PurchaseRow,
        request: &AssignRequest,
        now: OffsetDateTime,
    ) -> Result<Seat, HttpError> {
        if purchase.product.is_none() {
            return Err(not_available("Container has no associated product"));
        }
        self.require_seats_enabled(purchase)?;
        if purchase.payment == Payment::Pending {
            return Err(not_available("Order must be paid before assigning seats"));
        }
        if self.available_seats(purchase) == 0 {
            return Err(not_available(&format!(
                "No available seats for {}",
                purchase.id.as_uuid()
            )));
        }
        // The database would refuse it when all else is done, and undo everything.
        let metadata = request.metadata.clone().unwrap_or(Json::EMPTY);
        if !metadata.is_serializable() {
            return Err(HttpError::Crash);
        }
        let target = self.resolve(purchase, request, now)?;
        let row = self.reuse_or_insert(purchase, &target, metadata, request.immediate_claim, now);
        let details = SeatDetails {
            member: row.member,
            customer: row.customer,
            metadata: &row.metadata,
        };
        let seat = self.view_with(&row, &details);
        if request.immediate_claim {
            self.publish_claim(purchase, &seat, now);
            self.record_event(EventKind::Claimed, purchase.organization, &seat, now);
        } else {
            self.send_invitation(&row, now);
            self.record_event(EventKind::Assigned, purchase.organization, &seat, now);
        }
        Ok(seat)
    }

    /// Takes a revoked row of the sale, or makes a new one.
    fn reuse_or_insert(
        &mut self,
        purchase: &PurchaseRow,
        target: &ResolvedHolder,
        metadata: Json,
        immediate_claim: bool,
        now: OffsetDateTime,
    ) -> SeatRow {
        let fresh = self.new_seat(purchase, target, metadata, immediate_claim, now);
        let revoked =
            |row: &&mut SeatRow| row.container == purchase.id && row.status == SeatStatus::Revoked;
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

    /// A row of its own, not yet in the table.
    pub(crate) fn new_seat(
        &mut self,
        purchase: &PurchaseRow,
        target: &ResolvedHolder,
        metadata: Json,
        immediate_claim: bool,
        now: OffsetDateTime,
    ) -> SeatRow {
        let invited = !immediate_claim;
        SeatRow {
            id: SeatId::from(self.random.uuid()),
            created_at: now,
            modified_at: None,
            container: purchase.id,
            status: if invited {
                SeatStatus::Pending
            } else {
                SeatStatus::Claimed
            },
            customer: Some(target.customer),
            member: target.member,
            email: target.email.clone(),
            invitation_token: invited.then(|| self.random.invitation_token()),
            invitation_token_expires_at: invited.then_some(now.saturating_add(INVITATION_LIFE)),
            claimed_at: immediate_claim.then_some(now),
            revoked_at: None,
            metadata,
        }
    }

    /// Claims the seat of a token, and opens the holder's session.
    pub(crate) fn claim(
        &mut self,
        token: &str,
        now: OffsetDateTime,
    ) -> Result<(Seat, String), HttpError> {
        let row = self
            .pending_seat(token, now)
            .cloned()
            .ok_or_else(invalid_invitation)?;
        let purchase = self
            .purchase(row.container)
            .cloned()
            .ok_or(HttpError::Crash)?;
        if purchase.product.is_none() {
            return Err(HttpError::Crash);
        }
        self.require_seats_enabled(&purchase)?;
        let row = self.change(row.id, |row| {
            row.status = SeatStatus::Claimed;
            row.claimed_at = Some(now);
            row.modified_at = Some(now);
            row.invitation_token = None;
        })?;
        let holder = match (row.member, row.customer) {
            (Some(member), _) => Holder::Member(member),
            (None, Some(customer)) => Holder::Customer(customer),
            (None, None) => return Err(invalid_invitation()),
        };
        let session = self.open_session(holder, now);
        let seat = self.view(&row);
        self.publish_claim(&purchase, &seat, now);
        self.record_event(EventKind::Claimed, purchase.organization, &seat, now);
        Ok((seat, session))
    }

    /// Takes a seat back. Of one that is revoked already nothing changes.
    pub(crate) fn revoke(&mut self, id: SeatId, now: OffsetDateTime) -> Result<Seat, HttpError> {
        let former = self.seat(id).cloned().ok_or(HttpError::Crash)?;
        if former.status == SeatStatus::Revoked {
            return Ok(self.view(&former));
        }
        let purchase = self
            .purchase(former.container)
            .cloned()
            .ok_or(HttpError::Crash)?;
        if purchase.product.is_none() {
            return Err(HttpError::Crash);
        }
        self.require_seats_enabled(&purchase)?;
        let row = self.change(id, |row| {
            row.status = SeatStatus::Revoked;
            row.revoked_at = Some(now);
            row.modified_at = Some(now);
            row.invitation_token = None;
            row.customer = None;
            row.member = None;
            row.email = None;
        })?;
        // This one answer still carries the former holder, beside ids that are gone. Observed.
        let details = SeatDetails {
            member: former.member,
            customer: former.customer,
            metadata: &row.metadata.stored(),
        };
        let seat = self.view_with(&row, &details);
        self.record_event(EventKind::Revoked, purchase.organization, &seat, now);
        Ok(seat)
    }

    /// Mails the invitation once more: the same token with the same end, even when it has passed.
    pub(crate) fn resend(&mut self, id: SeatId, now: OffsetDateTime) -> Result<Seat, HttpError> {
        let row = self.seat(id).cloned().ok_or(HttpError::Crash)?;
        let purchase = self
            .purchase(row.container)
            .cloned()
            .ok_or(HttpError::Crash)?;
        if purchase.product.is_none() {
            return Err(HttpError::Crash);
        }
        self.require_seats_enabled(&purchase)?;
        if row.status != SeatStatus::Pending {
            return Err(HttpError::bad_request(
                "SeatNotPending",
                "Seat is not in pending status",
            ));
        }
        if row.email.is_none() {
            return Err(invalid_invitation());
        }
        self.send_invitation(&row, now);
        Ok(self.view(&row))
    }

    pub(crate) fn require_seats_enabled(&self, purchase: &PurchaseRow) -> Result<(), HttpError> {
        if self.seats_enabled(purchase.organization) {
            return Ok(());
        }
        Err(HttpError::named(
            StatusCode::FORBIDDEN,
            "FeatureNotEnabled",
            "Seat-based pricing is not enabled for this organization",
        ))
    }

    fn change(
        &mut self,
        id: SeatId,
        change: impl FnOnce(&mut SeatRow),
    ) -> Result<SeatRow, HttpError> {
        let row = self
            .seats
            .iter_mut()
            .find(|row| row.id == id)
            .ok_or(HttpError::Crash)?;
        change(row);
        Ok(row.clone())
    }
}

fn not_available(detail: &str) -> HttpError {
    HttpError::bad_request("SeatNotAvailable", detail)
}

fn invalid_invitation() -> HttpError {
    HttpError::bad_request(
        "InvalidInvitationToken",
        "Invalid or expired invitation token",
    )
}

const INVITATION_LIFE: Duration = Duration::DAY;

impl State {
    /// The seat that a token can still claim.
    pub(crate) fn pending_seat(&self, token: &str, now: OffsetDateTime) -> Option<&SeatRow> {
        self.seats.iter().find(|row| {
            row.invitation_token.as_deref() == Some(token)
                && row.status == SeatStatus::Pending
                && !row.is_expired(now)
        })
    }
}

/// A seat that stands there from the start.
#[derive(Debug)]
pub(crate) struct NewSeat {
    pub(crate) email: String,
    pub(crate) status: SeatStatus,
    pub(crate) id: Option<SeatId>,
    /// The token of a pending seat; made when absent.
    pub(crate) invitation_token: Option<String>,
    pub(crate) metadata: Option<Json>,
}

impl State {
    /// A seat as if it had been assigned by e-mail, then claimed or revoked, at this moment. It is a
    /// row of its own, not yet in the table; no mail and no event comes of it.
    pub(crate) fn plant(
        &mut self,
        purchase: &PurchaseRow,
        plant: NewSeat,
        now: OffsetDateTime,
    ) -> Result<SeatRow, HttpError> {
        let request = AssignRequest {
            source: Source::Sale(purchase.id),
            email: Some(plant.email),
            external_customer_id: None,
            customer_id: None,
            external_member_id: None,
            member_id: None,
            metadata: None,
            immediate_claim: false,
        };
        let target = self.resolve(purchase, &request, now)?;
        let metadata = plant.metadata.unwrap_or(Json::EMPTY);
        let mut row = self.new_seat(purchase, &target, metadata, false, now);
        row.id = plant.id.unwrap_or(row.id);
        row.invitation_token = plant.invitation_token.or(row.invitation_token);
        row.set_status(plant.status, now);
        Ok(row)
    }
}

impl SeatRow {
    /// Makes a pending seat one that was claimed or revoked at this moment.
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
