use super::{ApiError, RawResponse};
use crate::{DecodeError, InvalidRequest, TransportError};

/// The kinds of failure of a call.
#[derive(Debug)]
#[non_exhaustive]
pub enum ErrorKind {
    /// Refused here; nothing was sent.
    Invalid(InvalidRequest),
    /// Polar returned an error (any 4xx but 408).
    Api(ApiError),
    /// The server, or something in front of it, failed (5xx, 408). Its answer may say more to whoever
    /// runs the server: a request id in its headers, the page of a proxy in its body.
    Server(RawResponse),
    /// A response that this operation cannot have: a redirect, or a success with a status that it
    /// does not [expect](crate::Spec::expects).
    Unexpected(RawResponse),
    /// A success whose answer does not have the documented form.
    Undecodable(DecodeError, RawResponse),
    /// No whole answer came back.
    Transport(TransportError),
}

impl ErrorKind {
    /// A short word for the kind, for logs and machine-readable output.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Invalid(_) => "invalid",
            Self::Api(_) => "refused",
            Self::Server(_) => "server",
            Self::Unexpected(_) => "unexpected",
            Self::Undecodable(..) => "undecodable",
            Self::Transport(_) => "transport",
        }
    }
}
