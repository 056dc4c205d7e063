use std::{sync::Arc, time::SystemTime};

use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use polar_hyper::{
    recipes::{ClaimStatus, ClaimStatusQuery},
    types::{ClaimInfo, InvitationToken},
};
use serde::Deserialize;

use super::InvitationError;
use crate::{
    App, pages,
    web::{CompletedClaim, PendingClaim, VerifiedForm, Visitor},
};

#[derive(Deserialize)]
pub(crate) struct Claim {
    invitation_token: String,
}

/// Claims a seat, and redirects to its page, so that reloading does not claim again.
pub(crate) async fn submit(
    State(app): State<App>,
    visitor: Visitor,
    VerifiedForm(form): VerifiedForm<Claim>,
) -> Response {
    let Ok(token) = InvitationToken::new(form.invitation_token) else {
        return app.refuse(&visitor, InvitationError::Incomplete, None);
    };
    // A separate task completes even if the person closes the page, which drops this handler. The
    // session token of a claim is returned only once.
    let claim = tokio::spawn(async move { app.claim(&visitor, token).await });
    claim
        .await
        .unwrap_or_else(|_| Redirect::to("/claim/outcome").into_response())
}

impl App {
    async fn claim(&self, visitor: &Visitor, token: InvitationToken) -> Response {
        // A second click waits here for the first, and then sees the claimed seat.
        let claiming = visitor.with(|visit| Arc::clone(&visit.claiming));
        let _guard = claiming.lock().await;
        if visitor.with(|visit| visit.has_claimed(&token)) {
            return Redirect::to("/seat").into_response();
        }
        if visitor.with(|visit| visit.is_outcome_unknown(&token)) {
            return Redirect::to("/claim/outcome").into_response();
        }

        let sent_at = self.settings().clock.now();
        let info = visitor.with(|visit| {
            let shown = visit.shown.as_ref().filter(|shown| shown.token == token);
            let info = shown.map(|shown| shown.info.clone());
            visit.pending_claim = Some(PendingClaim {
                token: token.clone(),
                info: info.clone(),
                sent_at,
                may_claim_again: false,
            });
            info
        });
        let error = match self.client().customer_seats().claim(&token).await {
            Ok(result) => {
                visitor.with(|visit| {
                    visit.pending_claim = None;
                    visit.claimed = Some(CompletedClaim {
                        token,
                        result,
                        info,
                    });
                });
                return Redirect::to("/seat").into_response();
            }
            Err(error) => error,
        };
        tracing::warn!("{error}");
        if error.outcome() == polar_hyper::Outcome::Unknown {
            return Redirect::to("/claim/outcome").into_response();
        }
        visitor.with(|visit| visit.pending_claim = None);
        let mut reason = InvitationError::of(&error);
        if reason == InvitationError::Unusable {
            reason = self.why_unusable(visitor, &token).await;
        }
        self.refuse(visitor, reason, Some(&token))
    }
}

/// The outcome of a claim whose response was lost.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Outcome {
    /// It may still be in progress.
    InProgress,
    /// It was not carried out: it can be claimed now.
    Open(ClaimInfo),
    /// It was carried out; only its session is lost.
    Claimed,
    /// It was carried out, or the invitation had become unusable before.
    ProbablyClaimed,
    /// The seat had been claimed before.
    ClaimedBefore,
    /// The invitation expired meanwhile.
    Expired,
    /// The seat was revoked.
    Revoked,
    /// Polar cannot be reached.
    Unknown,
}

/// Shows the outcome of a claim whose response was lost. It claims nothing.
pub(crate) async fn outcome(State(app): State<App>, visitor: Visitor) -> Response {
    let Some(claim) = visitor.with(|visit| visit.pending_claim.clone()) else {
        return Redirect::to("/seat").into_response();
    };
    let outcome = app.find_out(&claim).await;
    let form_token = visitor.with(|visit| {
        if let (Outcome::Open(_), Some(claim)) = (&outcome, &mut visit.pending_claim) {
            claim.may_claim_again = true;
        }
        visit.form_token.clone()
    });
    pages::outcome(&outcome, &claim.token, &form_token, app.settings()).into_response()
}

impl App {
    async fn find_out(&self, claim: &PendingClaim) -> Outcome {
        if self.settings().clock.now() < self.deadline(claim) {
            return Outcome::InProgress;
        }
        let mut query = ClaimStatusQuery::new(claim.token.clone()).sent_at(claim.sent_at);
        let email = claim.info.as_ref().map(|info| info.customer_email.as_str());
        if let Some(seat) = self.seat_of(email).await {
            query = query.seat(self.settings().team, seat.id);
        }
        match self.client().customer_seats().claim_status(query).await {
            Ok(ClaimStatus::Open(info)) => Outcome::Open(info),
            Ok(ClaimStatus::Claimed(_)) => Outcome::Claimed,
            Ok(ClaimStatus::ClaimedBefore(_)) => Outcome::ClaimedBefore,
            Ok(ClaimStatus::Expired(_)) => Outcome::Expired,
            Ok(ClaimStatus::Revoked) => Outcome::Revoked,
            Ok(_) => Outcome::ProbablyClaimed,
            Err(error) => {
                tracing::warn!("{error}");
                Outcome::Unknown
            }
        }
    }

    fn deadline(&self, claim: &PendingClaim) -> SystemTime {
        let deadline = claim.sent_at.checked_add(self.settings().claim_timeout);
        deadline.unwrap_or(claim.sent_at)
    }
}
