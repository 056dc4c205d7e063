//! The events of usage, in the order in which they arrived.

use std::collections::HashMap;

use polar_types::OrganizationId;
use time::OffsetDateTime;
use uuid::Uuid;

use super::Account;
use crate::json::Json;

/// An event that an application sent, or that Polar recorded itself.
#[derive(Debug)]
pub(crate) struct Event {
    pub(crate) id: Uuid,
    pub(crate) organization: OrganizationId,
    pub(crate) timestamp: OffsetDateTime,
    pub(crate) ingested_at: OffsetDateTime,
    pub(crate) name: String,
    pub(crate) source: &'static str,
    pub(crate) customer: Option<Uuid>,
    pub(crate) external_customer: Option<String>,
    /// The ids of the member as they were sent: Polar's, and the application's.
    pub(crate) member: [Json; 2],
    /// The id or external id of its parent, which may arrive later.
    pub(crate) parent: Option<String>,
    pub(crate) metadata: Json,
}

impl Event {
    /// Returns an event that Polar records now, about no one.
    pub(super) fn new(account: &mut Account<'_>, name: &str, metadata: &Json) -> Self {
        Self {
            id: account.new_id(),
            organization: account.organization,
            timestamp: account.now,
            ingested_at: account.now,
            name: name.to_owned(),
            source: "system",
            customer: None,
            external_customer: None,
            member: [Json::Null, Json::Null],
            parent: None,
            metadata: metadata.stored(),
        }
    }

    /// Whether Polar recorded it about a meter, under one of these names.
    pub(super) fn is_about_meter(&self, names: &[&str], meter: Uuid) -> bool {
        self.source == "system"
            && names.contains(&self.name.as_str())
            && self.metadata.id("meter_id") == Some(meter)
    }

    fn key(&self, external_id: &str) -> Key {
        Key::External(self.organization, external_id.to_owned())
    }
}

/// An id of an event or a customer: Polar's, or the application's.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) enum Key {
    Id(Uuid),
    External(OrganizationId, String),
}

/// All events. A place is the number of events before one.
#[derive(Debug, Default)]
pub(crate) struct EventLog {
    events: Vec<Event>,
    places: HashMap<Key, usize>,
    of_customers: HashMap<Key, Vec<usize>>,
}

impl EventLog {
    /// Adds an event, unless there is one with the same external id.
    pub(crate) fn add(&mut self, event: Event, external_id: Option<&str>) -> bool {
        let place = self.events.len();
        let external_id = external_id.map(|id| event.key(id));
        let is_known = |key| self.places.contains_key(key);
        if external_id.as_ref().is_some_and(is_known) {
            return false;
        }
        let ids = external_id.into_iter().chain([Key::Id(event.id)]);
        self.places.extend(ids.map(|id| (id, place)));
        let external = event.external_customer.as_deref();
        let external = external.map(|id| event.key(id));
        let customers = [event.customer.map(Key::Id), external];
        for customer in customers.into_iter().flatten() {
            self.of_customers.entry(customer).or_default().push(place);
        }
        self.events.push(event);
        true
    }

    /// Returns the events with their external ids, as they were [added](Self::add).
    pub(crate) fn added(&self) -> impl Iterator<Item = (&Event, Option<&str>)> {
        let external = self.places.iter().filter_map(|(key, place)| match key {
            Key::External(_, id) => Some((*place, id.as_str())),
            Key::Id(_) => None,
        });
        let external: HashMap<usize, &str> = external.collect();
        let events = self.events.iter().enumerate();
        events.map(move |(place, event)| (event, external.get(&place).copied()))
    }

    pub(super) fn at(&self, place: usize) -> Option<&Event> {
        self.events.get(place)
    }

    pub(super) fn len(&self) -> usize {
        self.events.len()
    }

    /// Returns the events above an event, its parent first; `None` if one has not arrived. Until
    /// then, Polar does not show the event.
    pub(super) fn ancestors<'e>(&'e self, event: &'e Event) -> Option<Vec<&'e Event>> {
        let (mut all, mut own) = (Vec::new(), event);
        while let Some(parent) = &own.parent {
            let key = event.key(parent);
            let id = || self.places.get(&Key::Id(Uuid::parse_str(parent).ok()?));
            let place = self.places.get(&key).or_else(id)?;
            let above = self.at(*place);
            own = above.filter(|one| one.organization == event.organization)?;
            all.push(own);
            if all.len() > MOST_ANCESTORS {
                return None;
            }
        }
        Some(all)
    }

    /// Returns the events of an organization that Polar shows, and their places.
    pub(super) fn of(&self, organization: OrganizationId) -> impl Iterator<Item = (usize, &Event)> {
        let own = move |event: &Event| event.organization == organization;
        let all = self.events.iter().enumerate();
        all.filter(move |(_, event)| own(event) && self.ancestors(event).is_some())
    }

    /// Returns the event with an id, if Polar shows it.
    pub(super) fn get(&self, id: Uuid) -> Option<&Event> {
        let event = self.at(*self.places.get(&Key::Id(id))?)?;
        self.ancestors(event).map(|_| event)
    }

    /// Returns the events of a customer, by both of its ids, and their places.
    pub(super) fn of_customer(
        &self,
        ids: impl IntoIterator<Item = Key>,
    ) -> impl Iterator<Item = (usize, &Event)> + Clone {
        let ids = ids.into_iter();
        let places: Vec<_> = ids.filter_map(|id| self.of_customers.get(&id)).collect();
        let places = places.into_iter().flatten();
        places.filter_map(|place| Some((*place, self.at(*place)?)))
    }
}

/// Events that name each other as parents never end.
const MOST_ANCESTORS: usize = 100;
