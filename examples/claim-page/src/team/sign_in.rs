use axum::{
    extract::{FromRequestParts, State},
    http::{StatusCode, request::Parts},
    response::{IntoResponse, Redirect, Response},
};
use maud::Markup;
use serde::Deserialize;

use crate::{
    App, pages,
    web::{EmptyForm, VerifiedForm, Visitor},
};

/// The signed-in billing manager. Handlers with this argument redirect other visitors to the sign-in.
#[derive(Debug, Clone)]
pub(crate) struct Manager(pub(crate) Visitor);

impl<S: Sync> FromRequestParts<S> for Manager {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Response> {
        let Some(visitor) = parts.extensions.get::<Visitor>().cloned() else {
            return Err(StatusCode::INTERNAL_SERVER_ERROR.into_response());
        };
        if visitor.with(|visit| visit.is_manager) {
            Ok(Self(visitor))
        } else {
            Err(Redirect::to("/sign-in").into_response())
        }
    }
}

/// Shows the sign-in form.
pub(crate) async fn sign_in_page(visitor: Visitor) -> Markup {
    pages::sign_in(&visitor.with(|visit| visit.form_token.clone()), false)
}

#[derive(Deserialize)]
pub(crate) struct Password {
    password: String,
}

/// Signs the billing manager in. A placeholder for the sign-in of your application.
pub(crate) async fn sign_in(
    State(app): State<App>,
    visitor: Visitor,
    VerifiedForm(form): VerifiedForm<Password>,
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
pub(crate) async fn sign_out(
    visitor: Visitor,
    VerifiedForm(_): VerifiedForm<EmptyForm>,
) -> Redirect {
    visitor.with(|visit| visit.is_manager = false);
    Redirect::to("/")
}
