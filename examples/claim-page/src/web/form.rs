use std::fmt;

use axum::{
    Form,
    extract::{FromRequest, Request},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::{Deserialize, de::DeserializeOwned};
use subtle::ConstantTimeEq;

use super::Visitor;
use crate::{App, pages};

/// The fields of a form from one of our pages, which contains the token of the visit. Another site can
/// make a browser send a form, but does not know the token.
pub(crate) struct VerifiedForm<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequest<App> for VerifiedForm<T> {
    type Rejection = Response;

    async fn from_request(request: Request, app: &App) -> Result<Self, Response> {
        let visitor = request.extensions().get::<Visitor>().cloned();
        let form = Form::<FormWithToken<T>>::from_request(request, app).await;
        let (Some(visitor), Ok(Form(form))) = (visitor, form) else {
            return Err((StatusCode::BAD_REQUEST, pages::error::invalid_form()).into_response());
        };
        if visitor.with(|visit| visit.form_token.is(&form.form_token)) {
            Ok(Self(form.fields))
        } else {
            Err((StatusCode::FORBIDDEN, pages::error::stale_form()).into_response())
        }
    }
}

#[derive(Deserialize)]
struct FormWithToken<T> {
    form_token: String,
    #[serde(flatten)]
    fields: T,
}

/// A form without fields.
#[derive(Deserialize)]
pub(crate) struct EmptyForm {}

/// A secret of this application: the key of a visit, a form token, a password.
#[derive(Clone)]
pub struct Secret(Box<str>);

impl Secret {
    /// Creates a secret of 128 random bits, as hexadecimal digits.
    ///
    /// # Errors
    ///
    /// Returns an error if the system provides no random numbers.
    pub fn random() -> Result<Self, getrandom::Error> {
        let mut bytes = [0_u8; 16];
        getrandom::fill(&mut bytes)?;
        Ok(Self(
            format!("{:032x}", u128::from_be_bytes(bytes)).into_boxed_str(),
        ))
    }

    /// Creates a secret from text.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self(text.into())
    }

    /// Compares the secret with text, in constant time.
    #[must_use]
    pub fn is(&self, text: &str) -> bool {
        self.0.as_bytes().ct_eq(text.as_bytes()).into()
    }

    /// Returns the text of the secret.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret([redacted])")
    }
}
