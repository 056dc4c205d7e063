use polar_types::{RawJson, SeatStatus};

use super::{keys::Keys, sold::container};
use crate::{
    json::Json,
    moment::Moment,
    seed::document::{self, Seat},
    world::{SeatRow, World},
};

/// The seats of an organisation, each as the row that it is. Their order decides which revoked one
/// is taken first.
pub(super) fn save(world: &World, keys: &Keys) -> Vec<Seat> {
    let own = world
        .seats
        .iter()
        .filter(|row| keys.has_sale(row.container));
    own.zip(1_u64..)
        .map(|(row, number)| seat(keys, row, number))
        .collect()
}

fn seat(keys: &Keys, row: &SeatRow, number: u64) -> Seat {
    let (subscription, order) = container(keys, Some(row.container));
    let moment = |time: Option<_>| time.map(Moment).into();
    Seat {
        key: format!("seat-{number}"),
        id: Some(row.id.into()),
        subscription,
        order,
        email: row.email.clone(),
        customer: row.customer.map(|id| keys.customer(id)),
        member: row.member.map(|id| keys.member(id)),
        status: match row.status {
            SeatStatus::Claimed => document::SeatStatus::Claimed,
            SeatStatus::Revoked => document::SeatStatus::Revoked,
            // The mock makes no others.
            _ => document::SeatStatus::Pending,
        },
        invitation_token: row.invitation_token.as_deref().map(Into::into),
        metadata: metadata(&row.metadata),
        created_at: Some(Moment(row.created_at)),
        modified_at: moment(row.modified_at),
        invitation_token_expires_at: moment(row.invitation_token_expires_at),
        claimed_at: moment(row.claimed_at),
        revoked_at: moment(row.revoked_at),
    }
}

/// As it was sent: the database's own spelling of it may be longer than what may be sent.
fn metadata(metadata: &Json) -> Option<RawJson> {
    if *metadata == Json::EMPTY {
        return None;
    }
    RawJson::from_json(metadata.to_text()?).ok()
}
