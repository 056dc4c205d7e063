use crate::{
    moment::Moment,
    seed::document::{Event, Mail},
    world::World,
};

/// The mails that were sent.
pub(super) fn outbox(world: &World) -> Vec<Mail> {
    let mails = world.outbox.iter();
    mails
        .filter_map(|mail| {
            Some(Mail {
                seat_id: mail.seat_id,
                email: mail.email.clone(),
                invitation_token: mail.invitation_token.expose().into(),
                // The mock's own times are all moments.
                expires_at: Moment(mail.expires_at.instant()?),
                sent_at: Moment(mail.sent_at.instant()?),
            })
        })
        .collect()
}

/// The events that were raised.
pub(super) fn events(world: &World) -> Vec<Event> {
    let waiting = world.events.since(world.delivered).count();
    let delivered = world.events.iter().len().saturating_sub(waiting);
    let events = world.events.iter().enumerate();
    events
        .filter_map(|(index, event)| {
            Some(Event {
                kind: event.kind.to_owned(),
                raised_at: Moment(event.timestamp.instant()?),
                data: event.data.clone(),
                delivered: index < delivered,
            })
        })
        .collect()
}
