//! Saves a state as a seed.

mod documents;
mod logs;

use std::collections::{BTreeMap, HashMap};

use polar_types::{Container, CustomerId, MemberRole, OrganizationId, RawJson, SeatStatus};
use time::OffsetDateTime;
use uuid::Uuid;

use super::{
    document::{
        self, Checkout, Customer, Document, Member, Nullable, Order, Organization, Product, Role,
        Seat, Session, Subscription, Token, Webhook,
    },
    usage::Usage,
};
use crate::{
    clock::SeedTime,
    json::Json,
    state::{CustomerRow, Holder, MemberRow, OrganizationRow, PurchaseRow, SeatRow, State},
};

/// Writes a state, whose time is `now`, as a seed.
pub(super) fn save(state: &State, now: OffsetDateTime) -> Document {
    let mut document = save_without_logs(state, now);
    for (row, entry) in state.organizations.iter().zip(&mut document.organizations) {
        entry.documents = documents::documents(state, row.id);
    }
    document.usage = Usage::of(&state.usage);
    document.outbox = logs::outbox(state);
    document.events = logs::events(state);
    document
}

/// Writes a state without its documents, usage, mails and events.
pub(super) fn save_without_logs(state: &State, now: OffsetDateTime) -> Document {
    let mut members: HashMap<_, Vec<_>> = HashMap::new();
    for row in &state.members {
        members.entry(row.customer).or_default().push(row);
    }
    let sessions = sessions(state, now);
    let organizations = state.organizations.iter();
    Document {
        now: Some(SeedTime(now)),
        random: Some(state.random.state()),
        history: Some(state.outbox.limit()),
        rate_limits: state.rates.limits(),
        organizations: organizations
            .map(|row| Saver::new(state, &members, &sessions, row.id).organization(row))
            .collect(),
        outbox: Vec::new(),
        events: Vec::new(),
        faults: state.faults.specs(),
        rate_counts: state.rates.counts(now),
        declines: state.declines.iter().collect(),
        usage: Usage::default(),
    }
}

/// Saves one organization.
struct Saver<'a> {
    state: &'a State,
    members: &'a HashMap<CustomerId, Vec<&'a MemberRow>>,
    sessions: &'a HashMap<Holder, Vec<Session>>,
    id: OrganizationId,
    /// The keys of the rows that other entries refer to: kind and number, such as `member-2`.
    keys: HashMap<Uuid, String>,
}

impl<'a> Saver<'a> {
    fn new(
        state: &'a State,
        members: &'a HashMap<CustomerId, Vec<&'a MemberRow>>,
        sessions: &'a HashMap<Holder, Vec<Session>>,
        id: OrganizationId,
    ) -> Self {
        let mut saver = Self {
            state,
            members,
            sessions,
            id,
            keys: HashMap::new(),
        };
        let customers = saver.own(&state.customers, |row| row.organization);
        let products = saver.own(&state.products, |row| row.organization);
        let (subscriptions, orders): (Vec<_>, Vec<_>) = saver
            .own(&state.purchases, |row| row.organization)
            .map(|row| row.id)
            .partition(|id| id.subscription_id().is_some());
        let customers: Vec<CustomerId> = customers.map(|row| row.id).collect();
        let members = customers.iter().flat_map(|id| saver.members_of(*id));
        let keys = numbered("customer", customers.iter().map(CustomerId::as_uuid))
            .chain(numbered("member", members.map(|row| row.id.as_uuid())))
            .chain(numbered("product", products.map(|row| row.id.as_uuid())))
            .chain(numbered(
                "subscription",
                subscriptions.iter().map(Container::as_uuid),
            ))
            .chain(numbered("order", orders.iter().map(Container::as_uuid)))
            .collect();
        saver.keys = keys;
        saver
    }

