use std::sync::Arc;

use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use polar_hyper::{Outcome, types::InvitationToken};
use serde::Deserialize;

use super::Trouble;
use crate::{
    App,
    web::{Checked, Claimed, Unanswered, Visitor},
};

#[derive(Deserialize)]
pub(crate) struct Claim {
    invitation_token: String,
}

/// Claims a seat, and leads on to it. Reloading that page claims nothing again.
pub(crate) async fn take(
    State(app): State<App>,
    visitor: Visitor,
    Checked(form): Checked<Claim>,
) -> Response {
    let Ok(token) = InvitationToken::new(form.invitation_token) else {
        return app.refuse(&visitor, Trouble::Incomplete, None);
    };
    // In a task of its own, so that it runs to its end even when the person closes the page: what
    // handles a request is dropped then, and a claim's answer comes only once.
    let claim = tokio::spawn(async move { app.claim(&visitor, token).await });
    claim
        .await
        .unwrap_or_else(|_| Redirect::to("/claim/outcome").into_response())
}

impl App {
    async fn claim(&self, visitor: &Visitor, token: InvitationToken) -> Response {
        // A second click waits here for the first, and then finds the seat claimed.
        let claiming = visitor.with(|visit| Arc::clone(&visit.claiming));
        let _one_at_a_time = claiming.lock().await;
        if visitor.with(|visit| visit.has_claimed(&token)) {
            return Redirect::to("/seat").into_response();
        }
        if visitor.with(|visit| visit.is_unsettled(&token)) {
            return Redirect::to("/claim/outcome").into_response();
        }

        let sent_at = self.settings().clock.now();
        let info = visitor.with(|visit| {
            let shown = visit.shown.as_ref().filter(|shown| shown.token == token);
            let info = shown.map(|shown| shown.info.clone());
            visit.unanswered = Some(Unanswered {
                token: token.clone(),
                info: info.clone(),
                sent_at,
                may_claim_again: false,
            });
            info
        });
        let error = match self.client().customer_seats().claim(&token).await {
            Ok(answer) => {
                visitor.with(|visit| {
                    visit.unanswered = None;
                    visit.claimed = Some(Claimed {
                        token,
                        answer,
                        info,
                    });
                });
                return Redirect::to("/seat").into_response();
            }
            Err(error) => error,
        };
        tracing::warn!("{error}");
        if error.outcome() == Outcome::Unknown {
            return Redirect::to("/claim/outcome").into_response();
        }
        visitor.with(|visit| visit.unanswered = None);
        let mut trouble = Trouble::of(&error);
        if trouble == Trouble::Dead {
            trouble = self.why_dead(visitor, &token).await;
        }
        self.refuse(visitor, trouble, Some(&token))
    }
}
