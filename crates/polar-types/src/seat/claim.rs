use serde::{Deserialize, Serialize};

use crate::{CustomerSessionToken, ProductId, Seat, SeatId, lenient};

/// Information about an invitation, to display before it is claimed.
///
/// When read, only `can_claim` is required, because a page that displays an invitation and the
/// recovery after a claim need nothing else. A string that is missing, null or of another type reads
/// as empty. All six keys are written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ClaimInfo {
    /// The product's name.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub product_name: String,
    /// The product. Always present (observed).
    #[serde(default, deserialize_with = "lenient::option")]
    pub product_id: Option<ProductId>,
    /// The seller's name.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub organization_name: String,
    /// The seller's name in URLs.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub organization_slug: String,
    /// The email address of the invited person: **empty**, not null, if there is none (observed).
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub customer_email: String,
    /// Whether the invitation can be claimed. Always true in a response: for a token that is
    /// unknown, expired, claimed or revoked the server returns 404 (observed).
    pub can_claim: bool,
}

impl ClaimInfo {
    /// Creates the information for a claimable invitation, with all strings empty.
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

/// The response to a claim.
///
/// When read, only the seat's id and the token are required; see [`Seat`]. If the response still
/// cannot be read, use [`from_json_lossy`](Self::from_json_lossy).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
#[must_use = "the session token cannot be requested again"]
pub struct ClaimedSeat {
    /// The claimed seat.
    pub seat: Seat,
    /// The token of a customer portal session for the holder, valid for one hour. It cannot be
    /// requested again, and a revoke of the seat does not end it (observed).
    pub customer_session_token: CustomerSessionToken,
}

impl ClaimedSeat {
    /// Creates a response.
    pub const fn new(seat: Seat, customer_session_token: CustomerSessionToken) -> Self {
        Self {
            seat,
            customer_session_token,
        }
    }

    /// Reads only the seat's id and the token of a response.
    ///
    /// Use it if a complete read failed because of a repeated key, an unpaired surrogate, a number
    /// that is too large, or invalid UTF-8. Returns `None` if the body is not JSON, or one of the
    /// two is missing.
    #[must_use]
    #[inline]
    pub fn from_json_lossy(body: &[u8]) -> Option<Self> {
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
    fn from_json_lossy_reads_the_token_of_a_malformed_response() {
        for malformed in [
            &br#""email":"\ud800""#[..],
            br#""email":1e400"#,
            br#""email":"a","email":"b""#,
            b"\"email\":\"\xff\",\"email\":null",
        ] {
            let body = [
                br#"{"customer_session_token":"polar_mst_x","seat":{"#,
                malformed,
                br#","id":"dcb2c1b9-2f64-4c8c-90e6-d261c78b3eb2"}}"#,
            ]
            .concat();
            assert!(serde_json::from_slice::<ClaimedSeat>(&body).is_err());
            let claimed = ClaimedSeat::from_json_lossy(&body).unwrap();
            assert_eq!(claimed.customer_session_token.expose(), "polar_mst_x");
        }
        assert_eq!(
            ClaimedSeat::from_json_lossy(br#"{"customer_session_token":"polar_mst_x"}"#),
            None
        );
    }
}
