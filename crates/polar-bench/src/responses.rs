//! Bodies in the compact form in which Polar writes them, with all their fields.

use std::fmt::Write as _;

/// The response to a claim, around 900 bytes.
#[must_use]
pub fn claim() -> String {
    let seat = seat(1);
    format!(r#"{{"seat":{seat},"customer_session_token":"{SESSION_TOKEN}"}}"#)
}

/// A claimed seat with its member, around 850 bytes. Each number has its own ids and email.
#[must_use]
pub fn seat(number: usize) -> String {
    let id = |kind: u32| format!("{kind:08x}-ceea-467f-a8d6-{number:012x}");
    let (seat, customer, member) = (id(1), id(2), id(3));
    let email = format!("person{number}@example.com");
    format!(
        r#"{{"created_at":"2026-03-02T09:15:04.120000Z","modified_at":"2026-03-02T10:00:00.000001Z","id":"{seat}","subscription_id":"{SUBSCRIPTION}","order_id":null,"status":"claimed","customer_id":"{customer}","member_id":"{member}","member":{{"id":"{member}","created_at":"2026-03-02T09:15:04Z","modified_at":null,"customer_id":"{customer}","email":"{email}","name":null,"external_id":"usr_42","role":"member"}},"email":"{email}","customer_email":"{email}","invitation_token_expires_at":"2026-03-03T09:15:04.101992Z","claimed_at":"2026-03-02T10:00:00Z","revoked_at":null,"seat_metadata":{{"team":"Lab 4","cost_center":"0042"}}}}"#
    )
}

/// A list with this number of seats.
#[must_use]
pub fn seats_list(seats: usize) -> String {
    let seats_text = commas((1..=seats).map(seat));
    format!(r#"{{"seats":[{seats_text}],"available_seats":0,"total_seats":{seats}}}"#)
}

/// Claim info.
#[must_use]
pub fn claim_info() -> String {
    r#"{"product_name":"Team Plan","product_id":"6f4922f4-5568-461a-8cdf-4ad2299f6d23","organization_name":"Acme","organization_slug":"acme","customer_email":"zoe@acme.com","can_claim":true}"#.to_owned()
}

/// A session.
#[must_use]
pub fn session_info() -> String {
    r#"{"expires_at":"2026-03-02T11:00:00.120000Z","return_url":null}"#.to_owned()
}

/// The user of a session.
#[must_use]
pub fn session_user() -> String {
    r#"{"type":"member","name":null,"email":"zoe@acme.com","customer_id":"45c48cce-2e2d-4fbd-aa1a-fc51c7c6ad26","member_id":"1a33af21-6f63-4e69-9a64-5c0e90a8a4bb","role":"member"}"#.to_owned()
}

/// The body that assigns a seat.
#[must_use]
pub fn assign() -> String {
    r#"{"subscription_id":"c9f0f895-fb98-4b91-99f5-1fd0297e236d","email":"zoe@acme.com","metadata":{"team":"Lab 4","cost_center":"0042"}}"#.to_owned()
}

/// The body of an API error.
#[must_use]
pub fn api_error() -> String {
    r#"{"error":"SeatNotAvailable","detail":"No available seats for c9f0f895-fb98-4b91-99f5-1fd0297e236d"}"#.to_owned()
}

/// A page of the portal with this number of subscriptions.
#[must_use]
pub fn subscriptions(items: usize) -> String {
    let item = |number: usize| {
        format!(
            r#"{{"created_at":"2026-03-01T08:00:00Z","modified_at":null,"id":"00000004-fb98-4b91-99f5-{number:012x}","amount":5000,"currency":"usd","status":"active","current_period_start":"2026-03-01T08:00:00Z","current_period_end":"2026-04-01T08:00:00Z","cancel_at_period_end":false,"ended_at":null,"customer_id":"45c48cce-2e2d-4fbd-aa1a-fc51c7c6ad26","product_id":"6f4922f4-5568-461a-8cdf-4ad2299f6d23","discount_id":null,"seats":5,"product":{{"id":"6f4922f4-5568-461a-8cdf-4ad2299f6d23","name":"Team Plan","benefits":[{{"type":"custom","description":"Team perk"}}]}},"prices":[{{"amount_type":"seat_based","price_per_seat":1000}}],"meters":[]}}"#
        )
    };
    let text = commas((1..=items).map(item));
    format!(r#"{{"items":[{text}],"pagination":{{"total_count":{items},"max_page":1}}}}"#)
}

/// A list of three orders as Polar returned it, around 12 KB.
#[must_use]
pub fn orders() -> String {
    include_str!("../fixtures/orders.json").to_owned()
}

/// The event of a claimed seat, around 1 KiB.
#[must_use]
pub fn seat_event() -> String {
    let seat = seat(1);
    format!(
        r#"{{"type":"customer_seat.claimed","timestamp":"2026-03-02T10:00:00.331724Z","data":{seat}}}"#
    )
}

/// An event of another type, of about this many bytes.
#[must_use]
pub fn other_event(bytes: usize) -> String {
    let items = commas((0..bytes / 90).map(|number| {
        format!(
            r#"{{"created_at":"2026-03-02T09:15:04.120000Z","label":"Team Plan {number:06}","amount":5000}}"#
        )
    }));
    format!(
        r#"{{"type":"order.paid","timestamp":"2026-03-02T10:00:00.331724Z","data":{{"items":[{items}]}}}}"#
    )
}

fn commas(items: impl Iterator<Item = String>) -> String {
    let mut text = String::new();
    for (index, item) in items.enumerate() {
        let comma = if index == 0 { "" } else { "," };
        // Writing to a string does not fail.
        let _ = write!(text, "{comma}{item}");
    }
    text
}

/// A token in the server's format.
pub const INVITATION_TOKEN: &str = "wgY2eWPFiliM85O3niuDp2vythTAFUbnc-SQlBSoFX4";

const SESSION_TOKEN: &str = "polar_mst_fixture0fixture0fixture0fixture0fixture";
const SUBSCRIPTION: &str = "c9f0f895-fb98-4b91-99f5-1fd0297e236d";
