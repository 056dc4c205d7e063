use crate::open_enum::open_enum;

open_enum! {
    /// Where a seat is in its life.
    pub enum SeatStatus {
        /// Assigned and not claimed yet. It stays so when the invitation ends, and still takes up
        /// a seat (observed).
        Pending = "pending",
        /// Claimed: its holder has, or is about to have, the benefits.
        Claimed = "claimed",
        /// Taken back. The slot stays in the list, free for the next assignment.
        Revoked = "revoked",
    }
}

impl SeatStatus {
    /// Whether somebody holds the seat, so that it counts against those that were bought: pending
    /// or claimed.
    #[must_use]
    pub const fn is_live(&self) -> bool {
        matches!(self, Self::Pending | Self::Claimed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_known_word_is_its_variant_wherever_it_comes_from() {
        for status in [
            SeatStatus::Pending,
            SeatStatus::Claimed,
            SeatStatus::Revoked,
        ] {
            assert_eq!(SeatStatus::from(status.as_str()), status);
            assert_eq!(SeatStatus::from(status.to_string()), status);
            let json = serde_json::to_string(&status).unwrap();
            assert_eq!(serde_json::from_str::<SeatStatus>(&json).unwrap(), status);
        }
    }

    #[test]
    fn a_new_word_is_kept_and_written_back() {
        let status: SeatStatus = serde_json::from_str("\"sus\\u0070ended\"").unwrap();
        assert!(matches!(status, SeatStatus::Unknown(_)));
        assert_eq!("suspended".parse(), Ok(status.clone()));
        assert_eq!(serde_json::to_string(&status).unwrap(), "\"suspended\"");
        assert_eq!(format!("{status:>10}"), " suspended");
        assert!(!status.is_live());
    }

    #[test]
    fn a_word_is_compared_the_same_whether_it_has_a_name_or_not() {
        assert!(SeatStatus::Pending == "pending");
        let new = SeatStatus::from("suspended");
        assert!(new == *"suspended");
        assert!(SeatStatus::Pending != "suspended");
    }
}
