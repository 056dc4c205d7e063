use axum::{
    extract::FromRequestParts,
    http::{StatusCode, request::Parts},
};

/// The id of the signed-in user, which is the external id of the customer at Polar.
///
/// A placeholder for your own sign-in: here a proxy in front of the service signs people in, and sets the
/// header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User(pub String);

impl<S: Sync> FromRequestParts<S> for User {
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, StatusCode> {
        let user = parts.headers.get("x-forwarded-user");
        let user = user.and_then(|user| user.to_str().ok());
        user.map(|user| Self(user.to_owned()))
            .ok_or(StatusCode::UNAUTHORIZED)
    }
}
