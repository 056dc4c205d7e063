use bytes::Bytes;
use http::{Response, StatusCode};
use polar_types::Timestamp;
use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};

use super::{refuse, reply};
use crate::world::World;

/// Moves the clock forward, for good.
pub(super) fn advance(world: &mut World, body: &Bytes, now: OffsetDateTime) -> Response<Bytes> {
    let Ok(Advance { advance_seconds }) = serde_json::from_slice(body) else {
        let detail = "the body must be {\"advance_seconds\": N}, N a whole number, 0 or more";
        return refuse(StatusCode::UNPROCESSABLE_ENTITY, detail);
    };
    let advance = i64::try_from(advance_seconds).map(Duration::seconds).ok();
    if !advance.is_some_and(|advance| world.shift.advance(advance, now)) {
        return refuse(
            StatusCode::UNPROCESSABLE_ENTITY,
            "the clock ends with the year 9998",
        );
    }
    let advanced = now + advance.unwrap_or_default();
    reply(
        StatusCode::OK,
        &Now {
            now: advanced.into(),
        },
    )
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Advance {
    advance_seconds: u64,
}

#[derive(Serialize)]
struct Now {
    now: Timestamp,
}
