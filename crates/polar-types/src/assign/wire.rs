//! The flat body on the wire, where nothing keeps wrong combinations from being written.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::{
    CheckoutId, Container, CustomerId, InvalidMetadata, MemberId, OrderId, PortalContainer,
    Recipient, SeatMetadata, SubscriptionId,
};

#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Body<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    subscription_id: Option<SubscriptionId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    order_id: Option<OrderId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    checkout_id: Option<CheckoutId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    external_customer_id: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    customer_id: Option<CustomerId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    external_member_id: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    member_id: Option<MemberId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    metadata: Option<Cow<'a, SeatMetadata>>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    immediate_claim: bool,
}

impl<'a> Body<'a> {
    pub(super) fn new(container: PortalContainer, recipient: &'a Recipient) -> Self {
        let mut body = Self::default();
        match container {
            PortalContainer::Subscription(id) => body.subscription_id = Some(id),
            PortalContainer::Order(id) => body.order_id = Some(id),
            PortalContainer::Checkout(id) => body.checkout_id = Some(id),
        }
        match recipient {
            Recipient::Email(email) => body.email = Some(email.into()),
            Recipient::Customer(id) => body.customer_id = Some(*id),
            Recipient::ExternalCustomer(id) => body.external_customer_id = Some(id.into()),
            Recipient::Member(id) => body.member_id = Some(*id),
            Recipient::ExternalMember {
                external_member_id,
                email,
            } => {
                body.external_member_id = Some(external_member_id.into());
                body.email = email.as_deref().map(Cow::Borrowed);
            }
        }
        body
    }

    pub(super) fn with(
        mut self,
        metadata: Option<&'a SeatMetadata>,
        immediate_claim: bool,
    ) -> Self {
        self.metadata = metadata.map(Cow::Borrowed);
        self.immediate_claim = immediate_claim;
        self
    }

    /// The organisation's side does not know checkouts and overlooks them (observed).
    pub(super) const fn container(&self) -> Result<Container, &'static str> {
        match (self.subscription_id, self.order_id) {
            (Some(id), None) => Ok(Container::Subscription(id)),
            (None, Some(id)) => Ok(Container::Order(id)),
            _ => Err("Exactly one of subscription_id or order_id must be provided"),
        }
    }

    pub(super) const fn portal_container(&self) -> Result<PortalContainer, &'static str> {
        match (self.subscription_id, self.order_id, self.checkout_id) {
            (Some(id), None, None) => Ok(PortalContainer::Subscription(id)),
            (None, Some(id), None) => Ok(PortalContainer::Order(id)),
            (None, None, Some(id)) => Ok(PortalContainer::Checkout(id)),
            _ => Err("Exactly one of subscription_id, order_id, or checkout_id must be provided"),
        }
    }

    /// The rules in the server's order and with its words (observed).
    pub(super) fn recipient(&mut self) -> Result<Recipient, &'static str> {
        let email = self.email.take().map(Cow::into_owned);
        let external_customer = self.external_customer_id.take().map(Cow::into_owned);
        let external_member = self.external_member_id.take().map(Cow::into_owned);
        let by_customer = external_customer.is_some() || self.customer_id.is_some();
        let by_member = external_member.is_some() || self.member_id.is_some();
        if by_customer && by_member {
            return Err(MIXED);
        }
        match (
            external_member,
            self.member_id,
            external_customer,
            self.customer_id,
            email,
        ) {
            (Some(_), Some(_), ..) => Err(BOTH_MEMBERS),
            (Some(external_member_id), None, _, _, email) => Ok(Recipient::ExternalMember {
                external_member_id,
                email,
            }),
            (None, Some(_), _, _, Some(_)) => Err(MEMBER_AND_EMAIL),
            (None, Some(id), _, _, None) => Ok(Recipient::Member(id)),
            (None, None, Some(id), None, None) => Ok(Recipient::ExternalCustomer(id)),
            (None, None, None, Some(id), None) => Ok(Recipient::Customer(id)),
            (None, None, None, None, Some(email)) => Ok(Recipient::Email(email)),
            (None, None, None, None, None) => Err(NOBODY),
            _ => Err(SEVERAL_CUSTOMERS),
        }
    }

    pub(super) fn metadata(&mut self) -> Result<Option<SeatMetadata>, InvalidMetadata> {
        let metadata = self.metadata.take().map(Cow::into_owned);
        metadata
            .map(|metadata| metadata.check().map(|()| metadata))
            .transpose()
    }

    pub(super) const fn immediate_claim(&self) -> bool {
        self.immediate_claim
    }
}

