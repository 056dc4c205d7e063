//! A sample of each event that Polar sends, to trigger it.
//!
//! `objects.json` has the samples of `polar_types::sample`, so that this crate does not need the types
//! of the whole API. A test compares them, and writes the file with `POLAR_WRITE_SAMPLES=1`.

use crate::json::{Json, parse};

/// Returns the object that an event of this type is about; `None` for an unknown type.
pub(crate) fn sample(kind: &str) -> Option<Json> {
    let (_, object, changes) = EVENTS.iter().find(|(known, ..)| *known == kind)?;
    let data = parse(OBJECTS).ok()?.get(object)?.clone();
    Some(data.and(parse(changes).ok()?))
}

/// Returns the types of event.
pub(crate) fn kinds() -> impl Iterator<Item = &'static str> {
    EVENTS.iter().map(|(kind, ..)| *kind)
}

/// The samples by the name of their type.
const OBJECTS: &str = include_str!("objects.json");

/// Each type of event, the object that it is about, and the fields that it implies.
const EVENTS: &[(&str, &str, &str)] = &[
    ("benefit.created", "benefit", "{}"),
    ("benefit.updated", "benefit", "{}"),
    ("benefit_grant.created", "benefit_grant", GRANTED),
    ("benefit_grant.cycled", "benefit_grant", GRANTED),
    (
        "benefit_grant.revoked",
        "benefit_grant",
        r#"{"is_granted": false, "is_revoked": true}"#,
    ),
    ("benefit_grant.updated", "benefit_grant", GRANTED),
    ("checkout.created", "checkout", r#"{"status": "open"}"#),
    ("checkout.expired", "checkout", r#"{"status": "expired"}"#),
    ("checkout.updated", "checkout", r#"{"status": "succeeded"}"#),
    ("customer.created", "customer", r#"{"deleted_at": null}"#),
    ("customer.deleted", "customer", "{}"),
    (
        "customer.state_changed",
        "customer_state",
        r#"{"deleted_at": null}"#,
    ),
    ("customer.updated", "customer", r#"{"deleted_at": null}"#),
    (
        "customer_seat.assigned",
        "seat",
        r#"{"status": "pending", "claimed_at": null, "revoked_at": null}"#,
    ),
    (
        "customer_seat.claimed",
        "seat",
        r#"{"status": "claimed", "invitation_token_expires_at": null, "revoked_at": null}"#,
    ),
    (
        "customer_seat.revoked",
        "seat",
        r#"{"status": "revoked", "customer_id": null, "member_id": null, "email": null, "invitation_token_expires_at": null}"#,
    ),
    ("discount.created", "discount", "{}"),
    ("discount.deleted", "discount", "{}"),
    ("discount.updated", "discount", "{}"),
    ("member.created", "member", "{}"),
    ("member.deleted", "member", "{}"),
    ("member.updated", "member", "{}"),
    (
        "order.created",
        "order",
        r#"{"status": "pending", "paid": false}"#,
    ),
    ("order.paid", "order", PAID),
    (
        "order.refunded",
        "order",
        r#"{"status": "refunded", "paid": true}"#,
    ),
    ("order.updated", "order", PAID),
    ("organization.updated", "organization", "{}"),
    ("product.created", "product", "{}"),
    ("product.updated", "product", "{}"),
    ("refund.created", "refund", r#"{"status": "pending"}"#),
    ("refund.updated", "refund", r#"{"status": "succeeded"}"#),
    ("subscription.active", "subscription", ACTIVE),
    (
        "subscription.canceled",
        "subscription",
        r#"{"status": "active", "cancel_at_period_end": true, "ended_at": null}"#,
    ),
    ("subscription.created", "subscription", ACTIVE),
    ("subscription.cycled", "subscription", ACTIVE),
    (
        "subscription.past_due",
        "subscription",
        r#"{"status": "past_due", "ended_at": null}"#,
    ),
    (
        "subscription.paused",
        "subscription",
        r#"{"status": "paused", "ended_at": null}"#,
    ),
    ("subscription.resumed", "subscription", ACTIVE),
    (
        "subscription.revoked",
        "subscription",
        r#"{"status": "canceled"}"#,
    ),
    ("subscription.uncanceled", "subscription", ACTIVE),
    ("subscription.updated", "subscription", ACTIVE),
];

const ACTIVE: &str = r#"{"status": "active", "cancel_at_period_end": false, "canceled_at": null, "ends_at": null, "ended_at": null, "past_due_at": null, "pause_at_period_end": false, "paused_at": null, "resumes_at": null}"#;
const GRANTED: &str = r#"{"is_granted": true, "is_revoked": false, "revoked_at": null}"#;
const PAID: &str = r#"{"status": "paid", "paid": true}"#;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_are_fields_of_their_objects() {
        let objects = parse(OBJECTS).unwrap();
        for (kind, object, changes) in EVENTS {
            let object = objects
                .get(object)
                .unwrap_or_else(|| panic!("{kind}: {object}"));
            for (name, _) in parse(changes).unwrap().entries() {
                assert!(object.get(name).is_some(), "{kind} has no {name}");
            }
        }
    }
}
