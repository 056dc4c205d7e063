//! Who gets a seat.

mod fields;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

pub use self::fields::RecipientFields;
#[cfg(test)]
pub(crate) use self::fields::{BOTH_MEMBERS, MEMBER_AND_EMAIL, MIXED, NOBODY, SEVERAL_CUSTOMERS};
use crate::{CustomerId, MemberId};

/// Who gets a seat: exactly one of the six ways that the server allows.
///
/// In JSON it is the fields of an assignment that say so, so that it can wait in a queue of jobs:
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
/// Reading overlooks other fields and takes null for absent. A combination that the server refuses
/// is an error, in the server's words.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Recipient {
    /// By e-mail address. Found, or made if there is nobody with it.
    ///
    /// The server checks the syntax and, over the network, the domain; it keeps the case of the
    /// part before the `@` and compares without regard to case (observed).
    Email(String),
    /// A customer by Polar's id. It must exist.
    ///
    /// In an organisation with members this only serves to look up the customer's e-mail, which it
    /// must have; the seat then belongs to a member of the buyer.
    Customer(CustomerId),
    /// A customer by the id that it has in the seller's own system. It must exist; see
    /// [`Customer`](Self::Customer).
    ExternalCustomer(String),
    /// A member of the buyer by Polar's id. It must exist.
    Member(MemberId),
    /// A member of the buyer by the id that it has in the seller's own system.
    ExternalMember {
        /// The id, compared exactly: the server neither trims it nor changes its case (observed).
        external_member_id: String,
        /// With an address the member is made, or linked, if there is none with this id. Without
        /// one it must exist. A member that exists must have this address.
        email: Option<String>,
    },
}

impl Recipient {
    /// Whoever has this e-mail address.
    #[must_use]
    pub fn email(email: impl Into<String>) -> Self {
        Self::Email(email.into())
    }

    /// The customer with this id of one's own system.
    #[must_use]
    pub fn external_customer(external_customer_id: impl Into<String>) -> Self {
        Self::ExternalCustomer(external_customer_id.into())
    }

    /// The existing member with this id of one's own system.
    #[must_use]
    pub fn external_member(external_member_id: impl Into<String>) -> Self {
        Self::ExternalMember {
            external_member_id: external_member_id.into(),
            email: None,
        }
    }

    /// The member with this id of one's own system, who is made with this e-mail address if there
    /// is none.
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
    fn every_way_to_name_somebody_comes_back_from_json() {
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
    fn a_job_has_a_recipient_and_a_container_beside_its_own_fields() {
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
    fn a_wrong_combination_is_refused_in_the_servers_words() {
        let both = format!(r#"{{"member_id":"{ID}","email":"zoe@acme.com"}}"#);
        let error = serde_json::from_str::<Recipient>(&both).unwrap_err();
        assert!(error.to_string().starts_with(MEMBER_AND_EMAIL));
        assert!(serde_json::from_str::<Recipient>("{}").is_err());
    }
}
