use std::{error::Error, fmt, sync::Arc};

use axum::{
    RequestExt,
    body::to_bytes,
    extract::{FromRef, FromRequest, Request},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use http_body_util::LengthLimitError;
use polar_webhooks::{Verified, Verifier, VerifyError};

use crate::response::text;

/// An extractor for a verified event: it reads the body, at most [`MAX_BODY`](Self::MAX_BODY), and
/// verifies its signature and age.
///
/// For a route with typed handlers use [`webhooks`](crate::webhooks). The state of the router must
/// contain an `Arc<Verifier>`:
///
/// ```
/// use std::sync::Arc;
///
/// use axum::{Router, routing::post};
/// use polar_axum::{VerifiedEvent, Verifier};
///
/// async fn receive(VerifiedEvent(webhook): VerifiedEvent) -> String {
///     format!("{} {}", webhook.id(), webhook.event().kind())
/// }
///
/// fn routes(verifier: Verifier) -> Router {
///     Router::new().route("/webhooks/polar", post(receive)).with_state(Arc::new(verifier))
/// }
/// ```
///
/// The rejection has the statuses that the table of [`Webhooks`](crate::Webhooks) lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedEvent(pub Verified);

impl VerifiedEvent {
    /// The maximum length of a body, in bytes: far more than an event has. A smaller
    /// [`DefaultBodyLimit`](axum::extract::DefaultBodyLimit) applies, too.
    pub const MAX_BODY: usize = 1 << 20;
}

impl<S> FromRequest<S> for VerifiedEvent
where
    S: Send + Sync,
    Arc<Verifier>: FromRef<S>,
{
    type Rejection = WebhookRejection;

    async fn from_request(request: Request, state: &S) -> Result<Self, WebhookRejection> {
        let request = request.with_limited_body();
        receive(&Arc::from_ref(state), Self::MAX_BODY, request)
            .await
            .map(Self)
    }
}

/// Reads and verifies a request.
pub(super) async fn receive(
    verifier: &Verifier,
    max_body: usize,
    request: Request,
) -> Result<Verified, WebhookRejection> {
    let (head, body) = request.into_parts();
    let body = to_bytes(body, max_body).await.map_err(|error| {
        if is_too_long(&error) {
            WebhookRejection::BodyTooLong
        } else {
            WebhookRejection::BodyIncomplete
        }
    })?;
    verifier
        .verify_now(&head.headers, &body)
        .map_err(WebhookRejection::Unverified)
}

fn is_too_long(error: &axum::Error) -> bool {
    let mut cause: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(error) = cause {
        if error.is::<LengthLimitError>() {
            return true;
        }
        cause = error.source();
    }
    false
}

/// Why a request is not a valid webhook. Contains nothing of the secret or the body.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum WebhookRejection {
    /// The body is longer than the limit.
    BodyTooLong,
    /// The body did not arrive completely.
    BodyIncomplete,
    /// The request is not a webhook, or its signature or time is invalid.
    Unverified(VerifyError),
}

impl WebhookRejection {
    /// Returns the status of the response.
    #[must_use]
    pub const fn status(&self) -> StatusCode {
        match self {
            Self::BodyTooLong => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Unverified(VerifyError::MissingHeader { .. } | VerifyError::NoSignature) => {
                StatusCode::UNAUTHORIZED
            }
            Self::Unverified(
                VerifyError::NoMatch | VerifyError::TooOld { .. } | VerifyError::TooNew { .. },
            ) => StatusCode::FORBIDDEN,
            _ => StatusCode::BAD_REQUEST,
        }
    }
}

impl IntoResponse for WebhookRejection {
    fn into_response(self) -> Response {
        tracing::warn!("rejected a webhook: {self}");
        let mut response = text(self.status(), &self);
        if self.status() == StatusCode::UNAUTHORIZED {
            let challenge = HeaderValue::from_static("StandardWebhooks");
            let headers = response.headers_mut();
            headers.insert(header::WWW_AUTHENTICATE, challenge);
        }
        response
    }
}

impl fmt::Display for WebhookRejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BodyTooLong => f.write_str("the body is longer than any event"),
            Self::BodyIncomplete => f.write_str("the body did not arrive completely"),
            Self::Unverified(error @ VerifyError::NotAnEvent(reason)) => {
                write!(f, "{error}: {reason}")
            }
            Self::Unverified(error) => error.fmt(f),
        }
    }
}

impl Error for WebhookRejection {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Unverified(error) => Some(error),
            _ => None,
        }
    }
}
