use std::{borrow::Cow, fmt};

use http::{HeaderMap, HeaderName, StatusCode, header};
use polar_types::{ErrorBody, ErrorName, FieldError};

use super::words::{fit, tame, without_long};
use crate::Response;

/// What Polar said when it refused.
///
/// The server's words are kept as far as they are safe to show: secrets of the call and control
/// characters are cut out, long texts are cut short, and the echo of our own input that a 422
/// carries is left behind.
#[derive(Debug, Clone)]
pub struct ApiError {
    status: StatusCode,
    body: ErrorBody,
    missing_scope: Option<String>,
    unknown_version: bool,
    headers: Headers,
}

/// Headers that `Debug` counts and does not show: nothing was cut out of them.
#[derive(Clone)]
struct Headers(HeaderMap);

/// What would have to change before the same call can succeed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Remedy {
    /// Nothing but time: wait as long as [`Error::retry_after`](crate::Error::retry_after) says.
    Wait,
    /// The token: it is missing, unknown, expired, revoked, or of the wrong kind for this side.
    Credentials,
    /// A token with this scope. Scopes do not imply each other: writing does not include reading.
    Scope(String),
    /// A session of somebody with another role: an owner or a billing manager.
    Role,
    /// The request itself: a field is wrong; see [`ApiError::fields`].
    Request,
    /// The recipient: no such customer or member, or one who cannot be given a seat.
    Recipient,
    /// The recipient has a seat here already. Nothing needs to be done.
    AlreadyAssigned,
    /// A free seat: all are taken, or none is sold here, or the order is not paid. An expired
    /// invitation still takes up its seat.
    FreeSeat,
    /// A renewed invitation: this one is unknown, expired, revoked, or claimed already. Polar does
    /// not tell which.
    Invitation,
    /// Another seat: only a pending one has an invitation to send.
    PendingSeat,
    /// The organisation: seats are not enabled there.
    Feature,
    /// The id: there is no such thing, or it belongs to somebody else.
    Id,
    /// The API version or the base URL: the server does not have what was asked for.
    Version,
    /// Polar's reason is not known to this library; see [`ApiError::message`].
    Unknown,
}

impl ApiError {
    pub(super) fn read(reply: Response, secrets: &[&str]) -> Self {
        let (head, body) = reply.into_parts();
        let (status, headers) = (head.status, head.headers);
        let body = made_fit(ErrorBody::decode(&without(secrets, &body)), secrets);
        let unknown_version = status == StatusCode::NOT_FOUND
            && body.name().is_none()
            && !headers.contains_key(POLAR_VERSION);
        let missing_scope = match body.name() {
            Some(ErrorName::InsufficientScope) => challenge_scope(&headers, secrets),
            _ => None,
        };
        Self {
            status,
            body,
            missing_scope,
            unknown_version,
            headers: Headers(headers),
        }
    }

    /// The status.
    #[must_use]
    pub const fn status(&self) -> StatusCode {
        self.status
    }

    /// The API's name for the reason, such as `SeatAlreadyAssigned`. Errors of the framework
    /// (a wrong path, a wrong method) and the limiter's empty 429 have none.
    #[must_use]
    pub fn name(&self) -> Option<&ErrorName> {
        self.body.name()
    }

    /// The server's own words, at most 600 characters.
    #[must_use]
    pub fn message(&self) -> Option<&str> {
        self.body.message()
    }

    /// The fields that a 422 complains of.
    #[must_use]
    pub fn fields(&self) -> &[FieldError] {
        self.body.fields()
    }

    /// The whole answer. Where it has the documented form it is without the echo of our input; in
    /// another form anything may stand in it.
    #[must_use]
    pub const fn body(&self) -> &ErrorBody {
        &self.body
    }

    /// The headers of the answer, such as a request id to quote to support. They are as they came,
    /// and may repeat what was sent.
    #[must_use]
    pub const fn headers(&self) -> &HeaderMap {
        &self.headers.0
    }

    /// The scope that the token lacks, as the server names it in `WWW-Authenticate`.
    #[must_use]
    pub fn missing_scope(&self) -> Option<&str> {
        self.missing_scope.as_deref()
    }

    /// Whether a 404 means that the server does not know the API version we asked for, rather than
    /// the path: such an answer lacks the `Polar-Version` header that all others have (observed).
    /// A server in between that is not Polar at all answers so, too.
    #[must_use]
    pub const fn is_unknown_version(&self) -> bool {
        self.unknown_version
    }

    /// Whether the same call will be refused again until something changes.
    #[must_use]
    pub fn is_permanent(&self) -> bool {
        self.remedy() != Remedy::Wait
    }

