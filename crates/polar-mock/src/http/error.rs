use bytes::Bytes;
use http::{HeaderName, HeaderValue, Response, StatusCode, header};
use polar_types::{ErrorBody, ErrorName, FieldError, RawJson};
use serde::Serialize;

use crate::{json::Json, state::StateError, validation::InvalidField};

/// Why a request is not carried out, as the server reports it.
#[derive(Debug)]
pub(crate) enum HttpError {
    /// An error of the application, by its name.
    Named {
        status: StatusCode,
        name: &'static str,
        detail: String,
    },
    /// No credentials, or credentials of the wrong kind.
    Unauthorized,
    /// An unknown or expired bearer token.
    InvalidToken,
    /// A token that lacks all of these scopes, of which one is enough.
    InsufficientScope(&'static [&'static str]),
    /// An operation that the mock does not have.
    NotImplemented(&'static str),
    /// Invalid fields of the request.
    Invalid(Vec<InvalidField>),
    /// Fields that the application rejects.
    InvalidForApplication(Vec<InvalidField>),
    /// A body that cannot be parsed.
    UnreadableBody,
    /// An unknown path.
    NotFound,
    /// A path that allows another method.
    MethodNotAllowed(&'static str),
    /// The location of the same path with or without a trailing slash.
    Redirect(String),
    LengthRequired,
    BodyTooLarge,
    /// Too many requests, with the seconds of `Retry-After`.
    RateLimited(u64),
    /// An internal error of the server (500).
    Crash,
}

impl HttpError {
    /// Returns a 404 for a row that does not exist or belongs to another caller.
    pub(crate) fn not_found(detail: &str) -> Self {
        Self::named(StatusCode::NOT_FOUND, "ResourceNotFound", detail)
    }

    /// Returns a 400 of the application.
    pub(crate) fn bad_request(name: &'static str, detail: impl Into<String>) -> Self {
        Self::named(StatusCode::BAD_REQUEST, name, detail)
    }

    /// Returns a 403 of the application.
    pub(crate) fn forbidden(name: &'static str, detail: impl Into<String>) -> Self {
        Self::named(StatusCode::FORBIDDEN, name, detail)
    }

    pub(crate) fn named(status: StatusCode, name: &'static str, detail: impl Into<String>) -> Self {
        Self::Named {
            status,
            name,
            detail: detail.into(),
        }
    }

    pub(crate) fn into_response(self) -> Response<Bytes> {
        match self {
            Self::Named {
                status,
                name,
                detail,
            } => named_error(status, name, detail),
            Self::Unauthorized => with_header(
                named_error(StatusCode::UNAUTHORIZED, "Unauthorized", "Unauthorized"),
                header::WWW_AUTHENTICATE,
                "Bearer realm=\"polar\"",
            ),
            Self::InvalidToken => invalid_token(),
            Self::InsufficientScope(scopes) => insufficient_scope(&scopes.join(" ")),
            Self::NotImplemented(operation) => named_error(
                StatusCode::NOT_IMPLEMENTED,
                "NotImplemented",
                format!("the mock does not have the operation {operation}"),
            ),
            Self::Invalid(items) => invalid("RequestValidationError", items),
            Self::InvalidForApplication(items) => invalid("PolarRequestValidationError", items),
            Self::UnreadableBody => framework_error(
                StatusCode::BAD_REQUEST,
                "There was an error parsing the body",
            ),
            Self::NotFound => framework_error(StatusCode::NOT_FOUND, "Not Found"),
            Self::MethodNotAllowed(allowed) => with_header(
                framework_error(StatusCode::METHOD_NOT_ALLOWED, "Method Not Allowed"),
                header::ALLOW,
                allowed,
            ),
            Self::Redirect(location) => redirect(&location),
            Self::LengthRequired => named_error(
                StatusCode::LENGTH_REQUIRED,
                "LengthRequired",
                "A Content-Length header is required.",
            ),
            Self::BodyTooLarge => named_error(
                StatusCode::PAYLOAD_TOO_LARGE,
                "RequestBodyTooLarge",
                "Request body exceeded the maximum allowed size of 10485760 bytes.",
            ),
            Self::RateLimited(seconds) => rate_limited(seconds),
            Self::Crash => crash(),
        }
    }
}

impl From<StateError> for HttpError {
    fn from(error: StateError) -> Self {
        let status = match error {
            StateError::Inconsistent => return Self::Crash,
            StateError::SeatsNotEnabled => StatusCode::FORBIDDEN,
            StateError::CustomerNotFound(_) | StateError::MemberNotFound(_) => {
                StatusCode::NOT_FOUND
            }
            _ => StatusCode::BAD_REQUEST,
        };
        Self::named(status, error.name(), error.to_string())
    }
}

fn named_error(status: StatusCode, name: &str, detail: impl Into<String>) -> Response<Bytes> {
    let body = ErrorBody::Named {
        error: ErrorName::from(name),
        detail: detail.into(),
    };
    written(status, &body)
}

fn framework_error(status: StatusCode, detail: &str) -> Response<Bytes> {
    written(
        status,
        &ErrorBody::Framework {
            detail: detail.to_owned(),
        },
    )
}

fn invalid(name: &str, items: Vec<InvalidField>) -> Response<Bytes> {
    let fields: Option<Vec<FieldError>> = items.into_iter().map(field_error).collect();
    // A value that cannot be echoed makes the server fail.
    fields.map_or_else(crash, |fields| {
        let body = ErrorBody::Validation {
            error: ErrorName::from(name),
            fields,
        };
        written(StatusCode::UNPROCESSABLE_ENTITY, &body)
    })
}

/// Returns `None` for a value that the server cannot write.
fn field_error(invalid: InvalidField) -> Option<FieldError> {
    let InvalidField {
        violation,
        loc,
        input,
    } = invalid;
    let raw = |json: Json| RawJson::from_json(json.to_text()?).ok();
    let mut field = FieldError::new(violation.kind, loc, violation.msg);
    field.input = Some(raw(input)?);
    field.ctx = match violation.ctx {
        Some(ctx) => Some(raw(ctx)?),
        None => None,
    };
    Some(field)
}

fn invalid_token() -> Response<Bytes> {
    oauth(
        StatusCode::UNAUTHORIZED,
        "invalid_token",
        "The access token provided is expired, revoked, malformed, or invalid for other reasons.",
        None,
    )
}

fn insufficient_scope(scope: &str) -> Response<Bytes> {
    oauth(
        StatusCode::FORBIDDEN,
        "insufficient_scope",
        "The request requires higher privileges than provided by the access token.",
        Some(scope),
    )
}

fn oauth(status: StatusCode, error: &str, words: &str, scope: Option<&str>) -> Response<Bytes> {
    let body = ErrorBody::OAuth {
        error: ErrorName::from(error),
        error_description: words.to_owned(),
    };
    let scope = scope
        .map(|scope| format!("scope=\"{scope}\", "))
        .unwrap_or_default();
    let challenge =
        format!("Bearer realm=\"polar\", {scope}error=\"{error}\", error_description=\"{words}\"");
    let response = with_header(written(status, &body), header::WWW_AUTHENTICATE, &challenge);
    let response = with_header(response, header::CACHE_CONTROL, "no-store");
    with_header(response, header::PRAGMA, "no-cache")
}

fn rate_limited(seconds: u64) -> Response<Bytes> {
    let mut response = Response::new(Bytes::new());
    *response.status_mut() = StatusCode::TOO_MANY_REQUESTS;
    response
        .headers_mut()
        .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    response
}

fn redirect(location: &str) -> Response<Bytes> {
    let mut response = Response::new(Bytes::new());
    *response.status_mut() = StatusCode::TEMPORARY_REDIRECT;
    with_header(response, header::LOCATION, location)
}

fn crash() -> Response<Bytes> {
    response(
        StatusCode::INTERNAL_SERVER_ERROR,
        PLAIN_TEXT,
        "Internal Server Error",
    )
}

fn written(status: StatusCode, body: &ErrorBody) -> Response<Bytes> {
    with_status(status, body).unwrap_or_else(crash)
}

fn with_header(mut response: Response<Bytes>, name: HeaderName, value: &str) -> Response<Bytes> {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
    response
}

/// Returns a success, which is always a 200 with JSON.
pub(crate) fn json<T: Serialize>(value: &T) -> Result<Response<Bytes>, HttpError> {
    with_status(StatusCode::OK, value).ok_or(HttpError::Crash)
}

/// Returns a response with JSON; `None` if the value cannot be serialized.
pub(crate) fn with_status<T: Serialize>(status: StatusCode, value: &T) -> Option<Response<Bytes>> {
    let body = serde_json::to_vec(value).ok()?;
    Some(response(status, "application/json", body))
}

pub(crate) fn response(
    status: StatusCode,
    content_type: &'static str,
    body: impl Into<Bytes>,
) -> Response<Bytes> {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}

pub(super) const PLAIN_TEXT: &str = "text/plain; charset=utf-8";
