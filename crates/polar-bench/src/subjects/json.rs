//! Reading and writing every type on the wire, compared with handwritten structs and
//! `serde_json::Value`.

use std::hint::black_box;

use polar_types::{
    AssignSeat, ClaimInfo, ClaimedSeat, ErrorBody, Page, PortalAssignSeat, Seat, SeatSubscription,
    SeatsList, SessionInfo, SessionUser, WebhookEvent, orders::Order,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, from_str};
use uuid::Uuid;

use crate::{
    Subject,
    borrowed::{self as hand, UtcTime},
    responses,
};

pub(super) fn all() -> Vec<Subject> {
    let mut all = response_bodies();
    all.extend(request_bodies());
    all.extend(events());
    all
}

/// Bodies of responses.
fn response_bodies() -> Vec<Subject> {
    let mut all = Vec::new();
    let text = responses::claim;
    all.extend(ours::<ClaimedSeat>("claim", text));
    all.extend(texts::<hand::Claim<'_, &str, &str>>("claim", text));
    all.extend(typed::<hand::Claim<'_, Uuid, UtcTime>>("claim", text));

    let text = || responses::seat(1);
    all.extend(ours::<Seat>("seat", text));
    all.extend(texts::<hand::Seat<'_, &str, &str>>("seat", text));
    all.extend(typed::<hand::Seat<'_, Uuid, UtcTime>>("seat", text));

    let text = || responses::seats_list(1000);
    all.extend(ours::<SeatsList>("1,000 seats", text));
    all.extend(texts::<hand::SeatsList<'_, &str, &str>>(
        "1,000 seats",
        text,
    ));
    all.extend(typed::<hand::SeatsList<'_, Uuid, UtcTime>>(
        "1,000 seats",
        text,
    ));

    let text = responses::claim_info;
    all.extend(ours::<ClaimInfo>("claim info", text));
    all.extend(texts::<hand::ClaimInfo<'_, &str>>("claim info", text));
    all.extend(typed::<hand::ClaimInfo<'_, Uuid>>("claim info", text));

    let text = || responses::subscriptions(10);
    all.extend(ours::<Page<SeatSubscription>>("10 subscriptions", text));
    all.extend(texts::<hand::Subscriptions<'_, &str, &str>>(
        "10 subscriptions",
        text,
    ));
    all.extend(typed::<hand::Subscriptions<'_, Uuid, UtcTime>>(
        "10 subscriptions",
        text,
    ));

    all.extend(ours::<Page<Order>>("3 orders", responses::orders));

    let text = responses::session_info;
    all.extend(ours::<SessionInfo>("session", text));
    all.extend(texts::<hand::SessionInfo<'_, &str>>("session", text));
    all.extend(typed::<hand::SessionInfo<'_, UtcTime>>("session", text));

    let text = responses::session_user;
    all.extend(ours::<SessionUser>("session's user", text));
    all.extend(texts::<hand::SessionUser<'_, &str>>("session's user", text));
    all.extend(typed::<hand::SessionUser<'_, Uuid>>("session's user", text));

    let text = responses::api_error;
    let read = |text: &'static str| Some(ErrorBody::decode(text.as_bytes()));
    all.extend(both("API error", OURS, text, read));
    all.extend(value("API error", text));
    all.extend(texts::<hand::ApiError<'_>>("API error", text));
    all
}

/// Bodies of requests, which the mock reads.
fn request_bodies() -> Vec<Subject> {
    let text = responses::assign;
    let mut all = Vec::new();
    all.extend(ours::<AssignSeat>("assign", text));
    all.extend(texts::<hand::Assign<'_, &str>>("assign", text));
    all.extend(typed::<hand::Assign<'_, Uuid>>("assign", text));
    all.extend(both::<PortalAssignSeat>(
        "assign in the portal",
        OURS,
        text,
        read,
    ));
    all
}

/// Webhook events.
fn events() -> Vec<Subject> {
    let event = |text: &'static str| WebhookEvent::from_json(text.as_bytes()).ok();
    let mut all = Vec::new();
    let text = responses::seat_event;
    all.extend(both("seat event", OURS, text, event));
    all.extend(value("seat event", text));
    all.extend(texts::<hand::SeatEvent<'_, &str, &str>>("seat event", text));
    all.extend(typed::<hand::SeatEvent<'_, Uuid, UtcTime>>(
        "seat event",
        text,
    ));

    let text = || responses::other_event(1024);
    all.extend(both("other event", OURS, text, event));
    all.extend(value("other event", text));
    all.extend(texts::<hand::OtherEvent<'_, &str>>("other event", text));
    all.extend(typed::<hand::OtherEvent<'_, UtcTime>>("other event", text));
    all
}

/// A type of the SDK, and `Value` as its upper limit.
fn ours<T: Wire>(what: &str, text: Text) -> Vec<Subject> {
    let mut subjects = Vec::from(both::<T>(what, OURS, text, read));
    subjects.extend(value(what, text));
    subjects
}

fn value(what: &str, text: Text) -> [Subject; 2] {
    both::<Value>(what, VALUE, text, read)
}

fn texts<T: Wire>(what: &str, text: Text) -> [Subject; 2] {
    both::<T>(what, TEXT, text, read)
}

fn typed<T: Wire>(what: &str, text: Text) -> [Subject; 2] {
    both::<T>(what, TYPED, text, read)
}

/// Reading a text, and writing the result.
fn both<T: Serialize + 'static>(
    what: &str,
    implementation: &str,
    text: Text,
    read: fn(&'static str) -> Option<T>,
) -> [Subject; 2] {
    let decode = format!("decode {what}: {implementation}");
    let decode = Subject::of_text(decode, text, move |text| {
        // Leaked, because the values that are read borrow from it.
        let text: &'static str = text.leak();
        Ok(Box::new(move || black_box(read(black_box(text))).is_some()))
    });
    let encode = format!("encode {what}: {implementation}");
    let encode = Subject::of_text(encode, text, move |text| {
        let value = read(text.leak()).ok_or("the text is invalid")?;
        Ok(Box::new(move || {
            black_box(serde_json::to_vec(black_box(&value))).is_ok()
        }))
    });
    [decode, encode]
}

fn read<T: Wire>(text: &'static str) -> Option<T> {
    from_str(text).ok()
}

trait Wire: Serialize + Deserialize<'static> + 'static {}

impl<T: Serialize + Deserialize<'static> + 'static> Wire for T {}

type Text = fn() -> String;

const OURS: &str = "polar-types";
const VALUE: &str = "Value";
const TEXT: &str = "text by hand";
const TYPED: &str = "typed by hand";
