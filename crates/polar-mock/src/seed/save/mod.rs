//! From a world to a seed.

mod customers;
mod keys;
mod people;
mod records;
mod seats;
mod sold;

use polar_types::OrganizationId;
use time::OffsetDateTime;

use super::document::{Document, Organization, Token, Webhook};
use crate::{
    moment::Moment,
    world::{OrganizationRow, World},
};
use keys::Keys;
use people::People;

/// Writes a world down, whose time is `now`.
pub(super) fn save(world: &World, now: OffsetDateTime) -> Document {
    let people = People::of(world, now);
    let organizations = world.organizations.iter();
    Document {
        now: Some(Moment(now)),
        random: Some(world.random.state()),
        history: Some(world.outbox.limit()),
        rate_limits: world.rates.limits(),
        organizations: organizations
            .map(|row| organization(world, &people, row))
            .collect(),
        outbox: records::outbox(world),
        events: records::events(world),
        faults: world.faults.orders(),
        rate_counts: world.rates.counts(now),
    }
}

fn organization(world: &World, people: &People<'_>, row: &OrganizationRow) -> Organization {
    let keys = Keys::of(world, people, row.id);
    Organization {
        id: Some(row.id.into()),
        name: row.name.clone(),
        slug: row.slug.clone(),
        member_model: row.member_model,
        seats_enabled: row.seats_enabled,
        created_at: Some(Moment(row.created_at)),
        tokens: tokens(world, row.id),
        customers: customers::save(world, people, &keys, row.id),
        products: sold::products(world, &keys, row.id),
        subscriptions: sold::subscriptions(world, &keys, row.id),
        orders: sold::orders(world, &keys, row.id),
        checkouts: sold::checkouts(world, &keys, row.id),
        seats: seats::save(world, &keys),
        webhooks: webhooks(world, row.id),
    }
}

fn tokens(world: &World, organization: OrganizationId) -> Vec<Token> {
    let own = world
        .access
        .iter()
        .filter(|row| row.organization == organization);
    own.map(|row| Token {
        token: row.token.as_str().into(),
        scopes: row.scopes.clone(),
    })
    .collect()
}

fn webhooks(world: &World, organization: OrganizationId) -> Vec<Webhook> {
    let own = world
        .webhooks
        .iter()
        .filter(|row| row.organization == organization);
    own.map(|row| Webhook {
        url: row.url.clone(),
        secret: row.secret.expose().into(),
    })
    .collect()
}
