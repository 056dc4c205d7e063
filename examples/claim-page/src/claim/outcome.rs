use std::time::SystemTime;

use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use polar_hyper::{
    recipes::{ClaimStatus, ClaimStatusQuery},
    types::ClaimInfo,
};

use crate::{
    App, pages,
    web::{Unanswered, Visitor},
};

/// What became of a claim that got no answer, as far as the person needs to know.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Outcome {
    /// It may still be under way.
    TooSoon,
    /// It was not carried out: it can be claimed now.
    Open(ClaimInfo),
    /// It was carried out; only its session is lost.
    Claimed,
    /// It was carried out, or the invitation had died before.
    Gone,
    /// The seat had been claimed before.
    ClaimedBefore,
    /// The invitation expired meanwhile.
    Expired,
    /// The seat was taken back.
    Revoked,
    /// Polar could not be asked.
    CannotTell,
}

/// Finds out what became of a claim that got no answer. It claims nothing.
pub(crate) async fn outcome(State(app): State<App>, visitor: Visitor) -> Response {
    let Some(claim) = visitor.with(|visit| visit.unanswered.clone()) else {
        return Redirect::to("/seat").into_response();
    };
    let outcome = app.find_out(&claim).await;
    let form_token = visitor.with(|visit| {
        if let (Outcome::Open(_), Some(claim)) = (&outcome, &mut visit.unanswered) {
            claim.may_claim_again = true;
        }
        visit.form_token.clone()
    });
    pages::outcome(&outcome, &claim.token, &form_token, app.settings()).into_response()
}

impl App {
    async fn find_out(&self, claim: &Unanswered) -> Outcome {
        if self.settings().clock.now() < self.settles(claim) {
            return Outcome::TooSoon;
        }
        let mut question = ClaimStatusQuery::new(claim.token.clone()).sent_at(claim.sent_at);
        let email = claim.info.as_ref().map(|info| info.customer_email.as_str());
        if let Some(seat) = self.seat_of(email).await {
            question = question.seat(self.settings().team, seat.id);
        }
        match self.client().customer_seats().claim_status(question).await {
            Ok(ClaimStatus::Open(info)) => Outcome::Open(info),
            Ok(ClaimStatus::Claimed(_)) => Outcome::Claimed,
            Ok(ClaimStatus::ClaimedBefore(_)) => Outcome::ClaimedBefore,
            Ok(ClaimStatus::Expired(_)) => Outcome::Expired,
            Ok(ClaimStatus::Revoked) => Outcome::Revoked,
            Ok(_) => Outcome::Gone,
            Err(error) => {
                tracing::warn!("{error}");
                Outcome::CannotTell
            }
        }
    }

    fn settles(&self, claim: &Unanswered) -> SystemTime {
        let settles = claim.sent_at.checked_add(self.settings().settles_after);
        settles.unwrap_or(claim.sent_at)
    }
}
