use http::StatusCode;
use polar_types::{Seat, SeatId, SeatStatus};
use time::{Duration, OffsetDateTime};

use super::{
    EventKind, Holder, SaleRow, SeatRow, World, recipient::Target, row::Payment, seat::Around,
};
use crate::{http::Refusal, json::Json, validation::AssignRequest};

impl World {
    /// Assigns a seat of a sale, in the server's order of checks.
    pub(crate) fn assign(
        &mut self,
        sale: &SaleRow,
        request: &AssignRequest,
        now: OffsetDateTime,
    ) -> Result<Seat, Refusal> {
        if sale.product.is_none() {
            return Err(not_available("Container has no associated product"));
        }
        self.require_seats_enabled(sale)?;
        if sale.payment == Payment::Pending {
            return Err(not_available("Order must be paid before assigning seats"));
        }
        if self.available_seats(sale) == 0 {
            return Err(not_available(&format!(
                "No available seats for {}",
                sale.id.as_uuid()
            )));
        }
        // The database would refuse it when all else is done, and undo everything.
        let metadata = request.metadata.clone().unwrap_or(Json::EMPTY);
        if !metadata.is_printable() {
            return Err(Refusal::Crash);
        }
        let target = self.resolve(sale, request, now)?;
        let row = self.take_slot(sale, &target, metadata, request.immediate_claim, now);
        let around = Around {
            member: row.member,
            customer: row.customer,
            metadata: &row.metadata,
        };
        let seat = self.view_with(&row, &around);
        if request.immediate_claim {
            self.publish_claim(sale, &seat, now);
            self.raise(EventKind::Claimed, sale.organization, &seat, now);
        } else {
            self.mail_invitation(&row, now);
            self.raise(EventKind::Assigned, sale.organization, &seat, now);
        }
        Ok(seat)
    }

    /// Takes a revoked row of the sale, or makes a new one.
    fn take_slot(
        &mut self,
        sale: &SaleRow,
        target: &Target,
        metadata: Json,
        immediate_claim: bool,
        now: OffsetDateTime,
    ) -> SeatRow {
        let fresh = self.new_seat(sale, target, metadata, immediate_claim, now);
        let revoked =
            |row: &&mut SeatRow| row.container == sale.id && row.status == SeatStatus::Revoked;
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
        sale: &SaleRow,
        target: &Target,
        metadata: Json,
        immediate_claim: bool,
        now: OffsetDateTime,
    ) -> SeatRow {
        let invited = !immediate_claim;
        SeatRow {
            id: SeatId::from(self.random.uuid()),
            created_at: now,
            modified_at: None,
            container: sale.id,
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
    ) -> Result<(Seat, String), Refusal> {
        let row = self
            .pending_seat(token, now)
            .cloned()
            .ok_or_else(invalid_invitation)?;
        let sale = self.sale(row.container).cloned().ok_or(Refusal::Crash)?;
        if sale.product.is_none() {
            return Err(Refusal::Crash);
        }
        self.require_seats_enabled(&sale)?;
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
        self.publish_claim(&sale, &seat, now);
        self.raise(EventKind::Claimed, sale.organization, &seat, now);
        Ok((seat, session))
    }

    /// Takes a seat back. Of one that is revoked already nothing changes.
    pub(crate) fn revoke(&mut self, id: SeatId, now: OffsetDateTime) -> Result<Seat, Refusal> {
        let former = self.seat(id).cloned().ok_or(Refusal::Crash)?;
        if former.status == SeatStatus::Revoked {
            return Ok(self.view(&former));
        }
        let sale = self.sale(former.container).cloned().ok_or(Refusal::Crash)?;
        if sale.product.is_none() {
            return Err(Refusal::Crash);
        }
        self.require_seats_enabled(&sale)?;
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
        let around = Around {
            member: former.member,
            customer: former.customer,
            metadata: &row.metadata.stored(),
        };
        let seat = self.view_with(&row, &around);
        self.raise(EventKind::Revoked, sale.organization, &seat, now);
        Ok(seat)
    }

    /// Mails the invitation once more: the same token with the same end, even when it has passed.
    pub(crate) fn resend(&mut self, id: SeatId, now: OffsetDateTime) -> Result<Seat, Refusal> {
        let row = self.seat(id).cloned().ok_or(Refusal::Crash)?;
        let sale = self.sale(row.container).cloned().ok_or(Refusal::Crash)?;
        if sale.product.is_none() {
            return Err(Refusal::Crash);
        }
        self.require_seats_enabled(&sale)?;
        if row.status != SeatStatus::Pending {
            return Err(Refusal::bad_request(
                "SeatNotPending",
                "Seat is not in pending status",
            ));
        }
        if row.email.is_none() {
            return Err(invalid_invitation());
        }
        self.mail_invitation(&row, now);
        Ok(self.view(&row))
    }

    pub(crate) fn require_seats_enabled(&self, sale: &SaleRow) -> Result<(), Refusal> {
        if self.seats_enabled(sale.organization) {
            return Ok(());
        }
        Err(Refusal::named(
            StatusCode::FORBIDDEN,
            "FeatureNotEnabled",
            "Seat-based pricing is not enabled for this organization",
        ))
    }

    fn change(
        &mut self,
        id: SeatId,
        change: impl FnOnce(&mut SeatRow),
    ) -> Result<SeatRow, Refusal> {
        let row = self
            .seats
            .iter_mut()
            .find(|row| row.id == id)
            .ok_or(Refusal::Crash)?;
        change(row);
        Ok(row.clone())
    }
}

fn not_available(detail: &str) -> Refusal {
    Refusal::bad_request("SeatNotAvailable", detail)
}

fn invalid_invitation() -> Refusal {
    Refusal::bad_request(
        "InvalidInvitationToken",
        "Invalid or expired invitation token",
    )
}

const INVITATION_LIFE: Duration = Duration::DAY;
