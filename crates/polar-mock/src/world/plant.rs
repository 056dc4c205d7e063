use polar_types::{SeatId, SeatStatus};
use time::OffsetDateTime;

use super::{SaleRow, SeatRow, World};
use crate::{
    http::Refusal,
    json::Json,
    validation::{AssignRequest, Source},
};

/// A seat that stands there from the start.
#[derive(Debug)]
pub(crate) struct Plant {
    pub(crate) email: String,
    pub(crate) status: SeatStatus,
    pub(crate) id: Option<SeatId>,
    /// The token of a pending seat; made when absent.
    pub(crate) invitation_token: Option<String>,
    pub(crate) metadata: Option<Json>,
}

impl World {
    /// A seat as if it had been assigned by e-mail, then claimed or revoked, at this moment. It is a
    /// row of its own, not yet in the table; no mail and no event comes of it.
    pub(crate) fn plant(
        &mut self,
        sale: &SaleRow,
        plant: Plant,
        now: OffsetDateTime,
    ) -> Result<SeatRow, Refusal> {
        let request = AssignRequest {
            source: Source::Sale(sale.id),
            email: Some(plant.email),
            external_customer_id: None,
            customer_id: None,
            external_member_id: None,
            member_id: None,
            metadata: None,
            immediate_claim: false,
        };
        let target = self.resolve(sale, &request, now)?;
        let metadata = plant.metadata.unwrap_or(Json::EMPTY);
        let mut row = self.new_seat(sale, &target, metadata, false, now);
        row.id = plant.id.unwrap_or(row.id);
        row.invitation_token = plant.invitation_token.or(row.invitation_token);
        row.settle(plant.status, now);
        Ok(row)
    }
}

impl SeatRow {
    /// Makes a pending seat one that was claimed or revoked at this moment.
    pub(crate) fn settle(&mut self, status: SeatStatus, now: OffsetDateTime) {
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
