use polar_types::{Container, InvitationToken, OrganizationId, Seat};

use crate::{
    seed::{SeedError, document::Document},
    world::{EventKind, Mail, RecordedEvent, World},
};

/// Puts mails into the outbox, as if they had been sent.
pub(super) fn outbox(document: &Document, world: &mut World) -> Result<(), SeedError> {
    for (index, entry) in document.outbox.iter().enumerate() {
        let place = format!("outbox[{index}].invitation_token");
        let token = InvitationToken::new(entry.invitation_token.0.as_str())
            .map_err(|error| SeedError::new(place, error))?;
        world.outbox.push(Mail {
            seat_id: entry.seat_id,
            email: entry.email.clone(),
            invitation_token: token,
            expires_at: entry.expires_at.0.into(),
            sent_at: entry.sent_at.0.into(),
        });
    }
    Ok(())
}

/// Puts events into the list, as if they had been raised.
pub(super) fn events(document: &Document, world: &mut World) -> Result<(), SeedError> {
    for (index, entry) in document.events.iter().enumerate() {
        let place = format!("events[{index}]");
        let kinds = EventKind::ALL.map(EventKind::name);
        let kind = kinds.into_iter().find(|name| *name == entry.kind);
        let kind = kind.ok_or_else(|| {
            let problem = format!("it must be one of {}", kinds.join(", "));
            SeedError::new(format!("{place}.type"), problem)
        })?;
        let organization = seller(world, &entry.data).ok_or_else(|| {
            let problem = "its subscription or order is none of this seed";
            SeedError::new(format!("{place}.data"), problem)
        })?;
        if entry.delivered && world.delivered < world.events.end() {
            let problem = "events are delivered one after the other, and one before it was not";
            return Err(SeedError::new(format!("{place}.delivered"), problem));
        }
        world.events.push(RecordedEvent {
            kind,
            data: entry.data.clone(),
            timestamp: entry.raised_at.0.into(),
            organization,
        });
        if entry.delivered {
            world.delivered = world.events.end();
        }
    }
    Ok(())
}

/// Who sold a seat.
fn seller(world: &World, seat: &Seat) -> Option<OrganizationId> {
    let subscription = seat.subscription_id.map(Container::Subscription);
    let container = subscription.or(seat.order_id.map(Container::Order))?;
    world.sale(container).map(|sale| sale.organization)
}
