use serde::{Deserialize, Serialize};

use crate::{CustomerSessionToken, ProductId, Seat};

/// What an invitation is for, as it is shown before it is claimed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ClaimInfo {
    /// The product's name.
    pub product_name: String,
    /// The product.
    pub product_id: ProductId,
    /// The seller's name.
    pub organization_name: String,
    /// The seller's name in addresses.
    pub organization_slug: String,
    /// The invited person's e-mail: **empty**, not null, when there is none (observed).
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
            product_id,
            organization_name: String::new(),
            organization_slug: String::new(),
            customer_email: String::new(),
            can_claim: true,
        }
    }
}

/// The answer to a claim, which comes once.
///
/// Only the seat's id and the token must be there when it is read; see [`Seat`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ClaimedSeat {
    /// The seat, claimed now.
    pub seat: Seat,
    /// What its holder uses the customer portal with, for one hour. It cannot be had again, and a
    /// revoke of the seat does not end it (observed).
    pub customer_session_token: CustomerSessionToken,
}

impl ClaimedSeat {
    /// A claimed seat and its session.
    #[must_use]
    pub const fn new(seat: Seat, customer_session_token: CustomerSessionToken) -> Self {
        Self {
            seat,
            customer_session_token,
        }
    }
}
