use bytes::Bytes;
use http::{Response, StatusCode};
use serde::Serialize;

use super::{refuse, reply};
use crate::{fault::FaultOrder, world::World};

/// Orders faults: for the next exchanges, or for one in so many.
pub(super) fn order(world: &mut World, body: &Bytes) -> Response<Bytes> {
    let order = serde_json::from_slice(body).map_err(|_| FaultOrder::FORM);
    match order.and_then(|order| world.faults.take(&order)) {
        Ok(()) => reply(StatusCode::OK, &Done { ordered: true }),
        Err(form) => refuse(StatusCode::UNPROCESSABLE_ENTITY, form),
    }
}

/// Takes back what was ordered and has not happened yet.
pub(super) fn clear(world: &mut World) -> Response<Bytes> {
    world.faults.clear();
    reply(StatusCode::OK, &Done { ordered: false })
}

#[derive(Serialize)]
struct Done {
    ordered: bool,
}
