use polar_hyper::types::{Invitation, InvitationToken, Seat, SeatStatus};

use super::Trouble;
use crate::{App, web::Visitor};

impl App {
    /// Which of the reasons made an invitation die, where that can be told.
    ///
    /// Polar answers alike for all of them. But somebody who was shown the invitation while it
    /// lived may be told of its seat, since we know whose it is.
    pub(super) async fn why_dead(&self, visitor: &Visitor, token: &InvitationToken) -> Trouble {
        let email = visitor.with(|visit| {
            let shown = visit.shown.as_ref().filter(|shown| shown.token == *token)?;
            Some(shown.info.customer_email.clone())
        });
        let Some(seat) = self.seat_of(email.as_deref()).await else {
            return Trouble::Dead;
        };
        match (&seat.status, seat.invitation(self.settings().clock.now())) {
            (SeatStatus::Claimed, _) => Trouble::Claimed,
            (_, Invitation::Expired { .. }) => Trouble::Expired,
            (_, Invitation::Valid { .. }) => Trouble::Renewed,
            _ => Trouble::Dead,
        }
    }

    /// The seat of a person in this application's team, if there is one and the list can be had.
    pub(super) async fn seat_of(&self, email: Option<&str>) -> Option<Seat> {
        let email = email.filter(|email| !email.is_empty())?;
        let list = self
            .client()
            .customer_seats()
            .list(self.settings().team)
            .await;
        list.ok()?.find_by_email(email).cloned()
    }
}
