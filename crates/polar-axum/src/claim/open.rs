use axum::{
    extract::{RawQuery, State},
    response::{IntoResponse, Redirect, Response},
};
use polar_types::{InvalidSecret, InvitationToken};
use serde::Deserialize;

use super::{
    ClaimFlow, ClaimPage, InvitationError,
    visits::{ShownInvitation, VerifiedForm, Visitor},
};

/// Shows the invitation of a link, or without one the form for it. It claims nothing, because programs
/// follow links, too.
pub(super) async fn open(
    State(flow): State<ClaimFlow>,
    visitor: Visitor,
    RawQuery(query): RawQuery,
) -> Response {
    let query = query.unwrap_or_default();
    match form_urlencoded::parse(query.as_bytes()).find(|(name, _)| is_token(name)) {
        Some((_, token)) => flow.show(&visitor, InvitationToken::new(token)).await,
        None => flow.page(&visitor, &ClaimPage::Start).into_response(),
    }
}

#[derive(Deserialize)]
pub(super) struct ByHand {
    invitation: String,
}

/// Shows the invitation of a pasted link, so that the token is in no URL.
pub(super) async fn open_by_hand(
    State(flow): State<ClaimFlow>,
    visitor: Visitor,
    VerifiedForm(form): VerifiedForm<ByHand>,
) -> Response {
    flow.show(&visitor, token_in(&form.invitation)).await
}

impl ClaimFlow {
    async fn show(
        &self,
        visitor: &Visitor,
        token: Result<InvitationToken, InvalidSecret>,
    ) -> Response {
        let Ok(token) = token else {
            return self.refuse(visitor, InvitationError::Incomplete, None);
        };
        if visitor.with(|visit| visit.has_claimed(&token)) {
            return Redirect::to(&visitor.path("/seat")).into_response();
        }
        let seats = self.settings.client.customer_seats();
        match seats.claim_info(&token).await {
            Ok(info) => {
                let page = ClaimPage::Invitation {
                    info: &info,
                    token: &token,
                };
                let page = self.page(visitor, &page);
                visitor.with(|visit| visit.shown = Some(ShownInvitation { token, info }));
                page.into_response()
            }
            Err(error) => {
                tracing::warn!("{error}");
                let mut reason = InvitationError::of(&error);
                if reason == InvitationError::Unusable {
                    reason = self.why_unusable(visitor, &token).await;
                }
                self.refuse(visitor, reason, Some(&token))
            }
        }
    }

    pub(super) fn refuse(
        &self,
        visitor: &Visitor,
        reason: InvitationError,
        token: Option<&InvitationToken>,
    ) -> Response {
        let retry = token.filter(|_| reason.is_temporary());
        let page = self.page(visitor, &ClaimPage::Unusable { reason, retry });
        (reason.status(), page).into_response()
    }
}

/// The name of the parameter with the token. Polar's own links have the shorter one.
fn is_token(name: &str) -> bool {
    matches!(name, "invitation_token" | "token")
}

/// Returns the token of a link, or of text that is only the token.
fn token_in(text: &str) -> Result<InvitationToken, InvalidSecret> {
    let text = text.trim();
    let Some((_, query)) = text.split_once('?') else {
        return InvitationToken::new(text);
    };
    let query = query.split('#').next().unwrap_or_default();
    let mut parameters = form_urlencoded::parse(query.as_bytes());
    let token = parameters.find(|(name, _)| is_token(name));
    InvitationToken::new(token.map_or_else(Default::default, |(_, token)| token))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn token_in_accepts_links_and_bare_tokens() {
        for text in [
            "abc-_1",
            " abc-_1\r\n",
            "https://teams.acme.com/claim?invitation_token=abc-_1",
            "https://teams.acme.com/claim?a=b&invitation_token=abc-_1&utm=mail#top",
            "https://teams.acme.com/claim?invitation_token=abc%2D_1",
            "https://polar.sh/acme/portal/claim?token=abc-_1",
        ] {
            assert_eq!(token_in(text).unwrap().expose(), "abc-_1", "{text}");
        }
        for text in [
            "",
            "https://teams.acme.com/claim",
            "https://teams.acme.com/claim?utm=mail",
        ] {
            assert!(token_in(text).is_err(), "{text}");
        }
    }
}
