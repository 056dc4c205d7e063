use axum::{
    extract::{Query, State, rejection::QueryRejection},
    response::{IntoResponse, Redirect, Response},
};
use maud::Markup;
use percent_encoding::percent_decode_str;
use polar_hyper::types::{InvalidSecret, InvitationToken};
use serde::Deserialize;

use super::InvitationError;
use crate::{
    App, pages,
    web::{ShownInvitation, VerifiedForm, Visitor},
};

/// The front page.
pub(crate) async fn start(visitor: Visitor) -> Markup {
    pages::start(&visitor.with(|visit| visit.form_token.clone()))
}

#[derive(Deserialize)]
pub(crate) struct Link {
    #[serde(default)]
    invitation_token: String,
}

/// Shows the invitation of a link. It claims nothing, because programs follow links, too.
pub(crate) async fn open(
    State(app): State<App>,
    visitor: Visitor,
    link: Result<Query<Link>, QueryRejection>,
) -> Response {
    let token = link.map(|Query(link)| InvitationToken::new(link.invitation_token));
    match token {
        Ok(Ok(token)) => app.show(&visitor, token).await,
        _ => app.refuse(&visitor, InvitationError::Incomplete, None),
    }
}

#[derive(Deserialize)]
pub(crate) struct ByHand {
    invitation: String,
}

/// Shows the invitation of a pasted link, so that the token is in no URL.
pub(crate) async fn open_by_hand(
    State(app): State<App>,
    visitor: Visitor,
    VerifiedForm(form): VerifiedForm<ByHand>,
) -> Response {
    match token_in(&form.invitation) {
        Ok(token) => app.show(&visitor, token).await,
        Err(_) => app.refuse(&visitor, InvitationError::Incomplete, None),
    }
}

impl App {
    async fn show(&self, visitor: &Visitor, token: InvitationToken) -> Response {
        if visitor.with(|visit| visit.has_claimed(&token)) {
            return Redirect::to("/seat").into_response();
        }
        match self.client().customer_seats().claim_info(&token).await {
            Ok(info) => {
                let page = visitor.with(|visit| {
                    let page = pages::invitation(&info, &token, &visit.form_token);
                    visit.shown = Some(ShownInvitation { token, info });
                    page
                });
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
        let form_token = visitor.with(|visit| visit.form_token.clone());
        let retry = token.map(|token| (token, &form_token));
        let page = pages::error::invitation(reason, retry, self.settings());
        (reason.status(), page).into_response()
    }
}

/// Returns the token of a link, or of text that is only the token.
fn token_in(text: &str) -> Result<InvitationToken, InvalidSecret> {
    let text = text.trim();
    let value = text.rsplit_once("token=").map_or(text, |(_, value)| {
        value.split(['&', '#']).next().unwrap_or_default()
    });
    InvitationToken::new(percent_decode_str(value).decode_utf8_lossy())
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
        ] {
            assert_eq!(token_in(text).unwrap().expose(), "abc-_1", "{text}");
        }
        for text in ["", " ", "https://teams.acme.com/claim?invitation_token="] {
            assert!(token_in(text).is_err(), "{text}");
        }
    }
}
