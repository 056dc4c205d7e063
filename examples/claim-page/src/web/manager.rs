use axum::{
    extract::FromRequestParts,
    http::{StatusCode, request::Parts},
    response::{IntoResponse, Redirect, Response},
};

use super::Visitor;

/// The billing manager, signed in. A handler that takes this is closed to everybody else.
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
