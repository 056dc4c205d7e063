use polar_types::{CheckoutId, Container, CustomerId, MemberId};

use super::{Fields, InvalidField, Segment, Violation, email, metadata, scalar};
use crate::json::Json;

/// The body of an assignment, sound in itself.
#[derive(Debug)]
pub(crate) struct AssignRequest {
    pub(crate) source: Source,
    pub(crate) email: Option<String>,
    pub(crate) external_customer_id: Option<String>,
    pub(crate) customer_id: Option<CustomerId>,
    pub(crate) external_member_id: Option<String>,
    pub(crate) member_id: Option<MemberId>,
    pub(crate) metadata: Option<Json>,
    pub(crate) immediate_claim: bool,
}

/// Where a seat is to be taken from.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Source {
    Sale(Container),
    Checkout(CheckoutId),
}

/// Through which of the two operations a seat is assigned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    /// The organisation's own, where a checkout is an unknown field like any other.
    Organization,
    /// The customer portal's.
    Portal,
}

impl AssignRequest {
    /// Fields first, in the order of the server's schema; then the rules over several of them.
    pub(crate) fn read(body: &Json, side: Side) -> Result<Self, Vec<InvalidField>> {
        let mut fields = Fields::of(body)?;
        let subscription = fields.optional("subscription_id", scalar::uuid);
        let order = fields.optional("order_id", scalar::uuid);
        let email = fields.optional("email", email::check);
        let external_customer_id = fields.optional("external_customer_id", scalar::text);
        let customer_id = fields.optional("customer_id", scalar::uuid);
        let external_member_id = fields.optional("external_member_id", scalar::text);
        let member_id = fields.optional("member_id", scalar::uuid);
        let metadata = fields.optional("metadata", metadata::check);
        let immediate_claim = match body.get("immediate_claim") {
            None => Some(false),
            Some(_) => fields.required("immediate_claim", scalar::flag),
        };
        let checkout = match side {
            Side::Organization => None,
            Side::Portal => fields.optional("checkout_id", scalar::uuid),
        };
        fields.sound()?;

        let broken = |rule| {
            vec![InvalidField::new(
                Violation::value_error(rule),
                &[Segment::Name("body")],
                body.clone(),
            )]
        };
        let source = match (subscription, order, checkout) {
            (Some(id), None, None) => Source::Sale(Container::Subscription(id.into())),
            (None, Some(id), None) => Source::Sale(Container::Order(id.into())),
            (None, None, Some(id)) => Source::Checkout(id.into()),
            _ => return Err(broken(side.source_rule())),
        };
        let request = Self {
            source,
            email,
            external_customer_id,
            customer_id: customer_id.map(CustomerId::from),
            external_member_id,
            member_id: member_id.map(MemberId::from),
            metadata,
            immediate_claim: immediate_claim.unwrap_or_default(),
        };
        match request.recipient_rule() {
            Some(rule) => Err(broken(rule)),
            None => Ok(request),
        }
    }

    /// The first rule for recipients that is broken. An empty text counts as given.
    fn recipient_rule(&self) -> Option<&'static str> {
        let email = u8::from(self.email.is_some());
        let customers =
            u8::from(self.external_customer_id.is_some()) + u8::from(self.customer_id.is_some());
        let members =
            u8::from(self.external_member_id.is_some()) + u8::from(self.member_id.is_some());
        if email + customers + members == 0 {
            Some(
                "At least one of email, external_customer_id, customer_id, external_member_id, or \
                 member_id must be provided",
            )
        } else if customers > 0 && members > 0 {
            Some(
                "Cannot combine external_customer_id/customer_id with \
                 external_member_id/member_id",
            )
        } else if members > 1 {
            Some("Cannot provide both external_member_id and member_id")
        } else if customers > 0 && customers + email != 1 {
            Some("Exactly one of email, external_customer_id, or customer_id must be provided")
        } else if self.member_id.is_some() && self.email.is_some() {
            Some("Cannot combine member_id with email")
        } else {
            None
        }
    }
}

impl Side {
    const fn source_rule(self) -> &'static str {
        match self {
            Self::Organization => "Exactly one of subscription_id or order_id must be provided",
            Self::Portal => {
                "Exactly one of subscription_id, order_id, or checkout_id must be provided"
            }
        }
    }
}
