use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use maud::Markup;
use serde::Deserialize;

use crate::{
    App, pages,
    web::{Checked, Nothing, Visitor},
};

/// Asks for the password.
pub(crate) async fn sign_in_page(visitor: Visitor) -> Markup {
    pages::sign_in(&visitor.with(|visit| visit.form_token.clone()), false)
}

#[derive(Deserialize)]
pub(crate) struct Password {
    password: String,
}

/// Signs the billing manager in. A stand-in: your application knows its people already.
pub(crate) async fn sign_in(
    State(app): State<App>,
    visitor: Visitor,
    Checked(form): Checked<Password>,
) -> Response {
    if !app.settings().password.is(form.password.trim()) {
        let form_token = visitor.with(|visit| visit.form_token.clone());
        return (StatusCode::FORBIDDEN, pages::sign_in(&form_token, true)).into_response();
    }
    if visitor.rekey().is_err() {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    }
    visitor.with(|visit| visit.is_manager = true);
    Redirect::to("/team").into_response()
}

/// Signs the billing manager out.
pub(crate) async fn sign_out(visitor: Visitor, Checked(_): Checked<Nothing>) -> Redirect {
    visitor.with(|visit| visit.is_manager = false);
    Redirect::to("/")
}
