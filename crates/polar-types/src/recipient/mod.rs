//! The recipient of a seat.

mod fields;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

pub use self::fields::RecipientFields;
#[cfg(test)]
pub(crate) use self::fields::{
    CUSTOMER_AND_MEMBER, MEMBER_AND_EMAIL, NO_RECIPIENT, SEVERAL_CUSTOMERS, TWO_MEMBERS,
};
use crate::{CustomerId, MemberId};

/// The person who gets a seat, named in one of the six ways that the server allows.
///
/// In JSON it is an object with the fields of an assignment, so that you can store it, for example
/// in a job queue:
///
/// ```
/// use polar_types::Recipient;
///
/// let zoe = Recipient::external_member_with_email("usr_42", "zoe@acme.com");
/// let json = serde_json::to_string(&zoe)?;
/// assert_eq!(json, r#"{"email":"zoe@acme.com","external_member_id":"usr_42"}"#);
/// assert_eq!(serde_json::from_str::<Recipient>(&json)?, zoe);
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// When read, other fields are ignored and null counts as absent. A combination that the server
/// rejects is an error, with the server's message.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Recipient {
    /// A person with this email address. Created if there is none.
    ///
    /// The server checks the syntax and, over the network, the domain. It preserves the case of the
    /// part before the `@` and compares addresses without regard to case (observed).
    Email(String),
    /// An existing customer, by Polar's id.
    ///
    /// In an organization with members, the server only looks up the email address of the customer,
    /// which is required; the seat then belongs to a member of the buyer.
    Customer(CustomerId),
    /// An existing customer, by its id in the seller's own system; see
    /// [`Customer`](Self::Customer).
    ExternalCustomer(String),
    /// An existing member of the buyer, by Polar's id.
    Member(MemberId),
    /// A member of the buyer, by its id in the seller's own system.
    ExternalMember {
        /// The id, which is compared exactly: the server neither trims it nor ignores its case
        /// (observed).
        external_member_id: String,
        /// The email address. With an address, a missing member is created, or linked. Without one,
        /// the member must exist. An existing member must have this address.
        email: Option<String>,
    },
}

impl Recipient {
    /// Creates a recipient from an email address.
    #[must_use]
    pub fn email(email: impl Into<String>) -> Self {
        Self::Email(email.into())
    }

    /// Creates a recipient from the id of a customer in your own system.
    #[must_use]
    pub fn external_customer(external_customer_id: impl Into<String>) -> Self {
        Self::ExternalCustomer(external_customer_id.into())
    }

    /// Creates a recipient from the id of an existing member in your own system.
    #[must_use]
    pub fn external_member(external_member_id: impl Into<String>) -> Self {
        Self::ExternalMember {
            external_member_id: external_member_id.into(),
            email: None,
        }
    }

    /// Creates a recipient from the id of a member in your own system. If there is no such member,
    /// the server creates it with this email address.
    #[must_use]
    pub fn external_member_with_email(
        external_member_id: impl Into<String>,
        email: impl Into<String>,
    ) -> Self {
        Self::ExternalMember {
            external_member_id: external_member_id.into(),
            email: Some(email.into()),
        }
    }
}

impl From<CustomerId> for Recipient {
    fn from(id: CustomerId) -> Self {
        Self::Customer(id)
    }
}

impl From<MemberId> for Recipient {
    fn from(id: MemberId) -> Self {
        Self::Member(id)
    }
}

impl Serialize for Recipient {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        RecipientFields::of(self).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Recipient {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let fields = RecipientFields::deserialize(deserializer)?;
        fields.recipient().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "0a28e782-c548-4f9e-8e6c-c2c65f83d231";

    #[test]
    fn recipient_round_trips_through_json() {
        for recipient in [
            Recipient::email("zoe@acme.com"),
            Recipient::Customer(ID.parse().unwrap()),
            Recipient::external_customer("usr_42"),
            Recipient::Member(ID.parse().unwrap()),
            Recipient::external_member("usr_42"),
            Recipient::external_member_with_email("usr_42", "zoe@acme.com"),
        ] {
            let json = serde_json::to_string(&recipient).unwrap();
            assert_eq!(serde_json::from_str::<Recipient>(&json).unwrap(), recipient);
        }
    }

    #[test]
    fn recipient_and_container_can_be_flattened_into_a_struct() {
        #[derive(Serialize, Deserialize)]
        struct Job {
            attempt: u32,
            #[serde(flatten)]
            container: crate::Container,
            #[serde(flatten)]
            recipient: Recipient,
        }
        let json = format!(r#"{{"attempt":1,"order_id":"{ID}","email":"zoe@acme.com"}}"#);
        let job: Job = serde_json::from_str(&json).unwrap();
        assert_eq!(job.recipient, Recipient::email("zoe@acme.com"));
        assert_eq!(serde_json::to_string(&job).unwrap(), json);
    }

    #[test]
    fn invalid_combination_has_the_servers_error() {
        let both = format!(r#"{{"member_id":"{ID}","email":"zoe@acme.com"}}"#);
        let error = serde_json::from_str::<Recipient>(&both).unwrap_err();
        assert!(error.to_string().starts_with(MEMBER_AND_EMAIL));
        assert!(serde_json::from_str::<Recipient>("{}").is_err());
    }
}
