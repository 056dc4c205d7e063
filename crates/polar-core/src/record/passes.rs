//! What ends an attempt and is of the kind that passes: one meaning for the client's own retries and
//! for its caller's.

use http::StatusCode;

use crate::{Fault, Reach, TransportError};

/// Whether the next answer may be another one.
pub(crate) fn status(status: StatusCode) -> bool {
    // An interim answer that claims to be the last one is a broken answer.
    matches!(status.as_u16(), 100..=199 | 408 | 429 | 500 | 502..=504 | 520..=529)
}

/// Whether the next attempt may bring an answer.
pub(crate) fn failure(error: &TransportError) -> bool {
    // The same answer would be too large, or encoded, again. A head without end is a broken one.
    let has_answer = error.reach() != Reach::NotSent && error.status().is_some();
    !(has_answer && matches!(error.fault(), Fault::TooLarge | Fault::Encoded))
}
