//! What a session token of the customer portal tells about itself.

use serde::{Deserialize, Serialize};

use crate::{CustomerId, MemberId, MemberRole, Timestamp, lenient, open_enum::open_enum};

/// How long a session lasts, and where it leads back to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SessionInfo {
    /// When it ends: one hour after the claim (observed). Its holder cannot renew it.
    #[serde(default, deserialize_with = "lenient::or_default")]
    #[serde(skip_serializing_if = "Timestamp::is_absent")]
    pub expires_at: Timestamp,
    /// Where the portal's own pages lead back to.
    #[serde(default, deserialize_with = "lenient::option")]
    pub return_url: Option<String>,
}

impl SessionInfo {
    /// A session that ends then.
    #[must_use]
    pub const fn new(expires_at: Timestamp) -> Self {
        Self {
            expires_at,
            return_url: None,
        }
    }
}

/// Whose session it is: for one from a claim, the holder's and not the buyer's (observed).
///
/// A session of a customer without e-mail does not tell: the server answers 422 (observed).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SessionUser {
    /// Whether it is a member's or a customer's.
    #[serde(rename = "type", default, deserialize_with = "lenient::or_default")]
    #[serde(skip_serializing_if = "SessionUserKind::is_absent")]
    pub kind: SessionUserKind,
    /// The person's name.
    #[serde(default, deserialize_with = "lenient::option")]
    pub name: Option<String>,
    /// The person's e-mail.
    #[serde(default, deserialize_with = "lenient::option")]
    pub email: Option<String>,
    /// The customer that the session acts for: for a member, **the buyer**.
    #[serde(default, deserialize_with = "lenient::option")]
    pub customer_id: Option<CustomerId>,
    /// The member, if it is one's session.
    #[serde(default, deserialize_with = "lenient::option")]
    pub member_id: Option<MemberId>,
    /// What the member may do.
    #[serde(default, deserialize_with = "lenient::option")]
    pub role: Option<MemberRole>,
}

open_enum! {
    /// Whose a session is.
    pub enum SessionUserKind {
        /// A customer's. Not observed: the word is the API's documented one.
        Customer = "customer",
        /// A member's.
        Member = "member",
    }
}
