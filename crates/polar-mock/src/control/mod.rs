//! The control paths under `/_mock/`, which only the mock has: mails, events, clock, state, payments,
//! faults.

mod access;
mod act_as;
mod organizations;
mod overview;
mod payments;
mod trigger;

pub use access::ControlAccess;
pub(crate) use act_as::act_as;
use bytes::Bytes;
use http::{HeaderValue, Method, Response, StatusCode, Uri, header, request::Parts};
use polar_types::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;
use time::{Duration, OffsetDateTime};

use crate::{
    fault::FaultSpec,
    resources::run_due,
    seed::Seed,
    state::{History, State},
    validation::Query,
};

/// Returns whether a request is for a control path.
pub(crate) fn is_control(uri: &Uri) -> bool {
    uri.path().starts_with("/_mock/")
}

/// Responds to a request for a control path. No token is needed, and none is looked at.
pub(crate) fn respond(
    state: &mut State,
    head: &Parts,
    body: &Bytes,
    now: OffsetDateTime,
) -> Response<Bytes> {
    match (head.uri.path(), &head.method) {
        ("/_mock/outbox", &Method::GET) => newest(&state.outbox, head),
        ("/_mock/webhooks", &Method::GET) => newest(&state.events, head),
        ("/_mock/clock", &Method::POST) => advance_clock(state, body, now),
        ("/_mock/state", &Method::GET) => written(StatusCode::OK, Seed::of(state, now).to_json()),
        ("/_mock/overview", &Method::GET) => overview::overview(state, head, now),
        ("/_mock/organizations", &Method::POST) => organizations::add(state, body, now),
        ("/_mock/outbox" | "/_mock/webhooks" | "/_mock/state" | "/_mock/overview", _) => {
            method_not_allowed("GET")
        }
        ("/_mock/webhooks/trigger", &Method::GET) => trigger::types(),
        ("/_mock/webhooks/trigger", &Method::POST) => trigger::trigger(state, body, now),
        ("/_mock/webhooks/trigger", _) => method_not_allowed("GET, POST"),
        ("/_mock/faults", &Method::POST) => add_fault(state, body),
        ("/_mock/faults", &Method::DELETE) => {
            state.faults.clear();
            json_response(StatusCode::OK, &json!({"ordered": false}))
        }
        ("/_mock/payments", &Method::POST) => payments::pay(state, body, now),
        ("/_mock/declines", &Method::POST) => payments::decline(state, body),
        ("/_mock/declines", &Method::DELETE) => payments::clear_declines(state),
        (
            "/_mock/clock"
            | "/_mock/faults"
            | "/_mock/payments"
            | "/_mock/declines"
            | "/_mock/organizations",
            _,
        ) => method_not_allowed("POST"),
        _ => refuse(StatusCode::NOT_FOUND, "Not Found"),
    }
}

/// Returns the entries that are kept, or the last `?newest=N` of them.
fn newest<T: Serialize>(history: &History<T>, head: &Parts) -> Response<Bytes> {
    match requested(head) {
        Ok(count) => {
            let entries: Vec<&T> = history.newest(count).collect();
            json_response(StatusCode::OK, &entries)
        }
        Err(detail) => refuse(StatusCode::UNPROCESSABLE_ENTITY, detail),
    }
}

/// Returns how many entries of a log are requested.
fn requested(head: &Parts) -> Result<usize, &'static str> {
    match Query::read(head.uri.query()).last("newest").map(str::parse) {
        None => Ok(usize::MAX),
        Some(Ok(count)) => Ok(count),
        Some(Err(_)) => Err("expected a whole number of 0 or more for `newest`"),
    }
}

fn advance_clock(state: &mut State, body: &Bytes, now: OffsetDateTime) -> Response<Bytes> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Advance {
        advance_seconds: u64,
    }
    let Ok(Advance { advance_seconds }) = serde_json::from_slice(body) else {
        let detail = "expected {\"advance_seconds\": N} with a whole number N of 0 or more";
        return refuse(StatusCode::UNPROCESSABLE_ENTITY, detail);
    };
    let by = i64::try_from(advance_seconds).map(Duration::seconds).ok();
    let advanced = by.filter(|by| state.clock_offset.advance(*by, now));
    match advanced {
        Some(by) => {
            run_due(state, now + by);
            json_response(StatusCode::OK, &json!({"now": Timestamp::from(now + by)}))
        }
        None => refuse(
            StatusCode::UNPROCESSABLE_ENTITY,
            "the clock ends with the year 9998",
        ),
    }
}

fn add_fault(state: &mut State, body: &Bytes) -> Response<Bytes> {
    let spec = serde_json::from_slice(body).map_err(|_| FaultSpec::FORM);
    match spec.and_then(|spec| state.faults.apply(&spec)) {
        Ok(()) => json_response(StatusCode::OK, &json!({"ordered": true})),
        Err(form) => refuse(StatusCode::UNPROCESSABLE_ENTITY, form),
    }
}

fn refuse(status: StatusCode, detail: &str) -> Response<Bytes> {
    json_response(status, &json!({"detail": detail}))
}

fn method_not_allowed(allowed: &'static str) -> Response<Bytes> {
    let mut response = refuse(StatusCode::METHOD_NOT_ALLOWED, "Method Not Allowed");
    response
        .headers_mut()
        .insert(header::ALLOW, HeaderValue::from_static(allowed));
    response
}

fn json_response<T: Serialize>(status: StatusCode, value: &T) -> Response<Bytes> {
    match serde_json::to_vec(value) {
        Ok(body) => written(status, body),
        Err(_) => written(StatusCode::INTERNAL_SERVER_ERROR, Bytes::new()),
    }
}

fn written(status: StatusCode, body: impl Into<Bytes>) -> Response<Bytes> {
    crate::http::response(status, "application/json", body)
}
