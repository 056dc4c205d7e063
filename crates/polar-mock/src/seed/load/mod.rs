//! From a seed to a world.

mod people;
mod records;
mod scope;
mod seats;
mod sold;

use polar_types::{Container, CustomerId, MemberId, OrganizationId, ProductId, WebhookSecret};
use time::OffsetDateTime;
use uuid::Uuid;

use super::{
    SeedError,
    document::{self, Document},
    ledger::{Keys, Ledger},
};
use crate::{
    moment::Moment,
    world::{Holder, OrganizationRow, WebhookRow, World},
};

/// Fills a world, whose time is `now`.
pub(super) fn load(
    document: &Document,
    world: &mut World,
    now: OffsetDateTime,
) -> Result<(), SeedError> {
    if let Some(limit) = document.history {
        world.limit_history(limit);
    }
    let mut ledger = Ledger::default();
    let mut ending = Vec::new();
    for (index, entry) in document.organizations.iter().enumerate() {
        let place = format!("organizations[{index}]");
        let given = ledger.id(&place, entry.id)?;
        let id = OrganizationId::from(given.unwrap_or_else(|| world.random.uuid()));
        world.organizations.push(OrganizationRow {
            id,
            created_at: entry.created_at.map_or(now, |moment| moment.0),
            name: entry.name.clone(),
            slug: entry.slug.clone(),
            member_model: entry.member_model,
            seats_enabled: entry.seats_enabled,
        });
        Loader {
            world,
            ledger: &mut ledger,
            ending: &mut ending,
            now,
            organization: id,
            customers: Keys::of("customer"),
            members: Keys::of("member"),
            products: Keys::of("product"),
            subscriptions: Keys::of("subscription"),
            orders: Keys::of("order"),
            checkouts: Keys::of("checkout"),
            seats: Keys::of("seat"),
        }
        .fill(&place, entry)?;
    }
    ending.sort_by_key(|session| (session.end, session.nth));
    for session in ending {
        let Ending {
            token, holder, end, ..
        } = session;
        world.sessions.open(token, holder, end);
    }
    records::outbox(document, world)?;
    records::events(document, world)?;
    for (index, order) in document.faults.iter().enumerate() {
        let taken = world.faults.take(order);
        taken.map_err(|form| SeedError::new(format!("faults[{index}]"), form))?;
    }
    world.rates.set(document.rate_limits);
    world.rates.resume(&document.rate_counts);
    Ok(())
}

/// A session that ends. All of them are put into their order before they are opened.
struct Ending {
    end: OffsetDateTime,
    nth: usize,
    holder: Holder,
    token: String,
}

struct Loader<'a> {
    world: &'a mut World,
    ledger: &'a mut Ledger,
    ending: &'a mut Vec<Ending>,
    now: OffsetDateTime,
    organization: OrganizationId,
    customers: Keys<CustomerId>,
    members: Keys<MemberId>,
    products: Keys<ProductId>,
    subscriptions: Keys<Container>,
    orders: Keys<Container>,
    checkouts: Keys<()>,
    seats: Keys<()>,
}

impl Loader<'_> {
    fn fill(&mut self, place: &str, entry: &document::Organization) -> Result<(), SeedError> {
        let at = |list: &str, index: usize| format!("{place}.{list}[{index}]");
        for (index, token) in entry.tokens.iter().enumerate() {
            self.token(&at("tokens", index), token)?;
        }
        for (index, customer) in entry.customers.iter().enumerate() {
            self.customer(&at("customers", index), customer)?;
        }
        for (index, product) in entry.products.iter().enumerate() {
            self.product(&at("products", index), product)?;
        }
        for (index, subscription) in entry.subscriptions.iter().enumerate() {
            self.subscription(&at("subscriptions", index), subscription)?;
        }
        for (index, order) in entry.orders.iter().enumerate() {
            self.order(&at("orders", index), order)?;
        }
        for (index, checkout) in entry.checkouts.iter().enumerate() {
            self.checkout(&at("checkouts", index), checkout)?;
        }
        for (index, seat) in entry.seats.iter().enumerate() {
            self.seat(&at("seats", index), seat)?;
        }
        for (index, webhook) in entry.webhooks.iter().enumerate() {
            let secret = WebhookSecret::new(webhook.secret.0.as_str()).map_err(|error| {
                SeedError::new(format!("{}.secret", at("webhooks", index)), error)
            })?;
            self.world.webhooks.push(WebhookRow {
                organization: self.organization,
                url: webhook.url.clone(),
                secret,
            });
        }
        Ok(())
    }

    fn id<T: From<Uuid>>(&mut self, place: &str, id: Option<Uuid>) -> Result<T, SeedError> {
        let id = self.ledger.id(place, id)?;
        Ok(T::from(id.unwrap_or_else(|| self.world.random.uuid())))
    }
    /// A time that is given, or that of the start.
    fn time(&self, given: Option<Moment>) -> OffsetDateTime {
        given.map_or(self.now, |moment| moment.0)
    }
}
