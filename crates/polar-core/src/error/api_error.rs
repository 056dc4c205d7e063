use std::{borrow::Cow, fmt};

use http::{HeaderMap, StatusCode, header};
use polar_types::{ErrorBody, ErrorName, FieldError, Remedy};

use super::{
    display::one_of,
    redact::{redact, redact_long, truncate},
};
use crate::{Response, headers::POLAR_VERSION};

/// An error that Polar returned: any 4xx status except 408.
///
/// Its texts are safe to show: the secrets of the call are redacted, control characters are
/// replaced, long texts are truncated, and the copy of the input in a 422 is removed.
#[derive(Debug, Clone)]
pub struct ApiError {
    status: StatusCode,
    body: ErrorBody,
    missing_scope: Option<String>,
    unknown_version: bool,
    headers: Headers,
}

/// Headers that `Debug` only counts, because they are not redacted.
#[derive(Clone)]
struct Headers(HeaderMap);

impl ApiError {
    pub(super) fn new(response: Response, secrets: &[&str]) -> Self {
        let (head, body) = response.into_parts();
        let (status, headers) = (head.status, head.headers);
        let body = redact_body(ErrorBody::decode(&redact_bytes(&body, secrets)), secrets);
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

    /// Returns the status.
    #[must_use]
    pub const fn status(&self) -> StatusCode {
        self.status
    }

    /// Returns the name of the error in Polar's API, for example `SeatAlreadyAssigned`. Errors of
    /// the server's framework (unknown path, wrong method) and the rate limiter's empty 429 have
    /// none.
    #[must_use]
    pub fn name(&self) -> Option<&ErrorName> {
        self.body.name()
    }

    /// Returns the message of the server, at most 600 characters.
    #[must_use]
    pub fn message(&self) -> Option<&str> {
        self.body.message()
    }

    /// Returns the invalid fields of a 422.
    #[must_use]
    pub fn fields(&self) -> &[FieldError] {
        self.body.fields()
    }

    /// Returns the body of the response. If it has the documented form, the copy of the input is
    /// removed; in any other form, it can contain anything.
    #[must_use]
    pub const fn body(&self) -> &ErrorBody {
        &self.body
    }

    /// Returns the headers of the response, for example a request id for support. They are
    /// unchanged, and can repeat what was sent.
    #[must_use]
    pub const fn headers(&self) -> &HeaderMap {
        &self.headers.0
    }

    /// Returns the scope that the token lacks, from the `WWW-Authenticate` header. If several scopes
    /// allow the operation, they are separated by spaces; see [`missing_scopes`](Self::missing_scopes).
    #[must_use]
    pub fn missing_scope(&self) -> Option<&str> {
        self.missing_scope.as_deref()
    }

    /// Returns the scopes of which the token lacks all, and of which one is enough. With the feature
    /// `full`, `Scope::from` turns each into a `polar_types::oauth2::Scope`.
    pub fn missing_scopes(&self) -> impl Iterator<Item = &str> {
        self.missing_scope().unwrap_or_default().split_whitespace()
    }

    /// Returns whether the server does not know the requested API version.
    ///
    /// Such a response is a 404 without the `Polar-Version` header, which all other responses of
    /// Polar have (observed). A server that is not Polar can send it, too.
    #[must_use]
    pub const fn is_unknown_version(&self) -> bool {
        self.unknown_version
    }

    /// Returns whether the same call fails again until something changes.
    #[must_use]
    pub fn is_permanent(&self) -> bool {
        self.remedy() != Remedy::Wait
    }

    /// Returns what would have to change before the same call can succeed.
    #[must_use]
    pub fn remedy(&self) -> Remedy {
        let is_limited = self.status == StatusCode::TOO_MANY_REQUESTS;
        match self.name() {
            Some(ErrorName::InsufficientScope) => {
                Remedy::Scope(self.missing_scope().unwrap_or_default().to_owned())
            }
            // For the same invitation, claim returns 400 with a name of its own, and claim-info
            // this.
            Some(ErrorName::ResourceNotFound) if self.message() == Some(INVALID_INVITATION) => {
                Remedy::Invitation
            }
            Some(name @ (ErrorName::NotPermitted | ErrorName::BadRequest)) => {
                by_message(self.message().unwrap_or_default()).unwrap_or_else(|| name.remedy())
            }
            Some(ErrorName::Unknown(_)) | None if is_limited => Remedy::Wait,
            Some(name) => name.remedy(),
            None => match self.status {
                StatusCode::UNAUTHORIZED => Remedy::Credentials,
                StatusCode::NOT_FOUND => Remedy::Version,
                StatusCode::BAD_REQUEST | StatusCode::UNPROCESSABLE_ENTITY => Remedy::Request,
                _ => Remedy::Unknown,
            },
        }
    }
}

/// Returns the remedy for a name that Polar uses for several reasons, if the message shows which.
fn by_message(message: &str) -> Option<Remedy> {
    let says = |texts: &[&str]| texts.iter().any(|text| message.contains(text));
    if says(&["limit already reached", "License key only has"]) {
        Some(Remedy::Limit)
    } else if says(&["not enabled for this organization"]) {
        Some(Remedy::Feature)
    } else if says(&[
        "License key is no longer active",
        "License key has expired",
        "does not support activations",
        "revoked benefit grant",
        "only available for team customers",
        "can only have one member",
        "flagged as malicious",
        "Support case attachments",
    ]) {
        Some(Remedy::State)
    } else {
        None
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Polar returned ")?;
        match (self.name(), self.message()) {
            (Some(name), _) => {
                write!(f, "{} {}", self.status.as_u16(), truncate(name.as_str()))?;
            }
            (None, Some(_)) => write!(f, "{}", self.status.as_u16())?,
            (None, None) => write!(f, "{}", self.status)?,
        }
        match (self.fields(), self.message()) {
            ([], Some(message)) => write!(f, ": {message}"),
            (fields, _) => {
                for (index, field) in fields.iter().enumerate() {
                    let separator = if index == 0 { ":" } else { ";" };
                    let path = truncate(&field.path());
                    write!(f, "{separator} {path}: {}", field.msg)?;
                }
                Ok(())
            }
        }?;
        let scopes = one_of(self.missing_scope().unwrap_or_default());
        if scopes.is_empty() {
            Ok(())
        } else {
            write!(f, " (missing scope: {scopes})")
        }
    }
}

impl fmt::Debug for Headers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} not shown", self.0.len())
    }
}

