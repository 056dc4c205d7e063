use crate::{CustomerId, MemberId};

/// Who gets a seat: exactly one of the six ways that the server allows.
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
