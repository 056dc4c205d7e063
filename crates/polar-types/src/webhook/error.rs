use std::{error::Error, fmt};

/// A delivery is not an event, although it may be genuine.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidEvent {
    /// It is not a JSON object with a `type` that is text and `data`.
    Envelope,
    /// It is an event of a seat, and its `data` is not a seat.
    Seat,
}

impl fmt::Display for InvalidEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Envelope => {
                "the webhook is not a JSON object with \"type\" and \"data\": look whether \
                 the endpoint's format is \"raw\""
            }
            Self::Seat => "the webhook is about a seat, and its \"data\" has no seat id",
        })
    }
}

impl Error for InvalidEvent {}