    fn organization(&self, row: &OrganizationRow) -> Organization {
        let state = self.state;
        let purchases = || self.own(&state.purchases, |row| row.organization);
        Organization {
            id: Some(row.id.into()),
            name: row.name.clone(),
            slug: row.slug.clone(),
            member_model: row.member_model,
            seats_enabled: row.seats_enabled,
            created_at: Some(SeedTime(row.created_at)),
            tokens: self
                .own(&state.access, |row| row.organization)
                .map(|row| Token {
                    token: row.token.as_str().into(),
                    scopes: row.scopes.clone(),
                })
                .collect(),
            customers: self
                .own(&state.customers, |row| row.organization)
                .map(|row| self.customer(row))
                .collect(),
            products: self
                .own(&state.products, |row| row.organization)
                .map(|row| Product {
                    key: self.key(row.id.as_uuid()),
                    id: Some(row.id.into()),
                    name: row.name.clone(),
                    created_at: Some(SeedTime(row.created_at)),
                })
                .collect(),
            subscriptions: purchases()
                .filter_map(|row| self.subscription(row))
                .collect(),
            orders: purchases().filter_map(|row| self.order(row)).collect(),
            checkouts: self
                .own(&state.checkouts, |row| row.organization)
                .zip(1_u64..)
                .map(|(row, number)| Checkout {
                    key: format!("checkout-{number}"),
                    id: Some(row.id.into()),
                    subscription: row.produced.and_then(|id| self.subscription_key(id)),
                    order: row.produced.and_then(|id| self.order_key(id)),
                })
                .collect(),
            // Their order decides which revoked seat is reused first.
            seats: state
                .seats
                .iter()
                .filter(|row| self.keys.contains_key(&row.container.as_uuid()))
                .zip(1_u64..)
                .map(|(row, number)| self.seat(row, number))
                .collect(),
            webhooks: self
                .own(&state.webhooks, |row| row.organization)
                .map(|row| Webhook {
                    id: Some(row.id),
                    url: row.url.clone(),
                    secret: row.secret.expose().into(),
                    name: row.name.clone(),
                    events: row.events.clone(),
                    enabled: row.enabled,
                    created_at: Some(SeedTime(row.created_at)),
                    modified_at: row.modified_at.map(SeedTime),
                })
                .collect(),
            documents: BTreeMap::new(),
        }
    }

    fn customer(&self, row: &CustomerRow) -> Customer {
        let members = self.members_of(row.id).map(|row| self.member(row));
        Customer {
            key: self.key(row.id.as_uuid()),
            id: Some(row.id.into()),
            email: row.email.clone(),
            external_id: row.external_id.clone(),
            name: row.name.clone(),
            session_token: None,
            sessions: self.sessions_of(Holder::Customer(row.id)),
            members: members.collect(),
        }
    }

    fn member(&self, row: &MemberRow) -> Member {
        Member {
            key: self.key(row.id.as_uuid()),
            id: Some(row.id.into()),
            email: row.email.clone(),
            external_id: row.external_id.clone(),
            name: row.name.clone(),
            role: match row.role {
                MemberRole::Owner => Role::Owner,
                MemberRole::BillingManager => Role::BillingManager,
                // A role that is unknown to Polar has the permissions of this one.
                _ => Role::Member,
            },
            created_at: Some(SeedTime(row.created_at)),
            modified_at: row.modified_at.map(SeedTime),
            session_token: None,
            sessions: self.sessions_of(Holder::Member(row.id)),
        }
    }

    fn subscription(&self, row: &PurchaseRow) -> Option<Subscription> {
        Some(Subscription {
            key: self.subscription_key(row.id)?,
            id: Some(row.id.as_uuid()),
            product: self.key(row.product?.as_uuid()),
            customer: self.key(row.customer.as_uuid()),
            seats: row.seats,
            created_at: Some(SeedTime(row.created_at)),
        })
    }

    fn order(&self, row: &PurchaseRow) -> Option<Order> {
        Some(Order {
            key: self.order_key(row.id)?,
            id: Some(row.id.as_uuid()),
            product: row.product.map(|id| self.key(id.as_uuid())),
            customer: self.key(row.customer.as_uuid()),
            seats: row.seats,
            status: row.payment,
            created_at: Some(SeedTime(row.created_at)),
        })
    }

