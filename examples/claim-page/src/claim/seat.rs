use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use polar_hyper::{
    Remedy,
    types::{CustomerSessionToken, Timestamp},
};

use crate::{App, pages, web::Visitor};

/// The session that a claim opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Session {
    Until(Timestamp),
    Expired,
    /// Polar cannot be reached. The seat is claimed anyway.
    Unknown,
}

/// Shows the claimed seat.
pub(crate) async fn seat(State(app): State<App>, visitor: Visitor) -> Response {
    match visitor.with(|visit| visit.claimed.clone()) {
        Some(claimed) => {
            let session = app.session(&claimed.result.customer_session_token).await;
            pages::seat(&claimed, &session, app.settings()).into_response()
        }
        None => pages::no_seat(app.settings()).into_response(),
    }
}

/// Redirects to the customer portal, signed in if possible. The session token is only in the URL that
/// Polar requires, and on none of our pages.
pub(crate) async fn portal(State(app): State<App>, visitor: Visitor) -> Redirect {
    let portal = &app.settings().portal;
    let token = visitor.with(|visit| {
        let claimed = visit.claimed.as_ref()?;
        Some(claimed.result.customer_session_token.clone())
    });
    match token {
        Some(token) => Redirect::to(&format!(
            "{portal}?customer_session_token={}",
            utf8_percent_encode(token.expose(), NON_ALPHANUMERIC)
        )),
        None => Redirect::to(portal),
    }
}

impl App {
    async fn session(&self, token: &CustomerSessionToken) -> Session {
        match self
            .client()
            .customer_portal(token)
            .customer_session()
            .introspect()
            .await
        {
            Ok(info) => Session::Until(info.expires_at),
            Err(error) => {
                tracing::warn!("{error}");
                let remedy = error.remedy();
                if remedy == Some(Remedy::Credentials) {
                    Session::Expired
                } else {
                    Session::Unknown
                }
            }
        }
    }
}
