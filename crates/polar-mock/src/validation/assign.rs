use polar_types::{ContainerFields, PortalContainer, Recipient, RecipientFields};

use super::{Fields, InvalidField, Violation, metadata, scalar};
use crate::json::Json;

/// The valid body of an assignment.
#[derive(Debug)]
pub(crate) struct AssignRequest {
    pub(crate) container: PortalContainer,
    pub(crate) recipient: Recipient,
    pub(crate) metadata: Json,
    pub(crate) immediate_claim: bool,
}

/// Which of the two operations assigns the seat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    /// The organization's, where a checkout is an unknown field like any other.
    Organization,
    /// The customer portal's.
    Portal,
}

impl AssignRequest {
    /// Reads the fields in the order of the server's schema, and then applies the rules for
    /// combinations of them.
    pub(crate) fn read(body: &Json, side: Side) -> Result<Self, Vec<InvalidField>> {
        let mut fields = Fields::of(body)?;
        let subscription = fields.optional("subscription_id", scalar::uuid);
        let order = fields.optional("order_id", scalar::uuid);
        let email = fields.optional("email", scalar::email);
        let external_customer_id = fields.optional("external_customer_id", scalar::text);
        let customer_id = fields.optional("customer_id", scalar::uuid);
        let external_member_id = fields.optional("external_member_id", scalar::text);
        let member_id = fields.optional("member_id", scalar::uuid);
        let metadata = fields.optional("metadata", metadata::check);
        let immediate_claim = match body.get("immediate_claim") {
            None => None,
            Some(_) => fields.required("immediate_claim", scalar::flag),
        };
        let checkout = match side {
            Side::Organization => None,
            Side::Portal => fields.optional("checkout_id", scalar::uuid),
        };
        fields.finish()?;

        let container = ContainerFields {
            subscription: subscription.map(Into::into),
            order: order.map(Into::into),
            checkout: checkout.map(Into::into),
        };
        let container = match side {
            Side::Organization => container.container().map(PortalContainer::from),
            Side::Portal => container.portal_container(),
        };
        let recipient = RecipientFields {
            email: email.map(Into::into),
            external_customer_id: external_customer_id.map(Into::into),
            customer_id: customer_id.map(Into::into),
            external_member_id: external_member_id.map(Into::into),
            member_id: member_id.map(Into::into),
        };
        let (container, recipient) = container
            .and_then(|container| Ok((container, recipient.recipient()?)))
            .map_err(|rule| {
                let violation = Violation::value_error(rule);
                vec![InvalidField::new(violation, ["body"], body.clone())]
            })?;
        Ok(Self {
            container,
            recipient,
            metadata: metadata.unwrap_or(Json::EMPTY),
            immediate_claim: immediate_claim.unwrap_or_default(),
        })
    }
}
