//! Runs of the program, and servers for it.

mod faulty_proxy;
mod program;
mod stub;
mod team;

use std::process::{Child, Command};

pub(crate) use self::{
    faulty_proxy::{Faults, FaultyProxy},
    program::{Program, RunOutput},
    stub::{Response, Stub, closed_port},
    team::Team,
};

/// Secrets that must appear in no output.
pub(crate) const INVITATION: &str = "-CANARYinvitation_wgY2eWPFiliM85O3niuDp2vyth";
pub(crate) const ACCESS: &str = "polar_oat_CANARYaccess";
pub(crate) const SESSION: &str = "polar_mst_CANARYsession";
/// The session token, which `claim` prints.
pub(crate) const GRANTED: &str = "polar_mst_GRANTED0000000000000000000000000000000";

pub(crate) const SUBSCRIPTION: &str = "4663fc95-f630-47e4-8260-a644811e7711";
pub(crate) const SEAT_ID: &str = "dcb2c1b9-2f64-4c8c-90e6-d261c78b3eb2";

pub(crate) const TRANSPORTS: [&str; 2] = ["hyper", "ureq"];

/// A seat in the JSON of the API.
pub(crate) fn seat(status: &str) -> serde_json::Value {
    serde_json::json!({
        "created_at": "2026-11-23T05:04:06.744029Z", "modified_at": null, "id": SEAT_ID,
        "subscription_id": SUBSCRIPTION, "order_id": null, "status": status,
        "customer_id": "bbbf4f55-65e0-4653-87ca-16dd84fe37c7",
        "member_id": "302ed440-a3c2-444c-81cd-b55e6c3d34ba",
        "member": {
            "id": "302ed440-a3c2-444c-81cd-b55e6c3d34ba",
            "created_at": "2026-11-23T05:04:06.744029Z", "modified_at": null,
            "customer_id": "bbbf4f55-65e0-4653-87ca-16dd84fe37c7", "email": "zoe@acme.com",
            "name": null, "external_id": "usr_42", "role": "member",
        },
        "email": "zoe@acme.com", "customer_email": "zoe@acme.com",
        "invitation_token_expires_at": "2026-11-24T05:04:06.744029Z",
        "claimed_at": (status == "claimed").then_some("2026-11-23T06:00:00Z"), "revoked_at": null,
        "seat_metadata": {"team": "Lab 4"},
    })
}

/// The response to a claim.
pub(crate) fn claimed() -> serde_json::Value {
    serde_json::json!({"seat": seat("claimed"), "customer_session_token": GRANTED})
}

/// Asserts that a text contains a part of it, and shows both otherwise.
#[track_caller]
pub(crate) fn assert_contains(text: &str, part: &str) {
    assert!(text.contains(part), "{part:?} is not in {text:?}");
}

#[track_caller]
pub(crate) fn assert_starts_with(text: &str, start: &str) {
    assert!(text.starts_with(start), "{start:?} does not begin {text:?}");
}

#[track_caller]
pub(crate) fn assert_ends_with(text: &str, end: &str) {
    assert!(text.ends_with(end), "{end:?} does not end {text:?}");
}

/// Asserts that a result has these values, among others.
#[track_caller]
pub(crate) fn assert_values(result: &serde_json::Value, expected: &serde_json::Value) {
    for (key, value) in expected.as_object().unwrap() {
        assert_eq!(&result[key], value, "{key} of {result}");
    }
}

/// Sends a signal, such as `-TERM`, to a program.
pub(crate) fn send_signal(child: &Child, signal: &str) {
    let id = child.id().to_string();
    let status = Command::new("kill").args([signal, &id]).status();
    assert!(status.unwrap().success());
}

#[cfg(unix)]
pub(crate) fn interrupt(child: &Child) {
    send_signal(child, "-INT");
}