const NOBODY: &str = "At least one of email, external_customer_id, customer_id, \
                      external_member_id, or member_id must be provided";
const MIXED: &str =
    "Cannot combine external_customer_id/customer_id with external_member_id/member_id";
const BOTH_MEMBERS: &str = "Cannot provide both external_member_id and member_id";
const SEVERAL_CUSTOMERS: &str =
    "Exactly one of email, external_customer_id, or customer_id must be provided";
const MEMBER_AND_EMAIL: &str = "Cannot combine member_id with email";

#[cfg(test)]
mod tests {
    use crate::{AssignSeat, PortalAssignSeat};

    const ID: &str = "0a28e782-c548-4f9e-8e6c-c2c65f83d231";

    fn refusal(fields: &[(&str, &str)]) -> String {
        let body: serde_json::Map<_, _> = fields
            .iter()
            .map(|(key, value)| ((*key).to_owned(), (*value).into()))
            .collect();
        let text = serde_json::to_string(&body).unwrap();
        let error = serde_json::from_str::<AssignSeat>(&text)
            .unwrap_err()
            .to_string();
        error.split(" at line").next().unwrap().to_owned()
    }

    #[test]
    fn every_wrong_combination_is_refused_in_the_servers_words() {
        let source = ("subscription_id", ID);
        assert_eq!(
            refusal(&[("email", "zoe@acme.com")]),
            "Exactly one of subscription_id or order_id must be provided",
        );
        assert_eq!(
            refusal(&[("checkout_id", ID), ("email", "zoe@acme.com")]),
            "Exactly one of subscription_id or order_id must be provided",
        );
        assert_eq!(refusal(&[source]), super::NOBODY);
        assert_eq!(
            refusal(&[
                source,
                ("customer_id", ID),
                ("member_id", ID),
                ("external_member_id", "a")
            ]),
            super::MIXED,
        );
        assert_eq!(
            refusal(&[source, ("external_member_id", "a"), ("member_id", ID)]),
            super::BOTH_MEMBERS,
        );
        assert_eq!(
            refusal(&[source, ("customer_id", ID), ("email", "zoe@acme.com")]),
            super::SEVERAL_CUSTOMERS,
        );
        assert_eq!(
            refusal(&[source, ("member_id", ID), ("email", "zoe@acme.com")]),
            super::MEMBER_AND_EMAIL,
        );
    }

    #[test]
    fn the_portal_also_takes_a_checkout_and_no_second_source() {
        let body = format!(r#"{{"checkout_id":"{ID}","email":"a@acme.com"}}"#);
        let assign: PortalAssignSeat = serde_json::from_str(&body).unwrap();
        assert_eq!(serde_json::to_string(&assign).unwrap(), body);
        let two = format!(r#"{{"checkout_id":"{ID}","order_id":"{ID}","email":"a@acme.com"}}"#);
        let error = serde_json::from_str::<PortalAssignSeat>(&two).unwrap_err();
        assert!(error.to_string().starts_with(
            "Exactly one of subscription_id, order_id, or checkout_id must be provided"
        ));
    }

    #[test]
    fn null_is_the_same_as_absent_and_unknown_fields_are_overlooked() {
        let body = format!(
            r#"{{"order_id":"{ID}","subscription_id":null,"email":"a@acme.com","member_id":null,
                "metadata":null,"bogus":1}}"#
        );
        let assign: AssignSeat = serde_json::from_str(&body).unwrap();
        assert_eq!(
            serde_json::to_string(&assign).unwrap(),
            format!(r#"{{"order_id":"{ID}","email":"a@acme.com"}}"#),
        );
    }

    #[test]
    fn metadata_beyond_the_limits_is_refused() {
        let body = format!(
            r#"{{"order_id":"{ID}","email":"a@acme.com","metadata":{{"a":"{}"}}}}"#,
            "x".repeat(1016),
        );
        let error = serde_json::from_str::<AssignSeat>(&body).unwrap_err();
        assert!(
            error
                .to_string()
                .starts_with("the metadata counts 1025 characters")
        );
    }
}