/// Redacts tokens in the whole body, because they can occur in keys or in JSON of an unknown form.
fn redact_bytes<'a>(body: &'a [u8], secrets: &[&str]) -> Cow<'a, [u8]> {
    let text = String::from_utf8_lossy(body);
    match redact_long(&text, secrets) {
        Cow::Borrowed(_) => Cow::Borrowed(body),
        Cow::Owned(text) => Cow::Owned(text.into_bytes()),
    }
}

fn redact_body(body: ErrorBody, secrets: &[&str]) -> ErrorBody {
    let redact = |text: &str| redact(text, secrets);
    match body {
        ErrorBody::Named { error, detail } => ErrorBody::Named {
            error,
            detail: redact(&detail),
        },
        ErrorBody::Validation { error, mut fields } => {
            for field in &mut fields {
                field.msg = redact(&field.msg);
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
            error_description: redact(&error_description),
        },
        ErrorBody::Framework { detail } => ErrorBody::Framework {
            detail: redact(&detail),
        },
        ErrorBody::Other {
            error,
            message,
            json,
        } => ErrorBody::Other {
            error,
            message: message.as_deref().map(redact),
            json,
        },
        ErrorBody::Text(text) => ErrorBody::Text(redact(&text)),
        other => other,
    }
}

/// Returns the `scope` of a `WWW-Authenticate` challenge.
fn challenge_scope(headers: &HeaderMap, secrets: &[&str]) -> Option<String> {
    let challenge = headers.get(header::WWW_AUTHENTICATE)?.to_str().ok()?;
    let (_, rest) = challenge.split_once("scope=\"")?;
    let (scope, _) = rest.split_once('"')?;
    Some(redact(scope, secrets)).filter(|scope| !scope.is_empty())
}

const INVALID_INVITATION: &str = "Invalid or expired invitation token";
