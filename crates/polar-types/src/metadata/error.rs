use std::{error::Error, fmt};

use super::SeatMetadata;

/// The error returned when metadata is invalid or over the server's limits.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidMetadata {
    /// The text is not JSON, or the value cannot be written as JSON.
    Malformed {
        /// The line, starting at 1; 0 if the error occurred while writing.
        line: usize,
        /// The column, in bytes, starting at 1.
        column: usize,
    },
    /// The JSON is not an object.
    NotAnObject,
    /// There are more than [`SeatMetadata::MAX_KEYS`] keys at the top level.
    TooManyKeys {
        /// The number of keys.
        found: usize,
    },
    /// The object is longer than [`SeatMetadata::MAX_CHARACTERS`].
    TooLarge {
        /// Its length in characters, as counted by the server.
        characters: usize,
    },
    /// A key or a string contains U+0000, at any depth.
    NulCharacter,
    /// A key or a string contains an unpaired surrogate, which is not valid Unicode. The server
    /// returns 500 (observed).
    LoneSurrogate,
    /// A number is larger than the largest `f64`. The server returns 500 (observed).
    NumberTooLarge,
}

impl InvalidMetadata {
    #[inline]
    pub(super) fn malformed(error: &serde_json::Error) -> Self {
        Self::Malformed {
            line: error.line(),
            column: error.column(),
        }
    }
}

impl fmt::Display for InvalidMetadata {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed { line: 0, .. } => {
                f.write_str("the metadata cannot be written as JSON: use strings for all keys")
            }
            Self::Malformed { line, column } => write!(
                f,
                "the metadata is not valid JSON, at line {line}, column {column}"
            ),
            Self::NotAnObject => {
                f.write_str("the metadata is not a JSON object: write it as {\"key\": value}")
            }
            Self::TooManyKeys { found } => write!(
                f,
                "the metadata has {found} keys, but at most {} are allowed: remove some, or nest \
                 them",
                SeatMetadata::MAX_KEYS,
            ),
            Self::TooLarge { characters } => write!(
                f,
                "the metadata has {characters} characters, but at most {} are allowed: shorten it \
                 (a character outside ASCII counts as 6 or 12)",
                SeatMetadata::MAX_CHARACTERS,
            ),
            Self::NulCharacter => {
                f.write_str("the metadata contains the character U+0000: remove it")
            }
            Self::LoneSurrogate => f.write_str(
                "the metadata contains an unpaired surrogate (\\ud800 to \\udfff): remove it",
            ),
            Self::NumberTooLarge => f.write_str(
                "the metadata contains a number over 1.8e308: use a smaller number or a string",
            ),
        }
    }
}

impl Error for InvalidMetadata {}
