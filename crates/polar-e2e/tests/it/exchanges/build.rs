//! Converts recorded requests to operations of the SDK.

use polar_core::types::{
    AssignSeat, Container, InvitationToken, OrderId, PortalAssignSeat, Recipient, SeatId,
    SubscriptionId,
};
use polar_e2e::{Operation, canary, responses};
use serde_json::Value;

use super::record::Request;

/// The result of converting a request.
#[derive(Debug)]
pub(super) enum Built {
    /// The operation that sends this request.
    Operation(Operation),
    /// The request cannot be built. Contains a valid request of the same operation.
    Invalid(Operation),
    /// The SDK does not have the operation.
    Unsupported,
}

pub(super) fn build(request: &Request) -> Built {
    let segments: Vec<_> = request.route().split('/').skip(1).collect();
    let (method, rest) = (request.method.as_str(), segments.as_slice());
    match (method, rest) {
        ("POST", ["v1", "customer-seats"]) => of(assign(&request.body), Operation::Assign, {
            AssignSeat::new(subscription(), zoe())
        }),
        ("POST", ["v1", "customer-portal", "seats"]) => of(
            assign(&request.body),
            Operation::PortalAssign,
            PortalAssignSeat::new(subscription(), zoe()),
        ),
        ("GET", ["v1", "customer-seats"]) => {
            of(container(request), Operation::List, subscription().into())
        }
        ("GET", ["v1", "customer-portal", "seats"]) => of(
            container(request),
            Operation::PortalList,
            subscription().into(),
        ),
        ("POST", ["v1", "customer-seats", "claim"]) => {
            let token = request.body["invitation_token"].as_str();
            of(
                token.and_then(invitation),
                Operation::Claim,
                canary::invitation(),
            )
        }
        ("GET", ["v1", "customer-seats", "claim", token]) => of(
            decode(token).as_deref().and_then(invitation),
            Operation::ClaimInfo,
            canary::invitation(),
        ),
        ("DELETE", ["v1", "customer-seats", id]) => of(id.parse().ok(), Operation::Revoke, seat()),
        ("POST", ["v1", "customer-seats", id, "resend"]) => {
            of(id.parse().ok(), Operation::Resend, seat())
        }
        ("DELETE", ["v1", "customer-portal", "seats", id]) => {
            of(id.parse().ok(), Operation::PortalRevoke, seat())
        }
        ("POST", ["v1", "customer-portal", "seats", id, "resend"]) => {
            of(id.parse().ok(), Operation::PortalResend, seat())
        }
        ("GET", ["v1", "customer-portal", "seats", "subscriptions"]) => of(
            page(request),
            |(page, limit)| Operation::PortalSubscriptions { page, limit },
            (1, 10),
        ),
        ("GET", ["v1", "customer-portal", "customer-session", "introspect"]) => {
            Built::Operation(Operation::Introspect)
        }
        ("GET", ["v1", "customer-portal", "customer-session", "user"]) => {
            Built::Operation(Operation::User)
        }
        _ => Built::Unsupported,
    }
}

fn of<T>(input: Option<T>, operation: impl Fn(T) -> Operation, harmless: T) -> Built {
    match input {
        Some(input) => Built::Operation(operation(input)),
        None => Built::Invalid(operation(harmless)),
    }
}

/// Deserializes an assignment, which checks its rules.
fn assign<T: serde::de::DeserializeOwned>(body: &Value) -> Option<T> {
    match body {
        Value::String(text) => serde_json::from_str(text).ok(),
        body => serde_json::from_value(body.clone()).ok(),
    }
}

fn container(request: &Request) -> Option<Container> {
    match request.query()[..] {
        [("subscription_id", id)] => id.parse::<SubscriptionId>().ok().map(Into::into),
        [("order_id", id)] => id.parse::<OrderId>().ok().map(Into::into),
        _ => None,
    }
}

fn page(request: &Request) -> Option<(u32, u32)> {
    let (mut page, mut limit) = (1, 10);
    for (name, value) in request.query() {
        match name {
            "page" => page = value.parse().ok()?,
            "limit" => limit = value.parse().ok()?,
            _ => return None,
        }
    }
    Some((page, limit))
}

fn invitation(token: &str) -> Option<InvitationToken> {
    InvitationToken::new(token).ok()
}

/// Decodes the percent-encoding of a path segment.
fn decode(segment: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let mut rest = segment;
    while let Some(first) = rest.chars().next() {
        if first == '%' {
            bytes.push(u8::from_str_radix(rest.get(1..3)?, 16).ok()?);
            rest = rest.get(3..)?;
        } else {
            bytes.extend_from_slice(first.to_string().as_bytes());
            rest = rest.get(first.len_utf8()..)?;
        }
    }
    String::from_utf8(bytes).ok()
}

fn subscription() -> SubscriptionId {
    responses::SUBSCRIPTION.parse().unwrap()
}

fn seat() -> SeatId {
    responses::SEAT_ID.parse().unwrap()
}

fn zoe() -> Recipient {
    Recipient::email("zoe@acme.com")
}
