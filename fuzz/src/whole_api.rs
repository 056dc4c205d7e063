//! Responses and events of the whole API.

use std::fmt::Debug;

use polar_types::{Sample, sample};
use serde::{Serialize, de::DeserializeOwned};

use crate::responses::round_trip;

#[path = "../../crates/polar-types/tests/it/generated/responses.rs"]
mod table;

/// The name of an operation or an event, and what reads its body.
type RoundTrip = (&'static str, fn(Input<'_>));

enum Input<'a> {
    Bytes(&'a [u8]),
    Sample,
}

fn check<T: Sample + DeserializeOwned + Serialize + PartialEq + Debug>(input: Input<'_>) {
    match input {
        Input::Bytes(data) => round_trip::<T>(data),
        Input::Sample => {
            let value: T = sample();
            let text = serde_json::to_vec(&value).expect("a sample can be written");
            assert_eq!(
                value,
                serde_json::from_slice(&text).expect("a sample can be read")
            );
        }
    }
}

/// The body of any response round-trips. The first two bytes choose the operation.
pub fn any_response(data: &[u8]) {
    any(data, is_operation);
}

/// The payload of any event round-trips. The first two bytes choose the event.
pub fn any_event(data: &[u8]) {
    any(data, |name| !is_operation(name));
}

/// Passes a sample of each response and event, and returns how many there are.
pub fn samples() -> usize {
    for (_, check) in table::ROUND_TRIPS {
        check(Input::Sample);
    }
    table::ROUND_TRIPS.len()
}

fn any(data: &[u8], is_meant: impl Fn(&str) -> bool) {
    let Some((choice, data)) = data.split_first_chunk() else {
        return;
    };
    let meant: Vec<&RoundTrip> = table::ROUND_TRIPS
        .iter()
        .filter(|(name, _)| is_meant(name))
        .collect();
    let index = usize::from(u16::from_le_bytes(*choice)) % meant.len();
    meant[index].1(Input::Bytes(data));
}

fn is_operation(name: &str) -> bool {
    name.contains(':')
}
