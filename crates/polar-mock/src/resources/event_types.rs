//! The types of events: their names, and the labels that an organization gives them.

use std::collections::{BTreeMap, HashSet};

use uuid::Uuid;

use super::{
    Account, Call, Document, Kind, Rule, aggregations::nested, event_log::Event, list::as_text,
};
use crate::json::Json;

pub(super) const RULES: &[(&str, Rule)] = &[
    ("event-types:list", |call| {
        let mut events = call.selected_events();
        let parent = call.query_id("parent_id");
        let is_root = call.query("root_events") == Some(&Json::Bool(true));
        events.retain(|(_, event)| {
            (!is_root || event.parent.is_none()) && (parent.is_none() || event.parent == parent)
        });
        let query = call.query_text("query").unwrap_or_default().to_lowercase();
        let types = call.event_statistics(events).into_iter().map(|statistics| {
            let stored = call.event_type(statistics.text("name").unwrap_or_default());
            let keys = ["id", "created_at", "modified_at", "label_property_selector"];
            let known = stored.map_or(Json::EMPTY, Document::view);
            let organization = Uuid::from(call.organization);
            Json::object(keys.map(|key| (key, known.value(key))))
                .and(Json::object([("organization_id", organization.into())]))
                .and(statistics)
        });
        let is_found = |one: &Json| {
            let texts = ["name", "label"].map(|key| one.text(key).unwrap_or_default());
            texts
                .iter()
                .any(|text| text.to_lowercase().contains(&query))
        };
        call.page_by(types.filter(is_found).collect(), |_, _, _| Some(true))
    }),
    ("event-types:update", |call| {
        let id = call.id(0)?;
        call.document(Kind::EventType, id)?;
        let body = call.body.clone();
        let changed = call.change(Kind::EventType, id, |fields| {
            fields.set("label", body.text("label").unwrap_or_default().trim());
            let selector = body.text("label_property_selector").map(str::trim);
            fields.set(
                "label_property_selector",
                selector.filter(|text| !text.is_empty()),
            );
        })?;
        Ok(changed.view())
    }),
];

impl Call<'_> {
    /// Returns the events of the customers, sources and metadata that the query asks for.
    pub(super) fn selected_events(&self) -> Vec<(usize, &Event)> {
        let list = |key: &str| match self.query(key) {
            Some(Json::Array(values)) => values.iter().filter_map(as_text).collect(),
            _ => Vec::new(),
        };
        let (ids, externals) = (list("customer_id"), list("external_customer_id"));
        let asked = ids.len() + externals.len() > 0;
        let mut customers: HashSet<Uuid> = HashSet::new();
        let mut external_customers: HashSet<&str> = externals.iter().copied().collect();
        customers.extend(ids.iter().filter_map(|id| Uuid::parse_str(id).ok()));
        for row in self
            .state
            .customers
            .iter()
            .filter(|row| row.organization == self.organization)
        {
            let (id, external_id) = (Uuid::from(row.id), row.external_id.as_deref());
            if customers.contains(&id) || external_id.is_some_and(|id| externals.contains(&id)) {
                customers.insert(id);
                external_customers.extend(external_id);
            }
        }
        let events = self
            .state
            .usage
            .log
            .of(self.organization)
            .filter(|(_, event)| {
                let external = event.external_customer.as_deref();
                let is_of_customer = event.customer.is_some_and(|id| customers.contains(&id))
                    || external.is_some_and(|id| external_customers.contains(id));
                (!asked || is_of_customer)
                    && self.asks_for("source", event.source())
                    && self.has_metadata(Some(&event.metadata))
            });
        events.collect()
    }

    /// Returns how often each name occurs among events, the one that was seen last first.
    pub(super) fn event_statistics(&self, events: Vec<(usize, &Event)>) -> Vec<Json> {
        let mut names: BTreeMap<(&str, bool), Vec<(usize, &Event)>> = BTreeMap::new();
        for (place, event) in events {
            names
                .entry((&event.name, event.is_system))
                .or_default()
                .push((place, event));
        }
        let mut all: Vec<((usize, &Event), Json)> = names
            .into_values()
            .filter_map(|events| {
                let times = events.iter().map(|(_, event)| event.timestamp);
                let (first, last) = (times.clone().min()?, times.max()?);
                let newest = *events.last()?;
                let statistics = Json::object([
                    ("name", newest.1.name.as_str().into()),
                    ("label", self.event_label(newest.1, false).into()),
                    ("source", newest.1.source().into()),
                    ("occurrences", events.len().into()),
                    ("first_seen", first.into()),
                    ("last_seen", last.into()),
                ]);
                Some((newest, statistics))
            })
            .collect();
        all.sort_by_key(|((place, _), _)| std::cmp::Reverse(*place));
        all.into_iter().map(|(_, statistics)| statistics).collect()
    }
}

impl Account<'_> {
    /// Returns an event as in a response.
    pub(super) fn event(&self, event: &Event, children: usize) -> Json {
        let external = event.external_customer.as_deref();
        let customer = event
            .customer
            .or_else(|| self.customer_by_external_id(external?));
        let [member, external_member] = event.member.clone();
        let (name, source) = (event.name.as_str(), event.source());
        Json::object([
            ("id", event.id.into()),
            ("timestamp", event.timestamp.into()),
            ("organization_id", Uuid::from(event.organization).into()),
            ("customer_id", event.customer.into()),
            (
                "customer",
                customer.map(|id| self.shown_customer(id)).into(),
            ),
            ("external_customer_id", external.into()),
            ("member_id", member),
            ("external_member_id", external_member),
            ("child_count", children.into()),
            ("parent_id", event.parent.into()),
            ("label", self.event_label(event, true).into()),
            ("source", source.into()),
            ("name", name.into()),
            ("metadata", event.metadata.clone()),
        ])
    }

    /// Returns the label of an event or, without its own data, of its type.
    fn event_label(&self, event: &Event, is_own: bool) -> String {
        if event.is_system {
            return title(&event.name);
        }
        let Some(stored) = self.event_type(&event.name) else {
            return event.name.clone();
        };
        let selector = stored
            .fields
            .text("label_property_selector")
            .filter(|_| is_own);
        let own = selector.map(|path| nested(&event.metadata, path));
        match own {
            Some(Json::Text(own)) if !own.is_empty() => own,
            Some(own @ Json::Integer(_)) => own.to_text().unwrap_or_default(),
            _ => stored.fields.text("label").unwrap_or_default().to_owned(),
        }
    }

    fn event_type(&self, name: &str) -> Option<&Document> {
        let mut all = self.documents(Kind::EventType);
        all.find(|one| one.fields.text("name") == Some(name))
    }

    /// Adds the type of events with a name that occurs for the first time.
    pub(super) fn ensure_event_type(&mut self, name: &str) {
        if self.event_type(name).is_none() {
            let id = self.new_id();
            let fields = Json::object([
                ("name", name.into()),
                ("label", name.into()),
                ("label_property_selector", Json::Null),
                ("organization_id", Uuid::from(self.organization).into()),
            ]);
            self.insert(Kind::EventType, id, fields);
        }
    }
}

/// The label of an event that Polar records: its name, such as `Order Paid` for `order.paid`.
fn title(name: &str) -> String {
    let words = name.split(['.', '_']).map(|word| {
        let (first, rest) = word.split_at(word.len().min(1));
        first.to_uppercase() + rest
    });
    words.collect::<Vec<_>>().join(" ")
}
