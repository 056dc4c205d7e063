//! The mails and events.

use polar_types::RawJson;

use crate::{
    clock::SeedTime,
    seed::{
        document::{Event, Mail},
        load::seller,
    },
    state::State,
};

pub(super) fn outbox(state: &State) -> Vec<Mail> {
    let mails = state.outbox.iter();
    mails
        .filter_map(|mail| {
            Some(Mail {
                seat_id: mail.seat_id,
                email: mail.email.clone(),
                invitation_token: mail.invitation_token.expose().into(),
                expires_at: SeedTime(mail.expires_at.to_utc()?),
                sent_at: SeedTime(mail.sent_at.to_utc()?),
            })
        })
        .collect()
}

pub(super) fn events(state: &State) -> Vec<Event> {
    let waiting = state.events.since(state.delivered).count();
    let delivered = state.events.iter().len().saturating_sub(waiting);
    let events = state.events.iter().enumerate();
    events
        .filter_map(|(index, event)| {
            let seat = event.seat();
            let seller = seat.as_ref().and_then(|seat| seller(state, seat));
            let organization = Some(event.organization).filter(|own| seller != Some(*own));
            Some(Event {
                kind: event.kind.clone().into_owned(),
                raised_at: SeedTime(event.timestamp.to_utc()?),
                // The event of a seed can leave out what a seat has.
                data: seat
                    .and_then(|seat| RawJson::from_serialize(&seat).ok())
                    .unwrap_or_else(|| event.data.clone()),
                organization: organization.map(Into::into),
                delivered: index < delivered,
            })
        })
        .collect()
}
