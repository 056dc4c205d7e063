//! What only the mock has, under `/_mock/`: the mails, the events, the clock, and faults.

mod clock;
mod faults;

use bytes::Bytes;
use http::{HeaderValue, Method, Response, StatusCode, header, request::Parts};
use serde::Serialize;
use time::OffsetDateTime;

use crate::world::World;

/// Answers a request under `/_mock/`. No token is needed, and none is looked at.
pub(crate) fn answer(
    world: &mut World,
    head: &Parts,
    body: &Bytes,
    now: OffsetDateTime,
) -> Response<Bytes> {
    match (head.uri.path(), &head.method) {
        ("/_mock/outbox", &Method::GET) => reply(StatusCode::OK, &world.outbox),
        ("/_mock/webhooks", &Method::GET) => reply(StatusCode::OK, &world.events),
        ("/_mock/clock", &Method::POST) => clock::advance(world, body, now),
        ("/_mock/outbox" | "/_mock/webhooks", _) => other_method("GET"),
        ("/_mock/faults", &Method::POST) => faults::order(world, body),
        ("/_mock/faults", &Method::DELETE) => faults::clear(world),
        ("/_mock/clock" | "/_mock/faults", _) => other_method("POST"),
        _ => refuse(StatusCode::NOT_FOUND, "Not Found"),
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
    let (status, body) = match serde_json::to_vec(value) {
        Ok(body) => (status, body),
        Err(_) => (StatusCode::INTERNAL_SERVER_ERROR, Vec::new()),
    };
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
