//! What only the mock has, under `/_mock/`: the mails, the events, the clock, the state, and faults.

mod access;
mod clock;
mod faults;

pub use access::ControlAccess;
use bytes::Bytes;
use http::{HeaderValue, Method, Response, StatusCode, header, request::Parts};
use serde::Serialize;
use time::OffsetDateTime;

use crate::{
    http::Query,
    seed::state,
    world::{History, World},
};

/// Answers a request under `/_mock/`. No token is needed, and none is looked at.
pub(crate) fn answer(
    world: &mut World,
    head: &Parts,
    body: &Bytes,
    now: OffsetDateTime,
) -> Response<Bytes> {
    match (head.uri.path(), &head.method) {
        ("/_mock/outbox", &Method::GET) => newest(&world.outbox, head),
        ("/_mock/webhooks", &Method::GET) => newest(&world.events, head),
        ("/_mock/clock", &Method::POST) => clock::advance(world, body, now),
        ("/_mock/state", &Method::GET) => json(StatusCode::OK, state(world, now)),
        ("/_mock/outbox" | "/_mock/webhooks" | "/_mock/state", _) => other_method("GET"),
        ("/_mock/faults", &Method::POST) => faults::order(world, body),
        ("/_mock/faults", &Method::DELETE) => faults::clear(world),
        ("/_mock/clock" | "/_mock/faults", _) => other_method("POST"),
        _ => refuse(StatusCode::NOT_FOUND, "Not Found"),
    }
}

/// All that is kept, or the last so many of it.
fn newest<T: Serialize>(history: &History<T>, head: &Parts) -> Response<Bytes> {
    match Query::read(head.uri.query()).last("newest").map(str::parse) {
        None => reply(StatusCode::OK, history),
        Some(Ok(count)) => {
            let entries: Vec<&T> = history.newest(count).collect();
            reply(StatusCode::OK, &entries)
        }
        Some(Err(_)) => refuse(
            StatusCode::UNPROCESSABLE_ENTITY,
            "`newest` must be a whole number, 0 or more",
        ),
    }
}

fn refuse(status: StatusCode, detail: &str) -> Response<Bytes> {
    reply(status, &Detail { detail })
}

fn other_method(allowed: &'static str) -> Response<Bytes> {
    let mut reply = refuse(StatusCode::METHOD_NOT_ALLOWED, "Method Not Allowed");
    reply
        .headers_mut()
        .insert(header::ALLOW, HeaderValue::from_static(allowed));
    reply
}

fn reply<T: Serialize>(status: StatusCode, value: &T) -> Response<Bytes> {
    match serde_json::to_vec(value) {
        Ok(body) => json(status, body),
        Err(_) => json(StatusCode::INTERNAL_SERVER_ERROR, Bytes::new()),
    }
}

fn json(status: StatusCode, body: impl Into<Bytes>) -> Response<Bytes> {
    let mut reply = Response::new(body.into());
    *reply.status_mut() = status;
    let json = HeaderValue::from_static("application/json");
    reply.headers_mut().insert(header::CONTENT_TYPE, json);
    reply
}

#[derive(Serialize)]
struct Detail<'a> {
    detail: &'a str,
}
