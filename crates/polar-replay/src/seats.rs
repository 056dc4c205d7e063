//! The rows of the operations that are written by hand: seats, and the portal session.

use polar_core::{
    customer_portal::{customer_session, seats as portal},
    customer_seats,
    http::Method,
    types::{
        AssignSeat, Container, InvitationToken, OrderId, PortalAssignSeat, SeatId, SubscriptionId,
    },
};

use crate::{
    request::{Impossible, Part, Request},
    table::{Built, Row},
};

pub(super) const OPERATIONS: &[Row] = &[
    Row {
        id: "customer-seats:list_seats",
        method: Method::GET,
        template: "/v1/customer-seats",
        build: |request| Ok(Built::json(customer_seats::List::new(container(request)?))),
    },
    Row {
        id: "customer-seats:assign_seat",
        method: Method::POST,
        template: "/v1/customer-seats",
        build: |request| Ok(Built::json(request.json::<AssignSeat>()?)),
    },
    Row {
        id: "customer-seats:revoke_seat",
        method: Method::DELETE,
        template: "/v1/customer-seats/{seat_id}",
        build: |request| Ok(Built::json(customer_seats::Revoke::new(seat(request)?))),
    },
    Row {
        id: "customer-seats:resend_invitation",
        method: Method::POST,
        template: "/v1/customer-seats/{seat_id}/resend",
        build: |request| Ok(Built::json(customer_seats::Resend::new(seat(request)?))),
    },
    Row {
        id: "customer-seats:get_claim_info",
        method: Method::GET,
        template: "/v1/customer-seats/claim/{invitation_token}",
        build: |request| {
            let token = match request.sample() {
                Some(token) => token,
                None => invitation(Part::Path, request.path::<String>("invitation_token")?)?,
            };
            Ok(Built::json(customer_seats::GetClaimInfo::new(token)))
        },
    },
    Row {
        id: "customer-seats:claim_seat",
        method: Method::POST,
        template: "/v1/customer-seats/claim",
        build: |request| {
            let token = match request.sample() {
                Some(token) => token,
                None => invitation(Part::Body, request.body::<Claim>()?.invitation_token)?,
            };
            Ok(Built::json(customer_seats::Claim::new(token)))
        },
    },
    Row {
        id: "customer_portal:seats:list_seats",
        method: Method::GET,
        template: "/v1/customer-portal/seats",
        build: |request| Ok(Built::json(portal::List::new(container(request)?))),
    },
    Row {
        id: "customer_portal:seats:assign_seat",
        method: Method::POST,
        template: "/v1/customer-portal/seats",
        build: |request| Ok(Built::json(request.json::<PortalAssignSeat>()?)),
    },
    Row {
        id: "customer_portal:seats:revoke_seat",
        method: Method::DELETE,
        template: "/v1/customer-portal/seats/{seat_id}",
        build: |request| Ok(Built::json(portal::Revoke::new(seat(request)?))),
    },
    Row {
        id: "customer_portal:seats:resend_invitation",
        method: Method::POST,
        template: "/v1/customer-portal/seats/{seat_id}/resend",
        build: |request| Ok(Built::json(portal::Resend::new(seat(request)?))),
    },
    Row {
        id: "customer_portal:seats:list_claimed_subscriptions",
        method: Method::GET,
        template: "/v1/customer-portal/seats/subscriptions",
        build: |request| {
            let mut operation = portal::Subscriptions::new();
            operation.page = request.number("page")?;
            operation.limit = request.number("limit")?;
            Ok(Built::json(operation))
        },
    },
    Row {
        id: "customer_portal:customer-session:introspect",
        method: Method::GET,
        template: "/v1/customer-portal/customer-session/introspect",
        build: |_| Ok(Built::json(customer_session::Introspect::new())),
    },
    Row {
        id: "customer_portal:customer-session:get_authenticated_user",
        method: Method::GET,
        template: "/v1/customer-portal/customer-session/user",
        build: |_| Ok(Built::json(customer_session::User::new())),
    },
];

#[derive(serde::Deserialize)]
struct Claim {
    invitation_token: String,
}

fn invitation(part: Part, text: String) -> Result<InvitationToken, Impossible> {
    InvitationToken::new(text)
        .map_err(|error| Impossible::new(part, "invitation_token", error.to_string()))
}

fn seat(request: &Request<'_>) -> Result<SeatId, Impossible> {
    request.path("seat_id")
}

/// A list is of one subscription or one order.
fn container(request: &Request<'_>) -> Result<Container, Impossible> {
    if let Some(id) = request.sample::<SubscriptionId>() {
        return Ok(id.into());
    }
    let subscription: Option<SubscriptionId> = request.query("subscription_id")?;
    let order: Option<OrderId> = request.query("order_id")?;
    match (subscription, order) {
        (Some(id), None) => Ok(id.into()),
        (None, Some(id)) => Ok(id.into()),
        (None, None) => Err(Impossible::new(
            Part::Query,
            "",
            "has no subscription or order",
        )),
        (Some(_), Some(_)) => Err(Impossible::new(
            Part::Query,
            "",
            "has a subscription and an order",
        )),
    }
}
