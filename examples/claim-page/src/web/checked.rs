use axum::{
    Form,
    extract::{FromRequest, Request},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::{Deserialize, de::DeserializeOwned};

use super::Visitor;
use crate::{App, pages};

/// The fields of a form that was certainly sent from a page of ours: it carries the visit's token.
/// Another site can make a browser send a form, but cannot know the token.
pub(crate) struct Checked<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequest<App> for Checked<T> {
    type Rejection = Response;

    async fn from_request(request: Request, app: &App) -> Result<Self, Response> {
        let visitor = request.extensions().get::<Visitor>().cloned();
        let form = Form::<Signed<T>>::from_request(request, app).await;
        let (Some(visitor), Ok(Form(form))) = (visitor, form) else {
            return Err((StatusCode::BAD_REQUEST, pages::trouble::not_a_form()).into_response());
        };
        if visitor.with(|visit| visit.form_token.is(&form.form_token)) {
            Ok(Self(form.fields))
        } else {
            Err((StatusCode::FORBIDDEN, pages::trouble::stale_form()).into_response())
        }
    }
}

#[derive(Deserialize)]
struct Signed<T> {
    form_token: String,
    #[serde(flatten)]
    fields: T,
}

/// A form with nothing in it but a button.
#[derive(Deserialize)]
pub(crate) struct Nothing {}
