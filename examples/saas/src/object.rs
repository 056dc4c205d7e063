//! What to store of each object that an event or a list contains.

use polar_webhooks::{
    EventVersion, SeatVersion, Verified,
    types::{
        Member, MemberRole, Seat, Timestamp, WebhookEvent,
        benefit_grants::{BenefitGrant, BenefitGrantWebhook},
        customers::Customer,
        orders::Order,
        subscriptions::Subscription,
        webhooks::WebhookPayload,
    },
};
use serde::Serialize;

/// One version of a subscription, an order, a customer, a benefit grant or a seat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Object {
    /// The kind, such as `subscription`. Ids are unique within a kind.
    pub kind: &'static str,
    /// The id at Polar.
    pub id: String,
    /// Your user who has it: the external id of the customer or member.
    pub user: Option<String>,
    /// The id of the product or benefit that it gives the user.
    pub about: Option<String>,
    /// The status, such as `active` or `granted`.
    pub state: String,
    /// Which of two versions is newer: when the object changed, and when the event occurred, in
    /// microseconds.
    pub version: (i64, i64),
    /// The whole object, as JSON.
    pub json: String,
}

impl Object {
    /// Returns the object of an event, or `None` for events about other things.
    #[must_use]
    pub fn of(webhook: &Verified) -> Option<Self> {
        let event = webhook.event();
        if let WebhookEvent::Seat(event) = event {
            let version = SeatVersion::of_event(event)?.as_micros();
            return Some(Self::of_seat(&event.data, (version, 0)));
        }
        // An event that cannot be read is stored with its id, and can be applied later.
        let payload = event.payload().ok()?;
        let version = EventVersion::of(event)?.as_micros();
        if let Some(subscription) = payload.subscription() {
            Some(Self::of_subscription(subscription, version))
        } else if let Some(order) = payload.order() {
            Some(Self::of_order(order, version))
        } else if let Some(grant) = payload.benefit_grant() {
            Some(Self::of_event_grant(grant, version))
        } else {
            let customer = payload.customer()?;
            Some(Self::of_customer(customer, &payload, version))
        }
    }

    /// Returns a subscription of a list.
    #[must_use]
    pub fn of_listed_subscription(subscription: &Subscription) -> Option<Self> {
        let version = listed(&subscription.created_at, subscription.modified_at.as_ref())?;
        Some(Self::of_subscription(subscription, version))
    }

    /// Returns a benefit grant of a list.
    #[must_use]
    pub fn of_listed_grant(grant: &BenefitGrant) -> Option<Self> {
        let version = listed(&grant.created_at, grant.modified_at.as_ref())?;
        Some(Self {
            kind: "benefit_grant",
            id: grant.id.to_string(),
            user: user(grant.customer.external_id.as_deref(), grant.member.as_ref()),
            about: Some(grant.benefit_id.to_string()),
            state: granted(grant.is_granted),
            version,
            json: json(grant),
        })
    }

    fn of_subscription(subscription: &Subscription, version: (i64, i64)) -> Self {
        Self {
            kind: "subscription",
            id: subscription.id.to_string(),
            user: subscription.customer.external_id.clone(),
            about: Some(subscription.product_id.to_string()),
            state: subscription.status.to_string(),
            version,
            json: json(subscription),
        }
    }

    fn of_order(order: &Order, version: (i64, i64)) -> Self {
        Self {
            kind: "order",
            id: order.id.to_string(),
            user: order.customer.external_id.clone(),
            about: order.product_id.map(|id| id.to_string()),
            state: order.status.to_string(),
            version,
            json: json(order),
        }
    }

    fn of_event_grant(grant: &BenefitGrantWebhook, version: (i64, i64)) -> Self {
        Self {
            kind: "benefit_grant",
            id: grant.id.to_string(),
            user: user(grant.customer.external_id.as_deref(), grant.member.as_ref()),
            about: Some(grant.benefit_id.to_string()),
            state: granted(grant.is_granted),
            version,
            json: json(grant),
        }
    }

    fn of_customer(customer: &Customer, payload: &WebhookPayload, version: (i64, i64)) -> Self {
        let is_deleted = payload.event_type() == "customer.deleted";
        Self {
            kind: "customer",
            id: customer.id.to_string(),
            user: customer.external_id.clone(),
            about: None,
            state: if is_deleted { "deleted" } else { "exists" }.to_owned(),
            version,
            json: json(customer),
        }
    }

    fn of_seat(seat: &Seat, version: (i64, i64)) -> Self {
        let holder = seat.occupant().and_then(|person| person.external_id);
        Self {
            kind: "seat",
            id: seat.id.to_string(),
            user: holder.map(str::to_owned),
            about: None,
            state: seat.status.to_string(),
            version,
            json: json(seat),
        }
    }
}

/// Returns the user who has a grant: the customer who bought it, or a member of their team. The owner of
/// a customer is the customer; other members have an external id of their own, or are unknown to you.
fn user(customer: Option<&str>, member: Option<&Member>) -> Option<String> {
    let user = match member {
        Some(member) if member.role != MemberRole::Owner => member.external_id.as_deref(),
        _ => customer,
    };
    user.map(str::to_owned)
}

/// The version of an object from a list. An event about the same change counts as newer.
fn listed(created_at: &Timestamp, modified_at: Option<&Timestamp>) -> Option<(i64, i64)> {
    EventVersion::of_object(created_at, modified_at).map(EventVersion::as_micros)
}

fn granted(is_granted: bool) -> String {
    if is_granted { "granted" } else { "revoked" }.to_owned()
}

/// An object that was read can always be written.
fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}
