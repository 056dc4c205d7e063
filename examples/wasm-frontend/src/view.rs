use std::{fmt, time::Duration};

use polar_types::{Invitation, Seat, SeatStatus, SeatsList};
use time::OffsetDateTime;

/// One seat of a list, for display.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The email of the holder; empty if there is none.
    pub holder: String,
    /// The state of the seat.
    pub state: State,
}

/// The state of an assigned seat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// Invited; the invitation is valid for this long.
    Invited(Duration),
    /// The invitation has expired and has to be renewed.
    Expired,
    /// Claimed.
    Claimed,
    /// A status that this program does not know, unchanged, so that an old front end keeps working with
    /// a new server.
    Other(String),
}

/// Returns a line for each assigned seat of a list in JSON.
///
/// # Errors
///
/// Returns an error if the text is not a list of seats.
pub fn lines(json: &str, now: OffsetDateTime) -> Result<Vec<Line>, serde_json::Error> {
    let list: SeatsList = serde_json::from_str(json)?;
    let held = list.seats.iter().filter(|seat| seat.occupant().is_some());
    Ok(held.map(|seat| line(seat, now)).collect())
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let holder = if self.holder.is_empty() {
            "(no email)"
        } else {
            &self.holder
        };
        match &self.state {
            State::Invited(left) => write!(f, "{holder}: invited, expires in {} h", hours(*left)),
            State::Expired => write!(f, "{holder}: invitation expired"),
            State::Claimed => write!(f, "{holder}: claimed"),
            State::Other(word) => write!(f, "{holder}: {word}"),
        }
    }
}

fn line(seat: &Seat, now: OffsetDateTime) -> Line {
    let holder = seat.occupant().and_then(|person| person.email);
    let state = match (&seat.status, seat.invitation(now)) {
        (_, Invitation::Valid { remaining: left }) => State::Invited(left),
        (_, Invitation::Expired { .. }) => State::Expired,
        (SeatStatus::Claimed, _) => State::Claimed,
        (other, _) => State::Other(other.to_string()),
    };
    Line {
        holder: holder.unwrap_or_default().to_owned(),
        state,
    }
}

/// Hours, rounded up so that a valid invitation never shows 0.
fn hours(left: Duration) -> u64 {
    left.as_secs().div_ceil(3600)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_contains_every_assigned_seat() {
        let json = r#"{"available_seats": 1, "total_seats": 5, "seats": [
            {"id": "dcb2c1b9-2f64-4c8c-90e6-d261c78b3eb1", "status": "claimed", "email": "ann@acme.com"},
            {"id": "dcb2c1b9-2f64-4c8c-90e6-d261c78b3eb2", "status": "pending", "email": "zoe@acme.com",
             "invitation_token_expires_at": "2026-11-24T05:30:00Z"},
            {"id": "dcb2c1b9-2f64-4c8c-90e6-d261c78b3eb3", "status": "pending", "email": "bob@acme.com",
             "invitation_token_expires_at": "2026-11-24T03:00:00Z"},
            {"id": "dcb2c1b9-2f64-4c8c-90e6-d261c78b3eb4", "status": "revoked"},
            {"id": "dcb2c1b9-2f64-4c8c-90e6-d261c78b3eb5", "status": "on_hold", "email": "kim@acme.com"}
        ]}"#;
        let now = OffsetDateTime::from_unix_timestamp(1_795_492_800).unwrap(); // 04:00 that day
        let output: Vec<String> = lines(json, now)
            .unwrap()
            .iter()
            .map(Line::to_string)
            .collect();
        assert_eq!(
            output,
            [
                "ann@acme.com: claimed",
                "zoe@acme.com: invited, expires in 2 h",
                "bob@acme.com: invitation expired",
                "kim@acme.com: on_hold",
            ]
        );
    }

    #[test]
    fn lines_rejects_invalid_lists() {
        for json in ["", "{}", "[]", "<html>"] {
            assert!(lines(json, OffsetDateTime::UNIX_EPOCH).is_err(), "{json}");
        }
    }
}
