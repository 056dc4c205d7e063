//! Every type of the wire, read and written, beside structs by hand and a `serde_json::Value`.

use std::hint::black_box;

use polar_types::{
    AssignSeat, ClaimInfo, ClaimedSeat, ErrorBody, Page, PortalAssignSeat, Seat, SeatSubscription,
    SeatsList, SessionInfo, SessionUser, WebhookEvent,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, from_str};
use uuid::Uuid;

use crate::{
    Subject, answers,
    borrowed::{self as hand, Moment},
};

pub(super) fn all() -> Vec<Subject> {
    let mut all = answered();
    all.extend(sent());
    all.extend(delivered());
    all
}

/// What Polar answers.
fn answered() -> Vec<Subject> {
    let mut all = Vec::new();
    let text = answers::claim;
    all.extend(ours::<ClaimedSeat>("claim", text));
    all.extend(texts::<hand::Claim<'_, &str, &str>>("claim", text));
    all.extend(typed::<hand::Claim<'_, Uuid, Moment>>("claim", text));

    let text = || answers::seat(1);
    all.extend(ours::<Seat>("seat", text));
    all.extend(texts::<hand::Seat<'_, &str, &str>>("seat", text));
    all.extend(typed::<hand::Seat<'_, Uuid, Moment>>("seat", text));

    let text = || answers::seats_list(1000);
    all.extend(ours::<SeatsList>("1,000 seats", text));
    all.extend(texts::<hand::SeatsList<'_, &str, &str>>(
        "1,000 seats",
        text,
    ));
    all.extend(typed::<hand::SeatsList<'_, Uuid, Moment>>(
        "1,000 seats",
        text,
    ));

    let text = answers::claim_info;
    all.extend(ours::<ClaimInfo>("claim info", text));
    all.extend(texts::<hand::ClaimInfo<'_, &str>>("claim info", text));
    all.extend(typed::<hand::ClaimInfo<'_, Uuid>>("claim info", text));

    let text = || answers::subscriptions(10);
    all.extend(ours::<Page<SeatSubscription>>("10 subscriptions", text));
    all.extend(texts::<hand::Subscriptions<'_, &str, &str>>(
        "10 subscriptions",
        text,
    ));
    all.extend(typed::<hand::Subscriptions<'_, Uuid, Moment>>(
        "10 subscriptions",
        text,
    ));

    let text = answers::session_info;
    all.extend(ours::<SessionInfo>("session", text));
    all.extend(texts::<hand::SessionInfo<'_, &str>>("session", text));
    all.extend(typed::<hand::SessionInfo<'_, Moment>>("session", text));

    let text = answers::session_user;
    all.extend(ours::<SessionUser>("session's user", text));
    all.extend(texts::<hand::SessionUser<'_, &str>>("session's user", text));
    all.extend(typed::<hand::SessionUser<'_, Uuid>>("session's user", text));

    let text = answers::refusal;
    let read = |text: &'static str| Some(ErrorBody::decode(text.as_bytes()));
    all.extend(both("refusal", OURS, text, read));
    all.extend(value("refusal", text));
    all.extend(texts::<hand::Refusal<'_>>("refusal", text));
    all
}

/// What Polar is sent. It is read by the mock.
fn sent() -> Vec<Subject> {
    let text = answers::assign;
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

/// What Polar delivers.
fn delivered() -> Vec<Subject> {
    let event = |text: &'static str| WebhookEvent::from_json(text.as_bytes()).ok();
    let mut all = Vec::new();
    let text = answers::seat_event;
    all.extend(both("seat event", OURS, text, event));
    all.extend(value("seat event", text));
    all.extend(texts::<hand::SeatEvent<'_, &str, &str>>("seat event", text));
    all.extend(typed::<hand::SeatEvent<'_, Uuid, Moment>>(
        "seat event",
        text,
    ));

    let text = || answers::other_event(1024);
    all.extend(both("other event", OURS, text, event));
    all.extend(value("other event", text));
    all.extend(texts::<hand::OtherEvent<'_, &str>>("other event", text));
    all.extend(typed::<hand::OtherEvent<'_, Moment>>("other event", text));
    all
}

/// A type of ours, and what it is never to cost as much as.
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

/// Reading a text, and writing again what was read.
fn both<T: Serialize + 'static>(
    what: &str,
    who: &str,
    text: Text,
    read: fn(&'static str) -> Option<T>,
) -> [Subject; 2] {
    let decode = format!("decode {what}: {who}");
    let decode = Subject::of_text(decode, text, move |text| {
        // What is borrowed from it must live as long as what is measured.
        let text: &'static str = text.leak();
        Ok(Box::new(move || black_box(read(black_box(text))).is_some()))
    });
    let encode = format!("encode {what}: {who}");
    let encode = Subject::of_text(encode, text, move |text| {
        let value = read(text.leak()).ok_or("the text is not what it is taken for")?;
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
