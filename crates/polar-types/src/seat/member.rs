use serde::{
    Deserialize, Deserializer, Serialize,
    de::{self, MapAccess, value::MapAccessDeserializer},
};

use crate::{
    CustomerId, MemberId, Timestamp,
    lenient::{self, Lenient},
    open_enum::open_enum,
};

/// A member of a buyer, who may hold seats. Reading is lenient, as for a [`Seat`](crate::Seat).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Member {
    /// The id. It does not change when seats are revoked and assigned again (observed).
    pub id: MemberId,
    /// When it was created.
    #[serde(skip_serializing_if = "Timestamp::is_absent")]
    pub created_at: Timestamp,
    /// When it last changed; `None` before the first change.
    pub modified_at: Option<Timestamp>,
    /// The buyer, always (observed).
    pub customer_id: Option<CustomerId>,
    /// The email address.
    pub email: Option<String>,
    /// The name; `None` for members created by an assignment (observed).
    pub name: Option<String>,
    /// The id in the seller's own system.
    pub external_id: Option<String>,
    /// The role in the customer portal.
    #[serde(skip_serializing_if = "MemberRole::is_absent")]
    pub role: MemberRole,
}

impl Member {
    /// Creates a member with only an id.
    #[must_use]
    pub fn new(id: MemberId) -> Self {
        Self {
            id,
            created_at: Timestamp::default(),
            modified_at: None,
            customer_id: None,
            email: None,
            name: None,
            external_id: None,
            role: MemberRole::default(),
        }
    }
}

open_enum! {
    /// The role of a member in the buyer's customer portal.
    pub enum MemberRole {
        /// Has all permissions. An owner may hold a seat, too.
        Owner = "owner",
        /// Manages billing, and assigns and revokes seats.
        BillingManager = "billing_manager",
        /// Uses the benefits, and may list all seats with all email addresses (observed).
        Member = "member",
    }
}

impl<'de> Deserialize<'de> for Member {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let parts = Parts::deserialize(deserializer)?;
        parts.member().ok_or_else(|| de::Error::missing_field("id"))
    }
}

impl Lenient for Member {
    fn from_text(_: &str) -> Option<Self> {
        None
    }

    /// A member without an id reads as absent.
    fn from_map<'de, A: MapAccess<'de>>(entries: A) -> Result<Option<Self>, A::Error> {
        Parts::deserialize(MapAccessDeserializer::new(entries)).map(Parts::member)
    }
}

#[derive(Deserialize)]
struct Parts {
    #[serde(default, deserialize_with = "lenient::option")]
    id: Option<MemberId>,
    #[serde(default, deserialize_with = "lenient::or_default")]
    created_at: Timestamp,
    #[serde(default, deserialize_with = "lenient::option")]
    modified_at: Option<Timestamp>,
    #[serde(default, deserialize_with = "lenient::option")]
    customer_id: Option<CustomerId>,
    #[serde(default, deserialize_with = "lenient::option")]
    email: Option<String>,
    #[serde(default, deserialize_with = "lenient::option")]
    name: Option<String>,
    #[serde(default, deserialize_with = "lenient::option")]
    external_id: Option<String>,
    #[serde(default, deserialize_with = "lenient::or_default")]
    role: MemberRole,
}

impl Parts {
    fn member(self) -> Option<Member> {
        Some(Member {
            id: self.id?,
            created_at: self.created_at,
            modified_at: self.modified_at,
            customer_id: self.customer_id,
            email: self.email,
            name: self.name,
            external_id: self.external_id,
            role: self.role,
        })
    }
}
