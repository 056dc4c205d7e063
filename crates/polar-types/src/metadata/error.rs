use std::{error::Error, fmt};

use super::SeatMetadata;

/// Why something cannot be the metadata of an assignment.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidMetadata {
    /// The text is not JSON, or the value cannot be written as JSON.
    Malformed {
        /// The line, from 1; 0 when there is no text yet.
        line: usize,
        /// The column, in bytes from 1.
        column: usize,
    },
    /// It is JSON, but not an object.
    NotAnObject,
    /// There are more than [`SeatMetadata::MAX_KEYS`] keys at the top level.
    TooManyKeys {
        /// How many there are.
        found: usize,
    },
    /// The object is longer than [`SeatMetadata::MAX_CHARACTERS`].
    TooLarge {
        /// Its length as the server counts, in characters.
        characters: usize,
    },
    /// A key or a text holds U+0000, at whatever depth.
    NulCharacter,
    /// A key or a text holds half of a surrogate pair, which is not Unicode text. The server
    /// answers 500 (observed).
    LoneSurrogate,
    /// A number is beyond the largest `f64`. The server answers 500 (observed).
    NumberTooLarge,
}

impl InvalidMetadata {
    pub(super) fn malformed(error: &serde_json::Error) -> Self {
        Self::Malformed {
            line: error.line(),
            column: error.column(),
        }
    }
}

impl fmt::Display for InvalidMetadata {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed { line: 0, .. } => {
                f.write_str("the metadata cannot be written as JSON: use text for all keys")
            }
            Self::Malformed { line, column } => write!(
                f,
                "the metadata is not readable JSON, at line {line}, column {column}"
            ),
            Self::NotAnObject => {
                f.write_str("the metadata is not a JSON object: write it as {\"key\": value}")
            }
            Self::TooManyKeys { found } => write!(
                f,
                "the metadata has {found} keys and may have {}: leave some out, or nest them",
                SeatMetadata::MAX_KEYS,
            ),
            Self::TooLarge { characters } => write!(
                f,
                "the metadata counts {characters} characters and may have {}: shorten it (a \
                 character outside ASCII counts 6 or 12)",
                SeatMetadata::MAX_CHARACTERS,
            ),
            Self::NulCharacter => {
                f.write_str("the metadata holds the character U+0000: take it out")
            }
            Self::LoneSurrogate => f.write_str(
                "the metadata holds half of a surrogate pair (\\ud800 to \\udfff): take it out",
            ),
            Self::NumberTooLarge => f.write_str(
                "the metadata holds a number beyond 1.8e308: make it smaller, or a text",
            ),
        }
    }
}

impl Error for InvalidMetadata {}
