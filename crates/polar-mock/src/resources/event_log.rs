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
    pub(super) id: Uuid,
    pub(super) organization: OrganizationId,
    pub(super) timestamp: OffsetDateTime,
    pub(super) ingested_at: OffsetDateTime,
    pub(super) name: String,
    pub(super) is_system: bool,
    pub(super) customer: Option<Uuid>,
    pub(super) external_customer: Option<String>,
    /// The ids of the member as they were sent: Polar's, and the application's.
    pub(super) member: [Json; 2],
    pub(super) metadata: Json,
    pub(super) parent: Option<Uuid>,
    /// Whether all its ancestors have arrived. Until then, Polar does not show it.
    pub(super) is_complete: bool,
}

impl Event {
    /// Returns an event that the account records now, about no one.
    pub(super) fn new(account: &mut Account<'_>, name: &str, metadata: &Json) -> Self {
        Self {
            id: account.new_id(),
            organization: account.organization,
            timestamp: account.now,
            ingested_at: account.now,
            name: name.to_owned(),
            is_system: true,
            customer: None,
            external_customer: None,
            member: [Json::Null, Json::Null],
            metadata: metadata.stored(),
            parent: None,
            is_complete: true,
        }
    }

    /// Returns the source of the event, as the API names it.
    pub(super) fn source(&self) -> &'static str {
        if self.is_system { "system" } else { "user" }
    }

    /// Whether it is an event about a meter that Polar recorded under this name.
    pub(super) fn is_about_meter(&self, name: &str, meter: Uuid) -> bool {
        self.is_system && self.name == name && self.metadata.id("meter_id") == Some(meter)
    }
}

/// A text of an application, such as its own id of an event or customer.
type ExternalId = (OrganizationId, String);

/// All events. A place is the number of events before one.
#[derive(Debug, Default)]
pub(crate) struct EventLog {
    events: Vec<Event>,
    places: HashMap<Uuid, usize>,
    external_ids: HashMap<ExternalId, Uuid>,
    of_customers: HashMap<Uuid, Vec<usize>>,
    of_external_customers: HashMap<ExternalId, Vec<usize>>,
    children: HashMap<Uuid, Vec<Uuid>>,
    /// Events whose parent has not arrived, by its id or external id.
    waiting: HashMap<ExternalId, Vec<Uuid>>,
}

impl EventLog {
    /// Adds an event, unless there is one with the same external id. `parent` is the id or the
    /// external id of its parent, which may arrive later.
    pub(super) fn add(
        &mut self,
        mut event: Event,
        external_id: Option<&str>,
        parent: Option<&str>,
    ) -> bool {
        let (id, place, organization) = (event.id, self.events.len(), event.organization);
        let external = |text: &str| (organization, text.to_owned());
        if let Some(external_id) = external_id.map(external) {
            if self.external_ids.contains_key(&external_id) {
                return false;
            }
            self.external_ids.insert(external_id, id);
        }
        if let Some(parent) = parent {
            let known = self.external_ids.get(&external(parent)).copied();
            let known = known.or_else(|| Uuid::parse_str(parent).ok());
            let known = known.filter(|known| {
                let parent = self.get(*known);
                parent.is_some_and(|parent| parent.organization == organization)
            });
            match known {
                Some(known) => self.children.entry(known).or_default().push(id),
                None => self.waiting.entry(external(parent)).or_default().push(id),
            }
            event.parent = known;
        }
        let above = event.parent.and_then(|parent| self.get(parent));
        event.is_complete = above.map_or(parent.is_none(), |above| above.is_complete);
        if let Some(customer) = event.customer {
            self.of_customers.entry(customer).or_default().push(place);
        }
        if let Some(customer) = event.external_customer.as_deref().map(external) {
            let places = self.of_external_customers.entry(customer).or_default();
            places.push(place);
        }
        self.places.insert(id, place);
        let is_complete = event.is_complete;
        self.events.push(event);
        for text in external_id.into_iter().chain([id.to_string().as_str()]) {
            for child in self.waiting.remove(&external(text)).unwrap_or_default() {
                self.update(child, |child| child.parent = Some(id));
                self.children.entry(id).or_default().push(child);
            }
        }
        if is_complete {
            for descendant in self.descendants(id) {
                self.update(descendant, |event| event.is_complete = true);
            }
        }
        true
    }

    fn update(&mut self, id: Uuid, change: impl FnOnce(&mut Event)) {
        let place = self.places.get(&id);
        if let Some(event) = place.and_then(|place| self.events.get_mut(*place)) {
            change(event);
        }
    }

    pub(super) fn get(&self, id: Uuid) -> Option<&Event> {
        self.events.get(*self.places.get(&id)?)
    }

    pub(super) fn at(&self, place: usize) -> Option<&Event> {
        self.events.get(place)
    }

    pub(super) fn len(&self) -> usize {
        self.events.len()
    }

    /// Returns the complete events of an organization and their places.
    pub(super) fn of(&self, organization: OrganizationId) -> impl Iterator<Item = (usize, &Event)> {
        let all = self.events.iter().enumerate();
        all.filter(move |(_, event)| event.organization == organization && event.is_complete)
    }

    /// Returns the events of a customer, by both of its ids, and their places.
    pub(super) fn of_customer(
        &self,
        id: Uuid,
        external_id: Option<ExternalId>,
    ) -> impl Iterator<Item = (usize, &Event)> + Clone {
        let external = external_id.and_then(|id| self.of_external_customers.get(&id));
        let places = self.of_customers.get(&id).into_iter().chain(external);
        let events = places.flatten().map(|place| (*place, self.at(*place)));
        events.filter_map(|(place, event)| Some((place, event.filter(|one| one.is_complete)?)))
    }

    /// Returns the events below an event.
    pub(super) fn descendants(&self, id: Uuid) -> Vec<Uuid> {
        let mut all = Vec::new();
        let mut next = vec![id];
        while let Some(id) = next.pop() {
            let children = self.children.get(&id).into_iter().flatten();
            all.extend(children.clone());
            next.extend(children);
        }
        all
    }

    /// Returns the number of events above an event, up to and including another or the first.
    pub(super) fn depth(&self, event: &Event, ancestor: Option<Uuid>) -> Option<usize> {
        let mut parents = std::iter::successors(event.parent, |id| self.get(*id)?.parent);
        match ancestor {
            None => Some(parents.count()),
            Some(ancestor) => parents.position(|id| id == ancestor).map(|index| index + 1),
        }
    }
}
