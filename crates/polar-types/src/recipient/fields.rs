use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::Recipient;
use crate::{CustomerId, MemberId};

/// The fields of a request that name a recipient, in any combination.
///
/// The server accepts six combinations, which are the variants of [`Recipient`]:
///
/// ```
/// use polar_types::RecipientFields;
///
/// let fields = RecipientFields { email: Some("zoe@acme.com".into()), ..Default::default() };
/// assert!(fields.recipient().is_ok());
/// let none = RecipientFields::default().recipient().unwrap_err();
/// assert!(none.starts_with("At least one of email, "));
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RecipientFields<'a> {
    /// An email address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<Cow<'a, str>>,
    /// The id of a customer in the seller's own system.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external_customer_id: Option<Cow<'a, str>>,
    /// Polar's id of a customer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer_id: Option<CustomerId>,
    /// The id of a member in the seller's own system.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external_member_id: Option<Cow<'a, str>>,
    /// Polar's id of a member.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub member_id: Option<MemberId>,
}

impl<'a> RecipientFields<'a> {
    #[inline]
    pub(crate) fn of(recipient: &'a Recipient) -> Self {
        let mut fields = Self::default();
        match recipient {
            Recipient::Email(email) => fields.email = Some(email.into()),
            Recipient::Customer(id) => fields.customer_id = Some(*id),
            Recipient::ExternalCustomer(id) => fields.external_customer_id = Some(id.into()),
            Recipient::Member(id) => fields.member_id = Some(*id),
            Recipient::ExternalMember {
                external_member_id,
                email,
            } => {
                fields.external_member_id = Some(external_member_id.into());
                fields.email = email.as_deref().map(Cow::Borrowed);
            }
        }
        fields
    }

    /// Returns the recipient. An empty string counts as present.
    ///
    /// # Errors
    ///
    /// Returns the server's message for the first violated rule, in the server's order (observed).
    #[inline]
    pub fn recipient(self) -> Result<Recipient, &'static str> {
        let by_customer = self.external_customer_id.is_some() || self.customer_id.is_some();
        let by_member = self.external_member_id.is_some() || self.member_id.is_some();
        if by_customer && by_member {
            return Err(CUSTOMER_AND_MEMBER);
        }
        match (
            self.external_member_id.map(Cow::into_owned),
            self.member_id,
            self.external_customer_id.map(Cow::into_owned),
            self.customer_id,
            self.email.map(Cow::into_owned),
        ) {
            (Some(_), Some(_), ..) => Err(TWO_MEMBERS),
            (Some(external_member_id), None, _, _, email) => Ok(Recipient::ExternalMember {
                external_member_id,
                email,
            }),
            (None, Some(_), _, _, Some(_)) => Err(MEMBER_AND_EMAIL),
            (None, Some(id), _, _, None) => Ok(Recipient::Member(id)),
            (None, None, Some(id), None, None) => Ok(Recipient::ExternalCustomer(id)),
            (None, None, None, Some(id), None) => Ok(Recipient::Customer(id)),
            (None, None, None, None, Some(email)) => Ok(Recipient::Email(email)),
            (None, None, None, None, None) => Err(NO_RECIPIENT),
            _ => Err(SEVERAL_CUSTOMERS),
        }
    }
}

pub(crate) const NO_RECIPIENT: &str = "At least one of email, external_customer_id, customer_id, \
                                       external_member_id, or member_id must be provided";
pub(crate) const CUSTOMER_AND_MEMBER: &str =
    "Cannot combine external_customer_id/customer_id with external_member_id/member_id";
pub(crate) const TWO_MEMBERS: &str = "Cannot provide both external_member_id and member_id";
pub(crate) const SEVERAL_CUSTOMERS: &str =
    "Exactly one of email, external_customer_id, or customer_id must be provided";
pub(crate) const MEMBER_AND_EMAIL: &str = "Cannot combine member_id with email";