    fn seat(&self, row: &SeatRow, number: u64) -> Seat {
        let time = |time: Option<_>| Nullable::from(time.map(SeedTime));
        Seat {
            key: format!("seat-{number}"),
            id: Some(row.id.into()),
            subscription: self.subscription_key(row.container),
            order: self.order_key(row.container),
            email: row.email.clone(),
            customer: row.customer.map(|id| self.key(id.as_uuid())),
            member: row.member.map(|id| self.key(id.as_uuid())),
            status: match row.status {
                SeatStatus::Claimed => document::SeatStatus::Claimed,
                SeatStatus::Revoked => document::SeatStatus::Revoked,
                // The mock sets no other status.
                _ => document::SeatStatus::Pending,
            },
            invitation_token: row.invitation_token.as_deref().map(Into::into),
            metadata: metadata(&row.metadata),
            created_at: Some(SeedTime(row.created_at)),
            modified_at: time(row.modified_at),
            invitation_token_expires_at: time(row.invitation_token_expires_at),
            claimed_at: time(row.claimed_at),
            revoked_at: time(row.revoked_at),
        }
    }

    fn own<T>(
        &self,
        rows: &'a [T],
        organization: fn(&T) -> OrganizationId,
    ) -> impl Iterator<Item = &'a T> + use<'a, T> {
        let id = self.id;
        rows.iter().filter(move |row| organization(row) == id)
    }

    fn members_of(&self, customer: CustomerId) -> impl Iterator<Item = &'a MemberRow> + use<'a> {
        self.members.get(&customer).into_iter().flatten().copied()
    }

    fn sessions_of(&self, holder: Holder) -> Vec<Session> {
        self.sessions.get(&holder).cloned().unwrap_or_default()
    }

    /// Returns the key of a row. One that was deleted has none, and is referred to by its id.
    fn key(&self, id: Uuid) -> String {
        let key = self.keys.get(&id).cloned();
        key.unwrap_or_else(|| id.to_string())
    }

    fn subscription_key(&self, id: Container) -> Option<String> {
        id.subscription_id().map(|id| self.key(id.as_uuid()))
    }

    fn order_key(&self, id: Container) -> Option<String> {
        id.order_id().map(|id| self.key(id.as_uuid()))
    }
}

fn numbered(kind: &str, ids: impl Iterator<Item = Uuid>) -> impl Iterator<Item = (Uuid, String)> {
    ids.zip(1_u64..)
        .map(move |(id, number)| (id, format!("{kind}-{number}")))
}

/// Returns the sessions that have not expired, by holder.
fn sessions(state: &State, now: OffsetDateTime) -> HashMap<Holder, Vec<Session>> {
    let mut sessions: HashMap<_, Vec<_>> = HashMap::new();
    for row in &state.sessions.permanent {
        sessions.entry(row.holder).or_default().push(Session {
            token: row.token.as_str().into(),
            expires_at: None,
            nth: 0,
        });
    }
    let (mut last, mut nth) = (None, 0);
    for row in state.sessions.expiring.iter() {
        if row.expires_at <= now {
            continue;
        }
        // The oldest are evicted first, and several can expire at the same time.
        nth = if last == Some(row.expires_at) {
            nth + 1
        } else {
            0
        };
        last = Some(row.expires_at);
        sessions.entry(row.holder).or_default().push(Session {
            token: row.token.as_str().into(),
            expires_at: Some(SeedTime(row.expires_at)),
            nth,
        });
    }
    sessions
}

/// Returns metadata as it was sent: as the database writes it, it can exceed the size limit.
fn metadata(metadata: &Json) -> Option<RawJson> {
    if *metadata == Json::EMPTY {
        return None;
    }
    RawJson::from_json(metadata.to_text()?).ok()
}
