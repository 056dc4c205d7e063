use std::{fmt, time::Duration};

use polar_types::{Invitation, Seat, SeatStatus, SeatsList};
use time::OffsetDateTime;

/// One seat of a list, as a person reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The holder's e-mail; empty for somebody without one.
    pub who: String,
    /// What can be said of the seat.
    pub state: State,
}

/// Where a taken seat is in its life.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// Invited, and it can be claimed for so long.
    Invited(Duration),
    /// The invitation ended: somebody has to renew it.
    Expired,
    /// Claimed.
    Claimed,
    /// A word that this program does not know, kept as it is: a front end that is older than the
    /// server goes on working.
    Other(String),
}

/// Reads the body of a seat list, and says a line for each seat that somebody holds.
///
/// # Errors
///
/// When the text is not a list of seats.
pub fn lines(json: &str, now: OffsetDateTime) -> Result<Vec<Line>, serde_json::Error> {
    let list: SeatsList = serde_json::from_str(json)?;
    let held = list.seats.iter().filter(|seat| seat.occupant().is_some());
    Ok(held.map(|seat| line(seat, now)).collect())
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let who = if self.who.is_empty() {
            "somebody"
        } else {
            &self.who
        };
        match &self.state {
            State::Invited(left) => write!(f, "{who}: invited, for {} h more", hours(*left)),
            State::Expired => write!(f, "{who}: the invitation expired, renew it"),
            State::Claimed => write!(f, "{who}: claimed"),
            State::Other(word) => write!(f, "{who}: {word}"),
        }
    }
}

fn line(seat: &Seat, now: OffsetDateTime) -> Line {
    let who = seat.occupant().and_then(|person| person.email);
    let state = match (&seat.status, seat.invitation(now)) {
        (_, Invitation::Valid { remaining: left }) => State::Invited(left),
        (_, Invitation::Expired { .. }) => State::Expired,
        (SeatStatus::Claimed, _) => State::Claimed,
        (other, _) => State::Other(other.to_string()),
    };
    Line {
        who: who.unwrap_or_default().to_owned(),
        state,
    }
}

/// Rounded up, so that a live invitation never shows none.
fn hours(left: Duration) -> u64 {
    left.as_secs().div_ceil(3600)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_seat_that_somebody_holds_has_a_line() {
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
        let said: Vec<String> = lines(json, now)
            .unwrap()
            .iter()
            .map(Line::to_string)
            .collect();
        assert_eq!(
            said,
            [
                "ann@acme.com: claimed",
                "zoe@acme.com: invited, for 2 h more",
                "bob@acme.com: the invitation expired, renew it",
                "kim@acme.com: on_hold",
            ]
        );
    }

    #[test]
    fn what_is_no_list_is_an_error_and_not_an_empty_one() {
        for json in ["", "{}", "[]", "<html>"] {
            assert!(lines(json, OffsetDateTime::UNIX_EPOCH).is_err(), "{json}");
        }
    }
}
