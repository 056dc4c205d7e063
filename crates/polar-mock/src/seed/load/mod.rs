//! Loads a seed into a state.

mod documents;
mod people;
mod purchases;
mod seats;

pub(super) use seats::seller;

use std::collections::{HashMap, HashSet};

use polar_types::{Container, CustomerId, MemberId, OrganizationId, ProductId, WebhookSecret};
use time::OffsetDateTime;
use uuid::Uuid;

use super::{
    SeedError,
    document::{self, Document},
};
use crate::{
    clock::SeedTime,
    state::{Holder, OrganizationRow, State, WebhookRow},
    token::Secret,
};

/// Fills a state, whose time is `now`.
pub(super) fn load(
    document: &Document,
    state: &mut State,
    now: OffsetDateTime,
) -> Result<(), SeedError> {
    if let Some(limit) = document.history {
        state.limit_history(limit);
    }
    let mut seen = SeenIds::default();
    let mut expiring = Vec::new();
    for (index, entry) in document.organizations.iter().enumerate() {
        let place = format!("organizations[{index}]");
        let given = seen.id(&place, entry.id)?;
        let id = OrganizationId::from(given.unwrap_or_else(|| state.random.uuid()));
        state.organizations.push(OrganizationRow {
            id,
            created_at: entry.created_at.map_or(now, |moment| moment.0),
            name: entry.name.clone(),
            slug: entry.slug.clone(),
            member_model: entry.member_model,
            seats_enabled: entry.seats_enabled,
        });
        Loader {
            state,
            seen: &mut seen,
            expiring: &mut expiring,
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
    expiring.sort_by_key(|session| (session.end, session.nth));
    for session in expiring {
        let ExpiringSession {
            token, holder, end, ..
        } = session;
        state.sessions.open(token, holder, end);
    }
    seats::outbox(document, state)?;
    seats::events(document, state)?;
    for (index, order) in document.faults.iter().enumerate() {
        let taken = state.faults.apply(order);
        taken.map_err(|form| SeedError::new(format!("faults[{index}]"), form))?;
    }
    document.usage.load(&mut state.usage)?;
    for (payer, count) in &document.declines {
        state.declines.set(*payer, *count);
    }
    state.rates.set(document.rate_limits);
    state.rates.resume(&document.rate_counts);
    Ok(())
}

/// A session that expires. All of them are sorted before they are opened.
struct ExpiringSession {
    end: OffsetDateTime,
    nth: usize,
    holder: Holder,
    token: String,
}

struct Loader<'a> {
    state: &'a mut State,
    seen: &'a mut SeenIds,
    expiring: &'a mut Vec<ExpiringSession>,
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
            let place = at("webhooks", index);
            let secret = WebhookSecret::new(webhook.secret.0.as_str())
                .map_err(|error| SeedError::new(format!("{place}.secret"), error))?;
            let id = self.id(&place, webhook.id)?;
            let created_at = self.time(webhook.created_at);
            self.state.webhooks.push(WebhookRow {
                modified_at: webhook.modified_at.map(|moment| moment.0),
                name: webhook.name.clone(),
                events: webhook.events.clone(),
                enabled: webhook.enabled,
                ..WebhookRow::new(id, created_at, self.organization, &*webhook.url, secret)
            });
        }
        self.documents(place, entry)?;
        Ok(())
    }

    fn id<T: From<Uuid>>(&mut self, place: &str, id: Option<Uuid>) -> Result<T, SeedError> {
        let id = self.seen.id(place, id)?;
        Ok(T::from(id.unwrap_or_else(|| self.state.random.uuid())))
    }
    /// Returns a time, which is the start by default.
    fn time(&self, given: Option<SeedTime>) -> OffsetDateTime {
        given.map_or(self.now, |moment| moment.0)
    }
}

/// The ids and tokens of a seed, which must be unique.
#[derive(Debug, Default)]
pub(super) struct SeenIds {
    ids: HashSet<Uuid>,
    tokens: HashSet<String>,
}

impl SeenIds {
    pub(super) fn id(&mut self, place: &str, id: Option<Uuid>) -> Result<Option<Uuid>, SeedError> {
        match id {
            Some(id) if !self.ids.insert(id) => Err(SeedError::new(
                format!("{place}.id"),
                format!("{id} is used twice"),
            )),
            id => Ok(id),
        }
    }

    pub(super) fn token(&mut self, place: &str, token: &Secret) -> Result<String, SeedError> {
        if token.0.is_empty() {
            return Err(SeedError::new(place, "a token cannot be empty"));
        }
        if !self.tokens.insert(token.0.clone()) {
            return Err(SeedError::new(place, "this token is used twice"));
        }
        Ok(token.0.clone())
    }
}

/// The entries of one kind of an organization, by key.
#[derive(Debug)]
pub(super) struct Keys<T> {
    kind: &'static str,
    known: HashMap<String, T>,
}

impl<T: Clone> Keys<T> {
    pub(super) fn of(kind: &'static str) -> Self {
        Self {
            kind,
            known: HashMap::new(),
        }
    }

    pub(super) fn add(&mut self, place: &str, key: &str, entry: T) -> Result<(), SeedError> {
        if self.known.insert(key.to_owned(), entry).is_some() {
            let problem = format!("two {}s have the key {key:?}", self.kind);
            return Err(SeedError::new(format!("{place}.key"), problem));
        }
        Ok(())
    }

    /// Returns the id of an entry, or the id that is its key: that of one that was deleted.
    pub(super) fn id(&self, place: &str, key: &str) -> Result<T, SeedError>
    where
        T: From<Uuid>,
    {
        let entry = self.get(place, key);
        entry.or_else(|error| Uuid::parse_str(key).map(T::from).map_err(|_| error))
    }

    pub(super) fn get(&self, place: &str, key: &str) -> Result<T, SeedError> {
        self.known
            .get(key)
            .cloned()
            .ok_or_else(|| SeedError::new(place, format!("no {} has the key {key:?}", self.kind)))
    }
}
