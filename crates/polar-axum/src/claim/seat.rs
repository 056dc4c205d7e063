use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use polar_core::Remedy;
use polar_types::{CustomerSessionToken, Secret, Timestamp};

use super::{ClaimFlow, ClaimPage, visits::Visitor};
use crate::response::redirect;

/// The session in the customer portal that a claim opened.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum PortalSession {
    /// It signs the person in until then.
    Until(Timestamp),
    /// It has ended.
    Expired,
    /// Polar cannot be reached. The seat is claimed anyway.
    Unknown,
}

/// Shows the claimed seat.
pub(super) async fn seat(State(flow): State<ClaimFlow>, visitor: Visitor) -> Response {
    let Some(claimed) = visitor.with(|visit| visit.claimed.clone()) else {
        return flow
            .page(&visitor, &ClaimPage::NothingClaimed)
            .into_response();
    };
    let session = flow.session(&claimed.result.customer_session_token).await;
    let page = ClaimPage::Claimed {
        seat: &claimed.result.seat,
        info: claimed.info.as_ref(),
        session: &session,
    };
    flow.page(&visitor, &page).into_response()
}

/// Redirects to the customer portal, signed in if possible. The session token is only in the URL that
/// Polar requires, and on none of our pages.
pub(super) async fn portal(State(flow): State<ClaimFlow>, visitor: Visitor) -> Response {
    let portal = &flow.settings.portal_url;
    let token = visitor.with(|visit| {
        let claimed = visit.claimed.as_ref()?;
        Some(claimed.result.customer_session_token.clone())
    });
    let url = match token {
        Some(token) => format!(
            "{portal}{}customer_session_token={}",
            if portal.contains('?') { '&' } else { '?' },
            utf8_percent_encode(token.expose(), NON_ALPHANUMERIC)
        ),
        None => portal.clone(),
    };
    redirect(&Secret::from(url))
}

impl ClaimFlow {
    async fn session(&self, token: &CustomerSessionToken) -> PortalSession {
        let portal = self.settings.client.customer_portal(token);
        match portal.customer_session().introspect().await {
            Ok(info) => PortalSession::Until(info.expires_at),
            Err(error) => {
                tracing::warn!("{error}");
                if error.remedy() == Some(Remedy::Credentials) {
                    PortalSession::Expired
                } else {
                    PortalSession::Unknown
                }
            }
        }
    }
}
