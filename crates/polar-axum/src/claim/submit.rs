use std::{sync::Arc, time::SystemTime};

use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use polar_core::{
    Outcome,
    recipes::{ClaimStatus, ClaimStatusQuery},
};
use polar_types::{ClaimInfo, InvitationToken};
use serde::Deserialize;

use super::{
    ClaimFlow, ClaimPage, InvitationError,
    visits::{CompletedClaim, PendingClaim, VerifiedForm, Visitor},
};

#[derive(Deserialize)]
pub(super) struct Claim {
    invitation_token: String,
}

/// Claims a seat, and redirects to its page, so that reloading does not claim again.
pub(super) async fn submit(
    State(flow): State<ClaimFlow>,
    visitor: Visitor,
    VerifiedForm(form): VerifiedForm<Claim>,
) -> Response {
    let Ok(token) = InvitationToken::new(form.invitation_token) else {
        return flow.refuse(&visitor, InvitationError::Incomplete, None);
    };
    let outcome_page = visitor.path("/outcome");
    // A separate task completes even if the person closes the page, which drops this handler. The
    // session token of a claim is returned only once.
    let claim = tokio::spawn(async move { flow.claim(&visitor, token).await });
    claim
        .await
        .unwrap_or_else(|_| Redirect::to(&outcome_page).into_response())
}

impl ClaimFlow {
    async fn claim(&self, visitor: &Visitor, token: InvitationToken) -> Response {
        // A second click waits here for the first, and then sees the claimed seat.
        let claiming = visitor.with(|visit| Arc::clone(&visit.claiming));
        let _guard = claiming.lock().await;
        if visitor.with(|visit| visit.has_claimed(&token)) {
            return Redirect::to(&visitor.path("/seat")).into_response();
        }
        if visitor.with(|visit| visit.is_outcome_unknown(&token)) {
            return Redirect::to(&visitor.path("/outcome")).into_response();
        }

        let sent_at = self.settings.clock.now();
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
        let seats = self.settings.client.customer_seats();
        let error = match seats.claim(&token).await {
            Ok(result) => {
                visitor.with(|visit| {
                    visit.pending_claim = None;
                    visit.claimed = Some(CompletedClaim {
                        token,
                        result,
                        info,
                    });
                });
                return Redirect::to(&visitor.path("/seat")).into_response();
            }
            Err(error) => error,
        };
        tracing::warn!("{error}");
        if error.outcome() == Outcome::Unknown {
            return Redirect::to(&visitor.path("/outcome")).into_response();
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
#[non_exhaustive]
pub enum ClaimOutcome {
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
pub(super) async fn outcome(State(flow): State<ClaimFlow>, visitor: Visitor) -> Response {
    let Some(claim) = visitor.with(|visit| visit.pending_claim.clone()) else {
        return Redirect::to(&visitor.path("/seat")).into_response();
    };
    let outcome = flow.find_out(&claim).await;
    if matches!(outcome, ClaimOutcome::Open(_)) {
        visitor.with(|visit| {
            if let Some(claim) = &mut visit.pending_claim {
                claim.may_claim_again = true;
            }
        });
    }
    let page = ClaimPage::Outcome {
        outcome: &outcome,
        token: &claim.token,
    };
    flow.page(&visitor, &page).into_response()
}

impl ClaimFlow {
    async fn find_out(&self, claim: &PendingClaim) -> ClaimOutcome {
        if self.settings.clock.now() < self.deadline(claim) {
            return ClaimOutcome::InProgress;
        }
        let mut query = ClaimStatusQuery::new(claim.token.clone()).sent_at(claim.sent_at);
        let email = claim.info.as_ref().map(|info| info.customer_email.as_str());
        if let (Some(team), Some(seat)) = (self.settings.team, self.seat_of(email).await) {
            query = query.seat(team, seat.id);
        }
        let seats = self.settings.client.customer_seats();
        match seats.claim_status(query).await {
            Ok(ClaimStatus::Open(info)) => ClaimOutcome::Open(info),
            Ok(ClaimStatus::Claimed(_)) => ClaimOutcome::Claimed,
            Ok(ClaimStatus::ClaimedBefore(_)) => ClaimOutcome::ClaimedBefore,
            Ok(ClaimStatus::Expired(_)) => ClaimOutcome::Expired,
            Ok(ClaimStatus::Revoked) => ClaimOutcome::Revoked,
            Ok(_) => ClaimOutcome::ProbablyClaimed,
            Err(error) => {
                tracing::warn!("{error}");
                ClaimOutcome::Unknown
            }
        }
    }

    fn deadline(&self, claim: &PendingClaim) -> SystemTime {
        let deadline = claim.sent_at.checked_add(self.settings.claim_timeout);
        deadline.unwrap_or(claim.sent_at)
    }
}
