//! The flat body on the wire, which can have invalid combinations of fields.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::{
    CheckoutId, CustomerId, InvalidMetadata, MemberId, OrderId, PortalContainer, Recipient,
    SeatMetadata, SubscriptionId, container::ContainerFields, recipient::RecipientFields,
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
    #[inline]
    pub(super) fn new(container: PortalContainer, recipient: &'a Recipient) -> Self {
        let mut body = Self::default();
        match container {
            PortalContainer::Subscription(id) => body.subscription_id = Some(id),
            PortalContainer::Order(id) => body.order_id = Some(id),
            PortalContainer::Checkout(id) => body.checkout_id = Some(id),
        }
        let recipient = RecipientFields::of(recipient);
        body.email = recipient.email;
        body.external_customer_id = recipient.external_customer_id;
        body.customer_id = recipient.customer_id;
        body.external_member_id = recipient.external_member_id;
        body.member_id = recipient.member_id;
        body
    }

    #[inline]
    pub(super) fn with(
        mut self,
        metadata: Option<&'a SeatMetadata>,
        immediate_claim: bool,
    ) -> Self {
        self.metadata = metadata.map(Cow::Borrowed);
        self.immediate_claim = immediate_claim;
        self
    }

    #[inline]
    pub(super) const fn container(&self) -> ContainerFields {
        ContainerFields {
            subscription: self.subscription_id,
            order: self.order_id,
            checkout: self.checkout_id,
        }
    }

    #[inline]
    pub(super) fn recipient(&mut self) -> RecipientFields<'a> {
        RecipientFields {
            email: self.email.take(),
            external_customer_id: self.external_customer_id.take(),
            customer_id: self.customer_id,
            external_member_id: self.external_member_id.take(),
            member_id: self.member_id,
        }
    }

    #[inline]
    pub(super) fn metadata(&mut self) -> Result<Option<SeatMetadata>, InvalidMetadata> {
        let metadata = self.metadata.take().map(Cow::into_owned);
        metadata
            .map(|metadata| metadata.check().map(|()| metadata))
            .transpose()
    }

    #[inline]
    pub(super) const fn immediate_claim(&self) -> bool {
        self.immediate_claim
    }
}

#[cfg(test)]
mod tests {
    use crate::{AssignSeat, PortalAssignSeat, recipient};

    const ID: &str = "0a28e782-c548-4f9e-8e6c-c2c65f83d231";

    fn error(fields: &[(&str, &str)]) -> String {
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
    fn invalid_combinations_have_the_servers_errors() {
        let source = ("subscription_id", ID);
        assert_eq!(
            error(&[("email", "zoe@acme.com")]),
            "Exactly one of subscription_id or order_id must be provided",
        );
        assert_eq!(
            error(&[("checkout_id", ID), ("email", "zoe@acme.com")]),
            "Exactly one of subscription_id or order_id must be provided",
        );
        assert_eq!(error(&[source]), recipient::NO_RECIPIENT);
        assert_eq!(
            error(&[
                source,
                ("customer_id", ID),
                ("member_id", ID),
                ("external_member_id", "a")
            ]),
            recipient::CUSTOMER_AND_MEMBER,
        );
        assert_eq!(
            error(&[source, ("external_member_id", "a"), ("member_id", ID)]),
            recipient::TWO_MEMBERS,
        );
        assert_eq!(
            error(&[source, ("customer_id", ID), ("email", "zoe@acme.com")]),
            recipient::SEVERAL_CUSTOMERS,
        );
        assert_eq!(
            error(&[source, ("member_id", ID), ("email", "zoe@acme.com")]),
            recipient::MEMBER_AND_EMAIL,
        );
    }

    #[test]
    fn portal_accepts_a_checkout_but_only_one_container() {
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
    fn null_fields_are_absent_and_unknown_fields_are_ignored() {
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
    fn metadata_over_the_limits_is_an_error() {
        let body = format!(
            r#"{{"order_id":"{ID}","email":"a@acme.com","metadata":{{"a":"{}"}}}}"#,
            "x".repeat(1016),
        );
        let error = serde_json::from_str::<AssignSeat>(&body).unwrap_err();
        assert!(
            error
                .to_string()
                .starts_with("the metadata has 1025 characters")
        );
    }
}
