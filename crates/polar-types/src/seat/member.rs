use serde::{
    Deserialize, Deserializer, Serialize,
    de::{self, MapAccess, value::MapAccessDeserializer},
};

use crate::{
    CustomerId, MemberId, Timestamp,
    lenient::{self, Lenient},
    open_enum::open_enum,
};

/// A person under a buyer, who may hold seats. As lenient to read as a [`Seat`](crate::Seat).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Member {
    /// The person. It stays the same over revokes and new assignments (observed).
    pub id: MemberId,
    /// When it was made.
    #[serde(skip_serializing_if = "Timestamp::is_absent")]
    pub created_at: Timestamp,
    /// When it last changed; `None` before the first change.
    pub modified_at: Option<Timestamp>,
    /// Always the buyer (observed).
    pub customer_id: Option<CustomerId>,
    /// The person's e-mail.
    pub email: Option<String>,
    /// The person's name; `None` for members that an assignment made (observed).
    pub name: Option<String>,
    /// The id in the seller's own system.
    pub external_id: Option<String>,
    /// What the person may do in the customer portal.
    #[serde(skip_serializing_if = "MemberRole::is_absent")]
    pub role: MemberRole,
}

impl Member {
    /// A member of whom nothing but the id is known. Set the fields that are.
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
    /// What a member may do in the buyer's customer portal.
    pub enum MemberRole {
        /// Everything. An owner may hold a seat, too.
        Owner = "owner",
        /// Billing, and assigning and revoking seats.
        BillingManager = "billing_manager",
        /// Uses what is granted, and may list all seats with all e-mails (observed).
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

    /// A member without id is as good as none.
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
