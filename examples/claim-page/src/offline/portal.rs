use axum::{
    extract::{Query, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use maud::html;
use polar_hyper::{Client, types::CustomerSessionToken};
use serde::Deserialize;

use crate::pages::layout;

#[derive(Deserialize)]
pub(super) struct Entry {
    #[serde(default)]
    customer_session_token: String,
}

/// Stands where Polar's customer portal would be, and says who is signed in.
pub(super) async fn portal(State(client): State<Client>, Query(entry): Query<Entry>) -> Response {
    let Ok(session) = CustomerSessionToken::new(entry.customer_session_token) else {
        let main = html! { p { "At Polar, people sign in here with their e-mail address." } };
        return layout("Customer portal (offline)", &main).into_response();
    };
    match client
        .customer_portal(&session)
        .customer_session()
        .user()
        .await
    {
        Ok(user) => {
            let email = user.email.unwrap_or_default();
            let main = html! { p role="status" { "You are signed in as " strong { (email) } "." } };
            layout("Customer portal (offline)", &main).into_response()
        }
        Err(error) => {
            let main = html! { p role="alert" { (error) } };
            let page = layout("Customer portal (offline)", &main);
            (StatusCode::UNAUTHORIZED, page).into_response()
        }
    }
}
