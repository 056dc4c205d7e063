use axum::{
    Form,
    extract::{FromRequest, Request},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::{Deserialize, de::DeserializeOwned};

use super::Visitor;
use crate::claim::{ClaimFlow, ClaimPage};

/// The fields of a form from one of our pages, which contains the token of the visit. Another site can
/// make a browser send a form, but does not know the token.
pub(in super::super) struct VerifiedForm<T>(pub(in super::super) T);

impl<T: DeserializeOwned> FromRequest<ClaimFlow> for VerifiedForm<T> {
    type Rejection = Response;

    async fn from_request(request: Request, flow: &ClaimFlow) -> Result<Self, Response> {
        let Some(visitor) = request.extensions().get::<Visitor>().cloned() else {
            return Err(StatusCode::INTERNAL_SERVER_ERROR.into_response());
        };
        let refuse = |status, page| (status, flow.page(&visitor, &page)).into_response();
        let Ok(Form(form)) = Form::<FormWithToken<T>>::from_request(request, flow).await else {
            return Err(refuse(StatusCode::BAD_REQUEST, ClaimPage::InvalidForm));
        };
        if visitor.with(|visit| visit.form_token.is(&form.form_token)) {
            Ok(Self(form.fields))
        } else {
            Err(refuse(StatusCode::FORBIDDEN, ClaimPage::StaleForm))
        }
    }
}

#[derive(Deserialize)]
struct FormWithToken<T> {
    form_token: String,
    #[serde(flatten)]
    fields: T,
}
