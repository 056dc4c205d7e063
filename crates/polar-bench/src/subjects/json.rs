//! Every type of the wire, read and written, beside structs by hand and a `serde_json::Value`.

use std::hint::black_box;

use polar_types::{
    AssignSeat, ClaimInfo, ClaimedSeat, ErrorBody, Page, Recipient, Seat, SeatMetadata,
    SeatSubscription, SeatsList, SubscriptionId, WebhookEvent,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, from_str, value::RawValue};
use uuid::Uuid;

use crate::{
    Failure, Subject, Work, answers,
    borrowed::{self as hand, Moment},
};

pub(super) fn all() -> Vec<Subject> {
    [
        claim(),
        seat(),
        list(),
        claim_info(),
        refusal(),
        subscriptions(),
        event(),
        assign(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn claim() -> Vec<Subject> {
    let text = answers::claim();
    let mut subjects = written::<ClaimedSeat>("claim", &text);
    subjects.extend(read(
        "claim",
        &text,
        [
            (OURS, |text| is(from_str::<ClaimedSeat>(text))),
            (VALUE, |text| is(from_str::<Value>(text))),
            (TEXT, |text| {
                is(from_str::<hand::Claim<'_, &str, &str>>(text))
            }),
            (TYPED, |text| {
                is(from_str::<hand::Claim<'_, Uuid, Moment>>(text))
            }),
        ],
    ));
    subjects
}

fn seat() -> Vec<Subject> {
    let text = answers::seat(1);
    let mut subjects = written::<Seat>("seat", &text);
    subjects.extend(read(
        "seat",
        &text,
        [
            (OURS, |text| is(from_str::<Seat>(text))),
            (VALUE, |text| is(from_str::<Value>(text))),
            (TEXT, |text| {
                is(from_str::<hand::Seat<'_, &str, &str>>(text))
            }),
            (TYPED, |text| {
                is(from_str::<hand::Seat<'_, Uuid, Moment>>(text))
            }),
        ],
    ));
    subjects
}

fn list() -> Vec<Subject> {
    let text = answers::seats_list(1000);
    let mut subjects = written::<SeatsList>("1,000 seats", &text);
    subjects.extend(read(
        "1,000 seats",
        &text,
        [
            (OURS, |text| is(from_str::<SeatsList>(text))),
            (VALUE, |text| is(from_str::<Value>(text))),
            (TEXT, |text| {
                is(from_str::<hand::SeatsList<'_, &str, &str>>(text))
            }),
            (TYPED, |text| {
                is(from_str::<hand::SeatsList<'_, Uuid, Moment>>(text))
            }),
        ],
    ));
    subjects
}

fn claim_info() -> Vec<Subject> {
    let text = answers::claim_info();
    let mut subjects = written::<ClaimInfo>("claim info", &text);
    subjects.extend(read(
        "claim info",
        &text,
        [
            (OURS, |text| is(from_str::<ClaimInfo>(text))),
            (VALUE, |text| is(from_str::<Value>(text))),
            (TEXT, |text| is(from_str::<hand::ClaimInfo<'_, &str>>(text))),
            (TYPED, |text| {
                is(from_str::<hand::ClaimInfo<'_, Uuid>>(text))
            }),
        ],
    ));
    subjects
}

fn refusal() -> Vec<Subject> {
    read(
        "refusal",
        &answers::refusal(),
        [
            (OURS, |text| {
                matches!(
                    black_box(ErrorBody::decode(text.as_bytes())),
                    ErrorBody::Refusal { .. }
                )
            }),
            (VALUE, |text| is(from_str::<Value>(text))),
            (TEXT, |text| is(from_str::<hand::Refusal<'_>>(text))),
        ],
    )
}

fn subscriptions() -> Vec<Subject> {
    read(
        "10 subscriptions",
        &answers::subscriptions(10),
        [
            (OURS, |text| is(from_str::<Page<SeatSubscription>>(text))),
            (VALUE, |text| is(from_str::<Value>(text))),
            (TEXT, |text| {
                is(from_str::<hand::Subscriptions<'_, &str, &str>>(text))
            }),
            (TYPED, |text| {
                is(from_str::<hand::Subscriptions<'_, Uuid, Moment>>(text))
            }),
        ],
    )
}

fn event() -> Vec<Subject> {
    read(
        "seat event",
        &answers::seat_event(),
        [
            (OURS, |text| is(WebhookEvent::from_json(text.as_bytes()))),
            (VALUE, |text| is(from_str::<Value>(text))),
            (TEXT, |text| {
                is(from_str::<hand::SeatEvent<'_, &str, &str>>(text))
            }),
            (TYPED, |text| {
                is(from_str::<hand::SeatEvent<'_, Uuid, Moment>>(text))
            }),
        ],
    )
}

fn assign() -> Vec<Subject> {
    let ours = || -> Result<AssignSeat, Failure> {
        let subscription: SubscriptionId = SUBSCRIPTION.parse()?;
        let assign = AssignSeat::new(subscription, Recipient::email("zoe@acme.com"));
        Ok(assign.metadata(SeatMetadata::from_json(METADATA)?))
    };
    let by_hand = || -> Result<hand::Assign<'_, Uuid>, Failure> {
        Ok(hand::Assign {
            subscription_id: SUBSCRIPTION.parse()?,
            email: "zoe@acme.com",
            metadata: from_str::<&RawValue>(METADATA)?,
        })
    };
    vec![
        write("assign", OURS, ours),
        write("assign", TYPED, by_hand),
        write("assign", VALUE, move || Ok(serde_json::to_value(ours()?)?)),
    ]
}

/// One subject for everybody who reads this text.
fn read<const N: usize>(what: &str, text: &str, readers: [Reader; N]) -> Vec<Subject> {
    let subject = |(who, read): Reader| {
        let owned = text.to_owned();
        Subject::new(format!("decode {what}: {who}"), move || {
            let text = owned.clone();
            Ok(Box::new(move || read(black_box(&text))))
        })
        .of_bytes(text.len())
    };
    readers.into_iter().map(subject).collect()
}

/// Writing what was read from this text, as our type and as a value.
fn written<T>(what: &str, text: &str) -> Vec<Subject>
where
    T: Serialize + for<'de> Deserialize<'de> + 'static,
{
    let (ours, value) = (text.to_owned(), text.to_owned());
    vec![
        write(what, OURS, move || Ok(from_str::<T>(&ours)?)).of_bytes(text.len()),
        write(what, VALUE, move || Ok(from_str::<Value>(&value)?)).of_bytes(text.len()),
    ]
}

fn write<T: Serialize + 'static>(
    what: &str,
    who: &str,
    value: impl Fn() -> Result<T, Failure> + Send + Sync + 'static,
) -> Subject {
    Subject::new(
        format!("encode {what}: {who}"),
        move || -> Result<Work, _> {
            let value = value()?;
            Ok(Box::new(move || is(serde_json::to_vec(black_box(&value)))))
        },
    )
}

/// Whether there is something, after making sure that it was made.
fn is<T, E>(made: Result<T, E>) -> bool {
    black_box(made).is_ok()
}

type Reader = (&'static str, fn(&str) -> bool);

const OURS: &str = "polar-types";
const VALUE: &str = "Value";
const TEXT: &str = "text by hand";
const TYPED: &str = "typed by hand";
const SUBSCRIPTION: &str = "c9f0f895-fb98-4b91-99f5-1fd0297e236d";
const METADATA: &str = r#"{"team":"Lab 4","cost_center":"0042"}"#;
