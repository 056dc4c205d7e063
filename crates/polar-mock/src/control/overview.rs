use bytes::Bytes;
use http::{Response, StatusCode, request::Parts};
use polar_types::{OrganizationId, RawJson, Timestamp};
use serde::Serialize;
use time::OffsetDateTime;

use super::{json_response, refuse, requested};
use crate::{
    seed::{Document, Seed},
    state::{Mail, State},
};

/// What a page shows: the state without its logs, and the newest entries of these.
#[derive(Serialize)]
struct Overview<'a> {
    now: Timestamp,
    state: Document,
    mails: Vec<&'a Mail>,
    events: Vec<Event<'a>>,
}

#[derive(Serialize)]
struct Event<'a> {
    #[serde(rename = "type")]
    kind: &'a str,
    timestamp: &'a Timestamp,
    organization_id: OrganizationId,
    data: &'a RawJson,
}

pub(super) fn overview(state: &State, head: &Parts, now: OffsetDateTime) -> Response<Bytes> {
    let newest = match requested(head) {
        Ok(newest) => newest,
        Err(detail) => return refuse(StatusCode::UNPROCESSABLE_ENTITY, detail),
    };
    let events = state.events.newest(newest).map(|event| Event {
        kind: &event.kind,
        timestamp: &event.timestamp,
        organization_id: event.organization,
        data: &event.data,
    });
    let overview = Overview {
        now: now.into(),
        state: Seed::without_logs(state, now),
        mails: state.outbox.newest(newest).collect(),
        events: events.collect(),
    };
    json_response(StatusCode::OK, &overview)
}
