use std::time::Duration;

use bytes::Bytes;
use http::{Response, StatusCode};
use serde::{Deserialize, Serialize};

use super::{refuse, reply};
use crate::{MockFault, world::World};

/// Orders faults: for the next exchanges, or for one in so many.
pub(super) fn order(world: &mut World, body: &Bytes) -> Response<Bytes> {
    let Ok(order) = serde_json::from_slice::<Order>(body) else {
        return refuse(StatusCode::UNPROCESSABLE_ENTITY, FORM);
    };
    let fault = order.fault.with(order.seconds);
    match (order.next, order.one_in) {
        (Some(count), None) if order.seed.is_none() && count <= MOST => {
            world.faults.order(count, fault);
        }
        (None, Some(one_in)) if one_in > 0 => {
            world
                .faults
                .order_one_in(one_in, order.seed.unwrap_or_default(), fault);
        }
        _ => return refuse(StatusCode::UNPROCESSABLE_ENTITY, FORM),
    }
    reply(StatusCode::OK, &Done { ordered: true })
}

/// Takes back what was ordered and has not happened yet.
pub(super) fn clear(world: &mut World) -> Response<Bytes> {
    world.faults.clear();
    reply(StatusCode::OK, &Done { ordered: false })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Order {
    fault: Kind,
    seconds: Option<u32>,
    next: Option<usize>,
    one_in: Option<u64>,
    seed: Option<u64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    RateLimited,
    Unavailable,
    Delayed,
    RequestLost,
    AnswerLost,
    AnswerCut,
}

impl Kind {
    fn with(&self, seconds: Option<u32>) -> MockFault {
        match self {
            Self::RateLimited => MockFault::RateLimited {
                retry_after: seconds.unwrap_or(RETRY_AFTER),
            },
            Self::Delayed => {
                MockFault::Delayed(Duration::from_secs(seconds.unwrap_or(DELAY).into()))
            }
            Self::Unavailable => MockFault::Unavailable,
            Self::RequestLost => MockFault::RequestLost,
            Self::AnswerLost => MockFault::AnswerLost,
            Self::AnswerCut => MockFault::AnswerCut,
        }
    }
}

#[derive(Serialize)]
struct Done {
    ordered: bool,
}

/// The window that Polar was observed to name.
const RETRY_AFTER: u32 = 60;
const DELAY: u32 = 1;
const MOST: usize = 1_000_000;
const FORM: &str = "the body must be {\"fault\": F, \"next\": N} or {\"fault\": F, \"one_in\": N, \
    \"seed\"?: S}, with \"seconds\"?: S, and F one of rate_limited, unavailable, delayed, \
    request_lost, answer_lost, answer_cut";