    /// What would have to change.
    #[must_use]
    pub fn remedy(&self) -> Remedy {
        if self.status == StatusCode::TOO_MANY_REQUESTS {
            return Remedy::Wait;
        }
        let Some(name) = self.name() else {
            return match self.status {
                StatusCode::UNAUTHORIZED => Remedy::Credentials,
                StatusCode::NOT_FOUND => Remedy::Version,
                StatusCode::BAD_REQUEST | StatusCode::UNPROCESSABLE_ENTITY => Remedy::Request,
                _ => Remedy::Unknown,
            };
        };
        match name {
            ErrorName::Unauthorized | ErrorName::InvalidToken => Remedy::Credentials,
            ErrorName::InsufficientScope => {
                Remedy::Scope(self.missing_scope().unwrap_or_default().to_owned())
            }
            ErrorName::NotPermitted => Remedy::Role,
            ErrorName::RequestValidationError
            | ErrorName::PolarRequestValidationError
            | ErrorName::BadRequest
            | ErrorName::LengthRequired
            | ErrorName::RequestBodyTooLarge => Remedy::Request,
            ErrorName::CustomerNotFound
            | ErrorName::MemberNotFound
            | ErrorName::MemberEmailMismatch
            | ErrorName::InvalidSeatAssignmentRequest => Remedy::Recipient,
            ErrorName::SeatAlreadyAssigned => Remedy::AlreadyAssigned,
            ErrorName::SeatNotAvailable => Remedy::FreeSeat,
            ErrorName::SeatNotPending => Remedy::PendingSeat,
            ErrorName::InvalidInvitationToken => Remedy::Invitation,
            ErrorName::FeatureNotEnabled => Remedy::Feature,
            // The same dead invitation is a 400 with its own name on claim, and this on claim-info.
            ErrorName::ResourceNotFound if self.message() == Some(DEAD_INVITATION) => {
                Remedy::Invitation
            }
            ErrorName::ResourceNotFound => Remedy::Id,
            _ => Remedy::Unknown,
        }
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.fields(), self.message()) {
            ([], Some(message)) => f.write_str(message)?,
            ([], None) if self.status == StatusCode::TOO_MANY_REQUESTS => {
                f.write_str("too many requests")?;
            }
            ([], None) => f.write_str("no reason was given")?,
            (fields, _) => {
                for (index, field) in fields.iter().enumerate() {
                    let separator = if index == 0 { "" } else { "; " };
                    let path = tame(&field.path());
                    write!(f, "{separator}{path}: {}", field.msg)?;
                }
            }
        }
        write!(f, " ({}", self.status.as_u16())?;
        if let Some(name) = self.name() {
            write!(f, " {}", tame(name.as_str()))?;
        }
        f.write_str(")")
    }
}

impl fmt::Debug for Headers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} not shown", self.0.len())
    }
}

/// Takes tokens out of the whole body: they may stand in names, or in JSON of an unknown shape.
fn without<'a>(secrets: &[&str], body: &'a [u8]) -> Cow<'a, [u8]> {
    let text = String::from_utf8_lossy(body);
    match without_long(&text, secrets) {
        Cow::Borrowed(_) => Cow::Borrowed(body),
        Cow::Owned(text) => Cow::Owned(text.into_bytes()),
    }
}

fn made_fit(body: ErrorBody, secrets: &[&str]) -> ErrorBody {
    let fit = |text: &str| fit(text, secrets);
    match body {
        ErrorBody::Named { error, detail } => ErrorBody::Named {
            error,
            detail: fit(&detail),
        },
        ErrorBody::Validation { error, mut fields } => {
            for field in &mut fields {
                field.msg = fit(&field.msg);
                field.input = None;
                field.ctx = None;
            }
            ErrorBody::Validation { error, fields }
        }
        ErrorBody::OAuth {
            error,
            error_description,
        } => ErrorBody::OAuth {
            error,
            error_description: fit(&error_description),
        },
        ErrorBody::Framework { detail } => ErrorBody::Framework {
            detail: fit(&detail),
        },
        ErrorBody::Other {
            error,
            message,
            json,
        } => ErrorBody::Other {
            error,
            message: message.as_deref().map(fit),
            json,
        },
        ErrorBody::Text(text) => ErrorBody::Text(fit(&text)),
        other => other,
    }
}

/// The `scope` of a `WWW-Authenticate` challenge.
fn challenge_scope(headers: &HeaderMap, secrets: &[&str]) -> Option<String> {
    let challenge = headers.get(header::WWW_AUTHENTICATE)?.to_str().ok()?;
    let (_, rest) = challenge.split_once("scope=\"")?;
    let (scope, _) = rest.split_once('"')?;
    Some(fit(scope, secrets))
}

pub(crate) const POLAR_VERSION: HeaderName = HeaderName::from_static("polar-version");
const DEAD_INVITATION: &str = "Invalid or expired invitation token";
