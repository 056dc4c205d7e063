use serde::{Deserialize, Serialize};

use crate::{CustomerSessionToken, ProductId, Seat, SeatId, lenient};

/// What an invitation is for, as it is shown before it is claimed.
///
/// Only `can_claim` must be there when it is read: a page that shows an invitation, and the question
/// what became of a claim, stand or fall with nothing else. A text that is missing, null or of
/// another kind is empty. All six keys are written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ClaimInfo {
    /// The product's name.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub product_name: String,
    /// The product. Always there (observed).
    #[serde(default, deserialize_with = "lenient::option")]
    pub product_id: Option<ProductId>,
    /// The seller's name.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub organization_name: String,
    /// The seller's name in addresses.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub organization_slug: String,
    /// The invited person's e-mail: **empty**, not null, when there is none (observed).
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub customer_email: String,
    /// Whether the invitation can be claimed. Always true when there is an answer at all: a token
    /// that is unknown, expired, claimed or revoked is answered with 404 (observed).
    pub can_claim: bool,
}

impl ClaimInfo {
    /// An invitation that can be claimed, to a product, with all texts empty. Set those that are
    /// known.
    #[must_use]
    pub const fn new(product_id: ProductId) -> Self {
        Self {
            product_name: String::new(),
            product_id: Some(product_id),
            organization_name: String::new(),
            organization_slug: String::new(),
            customer_email: String::new(),
            can_claim: true,
        }
    }
}

/// The answer to a claim, which comes once.
///
/// Only the seat's id and the token must be there when it is read; see [`Seat`]. Where even that
/// fails, [`salvage`](Self::salvage) the token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
#[must_use = "its session token comes once and cannot be had again"]
pub struct ClaimedSeat {
    /// The seat, claimed now.
    pub seat: Seat,
    /// What its holder uses the customer portal with, for one hour. It cannot be had again, and a
    /// revoke of the seat does not end it (observed).
    pub customer_session_token: CustomerSessionToken,
}

impl ClaimedSeat {
    /// A claimed seat and its session.
    pub const fn new(seat: Seat, customer_session_token: CustomerSessionToken) -> Self {
        Self {
            seat,
            customer_session_token,
        }
    }

    /// Reads no more than the seat's id and the token, whatever else is wrong with the answer.
    ///
    /// For an answer that could not be read in full: with a key that comes twice, half of a
    /// surrogate pair, a number beyond measure, or a byte that is not UTF-8. `None` when it is not
    /// JSON, or one of the two is not there.
    #[must_use]
    pub fn salvage(body: &[u8]) -> Option<Self> {
        #[derive(Deserialize)]
        struct Claim {
            seat: Slot,
            customer_session_token: CustomerSessionToken,
        }
        #[derive(Deserialize)]
        struct Slot {
            id: SeatId,
        }
        let claim: Claim = serde_json::from_str(&String::from_utf8_lossy(body)).ok()?;
        Some(Self::new(
            Seat::new(claim.seat.id),
            claim.customer_session_token,
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_token_is_saved_from_an_answer_that_cannot_be_read_in_full() {
        for odd in [
            &br#""email":"\ud800""#[..],
            br#""email":1e400"#,
            br#""email":"a","email":"b""#,
            b"\"email\":\"\xff\",\"email\":null",
        ] {
            let body = [
                br#"{"customer_session_token":"polar_mst_x","seat":{"#,
                odd,
                br#","id":"dcb2c1b9-2f64-4c8c-90e6-d261c78b3eb2"}}"#,
            ]
            .concat();
            assert!(serde_json::from_slice::<ClaimedSeat>(&body).is_err());
            let claimed = ClaimedSeat::salvage(&body).unwrap();
            assert_eq!(claimed.customer_session_token.expose(), "polar_mst_x");
        }
        assert_eq!(
            ClaimedSeat::salvage(br#"{"customer_session_token":"polar_mst_x"}"#),
            None
        );
    }
}
