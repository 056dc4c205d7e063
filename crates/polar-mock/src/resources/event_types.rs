//! The types of events: their names, and the labels that an organization gives them.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, HashSet},
};

use uuid::Uuid;

use super::{
    Account, Call, Document, Kind, Rule, aggregations::nested, event_log::Event, events::has_text,
    list::as_text,
};
use crate::json::Json;

pub(super) const RULES: &[(&str, Rule)] = &[
    ("event-types:list", |call| {
        let log = &call.state.usage.log;
        let (parent, is_root) = (call.query_id("parent_id"), call.query("root_events"));
        let mut events = call.selected_events();
        events.retain(|(_, event)| {
            let above = log.ancestors(event).unwrap_or_default();
            (is_root != Some(&Json::Bool(true)) || above.is_empty())
                && (parent.is_none() || above.first().map(|one| one.id) == parent)
        });
        let mut types = call.event_statistics(&events);
        for kind in &mut types {
            let stored = call.event_type(kind.text("name").unwrap_or_default());
            let stored = stored.map_or(Json::EMPTY, Document::view);
            for key in ["id", "created_at", "modified_at", "label_property_selector"] {
                kind.set(key, stored.value(key));
            }
            kind.set("organization_id", Uuid::from(call.organization));
        }
        let query = call.query_text("query").unwrap_or_default().to_lowercase();
        types.retain(|one| has_text(one, &["name", "label"], &query));
        call.page_by(types, |_, _, _| Some(true))
    }),
    ("event-types:update", |call| {
        let id = call.id(0)?;
        call.document(Kind::EventType, id)?;
        let body = call.body.clone();
        let changed = call.change(Kind::EventType, id, |fields| {
            fields.set("label", body.text("label").map(str::trim));
            let path = body.text("label_property_selector").map(str::trim);
            let path = path.filter(|path| !path.is_empty());
            fields.set("label_property_selector", path);
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
        let is_asked = !ids.is_empty() || !externals.is_empty();
        let ids = ids.iter().filter_map(|id| Uuid::parse_str(id).ok());
        let (mut ids, mut externals): (HashSet<_>, HashSet<_>) =
            (ids.collect(), externals.into_iter().collect());
        // Each customer is asked for by both of its ids.
        let rows = self.state.customers.iter();
        for row in rows.filter(|row| row.organization == self.organization) {
            let (id, external) = (Uuid::from(row.id), row.external_id.as_deref());
            if ids.contains(&id) || external.is_some_and(|id| externals.contains(id)) {
                ids.insert(id);
                externals.extend(external);
            }
        }
        let events = self.state.usage.log.of(self.organization);
        let found = events.filter(|(_, event)| {
            let external = event.external_customer.as_deref();
            let is_found = event.customer.is_some_and(|id| ids.contains(&id))
                || external.is_some_and(|id| externals.contains(id));
            (!is_asked || is_found)
                && self.asks_for("source", event.source)
                && self.has_metadata(Some(&event.metadata))
        });
        found.collect()
    }

    /// Returns how often each name occurs among events, the one that was seen last first.
    pub(super) fn event_statistics(&self, events: &[(usize, &Event)]) -> Vec<Json> {
        let mut names: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for (place, event) in events {
            let name = names.entry((&event.name, event.source));
            name.or_default().push((place, event));
        }
        let mut names: Vec<_> = names.into_iter().collect();
        names.sort_by_key(|(_, events)| Reverse(events.last().map(|(place, _)| *place)));
        let statistics = names.into_iter().map(|((name, source), events)| {
            let times = events.iter().map(|(_, event)| event.timestamp);
            let last = events.last();
            let label = last.map(|(_, event)| self.event_label(event, false));
            Json::object([
                ("name", name.as_str().into()),
                ("label", label.into()),
                ("source", source.into()),
                ("occurrences", events.len().into()),
                ("first_seen", times.clone().min().into()),
                ("last_seen", times.max().into()),
            ])
        });
        statistics.collect()
    }
}

impl Account<'_> {
    /// Returns an event as in a response.
    pub(super) fn event(&self, event: &Event, children: usize) -> Json {
        let external = event.external_customer.as_deref();
        let known = || self.customer_by_external_id(external?);
        let customer = event.customer.or_else(known);
        let customer = customer.map(|id| self.shown_customer(id));
        let above = self.state.usage.log.ancestors(event).unwrap_or_default();
        let [member, external_member] = event.member.clone();
        Json::object([
            ("id", event.id.into()),
            ("timestamp", event.timestamp.into()),
            ("organization_id", Uuid::from(event.organization).into()),
            ("customer_id", event.customer.into()),
            ("customer", customer.into()),
            ("external_customer_id", external.into()),
            ("member_id", member),
            ("external_member_id", external_member),
            ("child_count", children.into()),
            ("parent_id", above.first().map(|parent| parent.id).into()),
            ("label", self.event_label(event, true).into()),
            ("source", event.source.into()),
            ("name", event.name.as_str().into()),
            ("metadata", event.metadata.clone()),
        ])
    }

    /// Returns the label of an event or, without its own data, of its type. That of an event of
    /// Polar is its name, such as `Order Paid` for `order.paid`.
    fn event_label(&self, event: &Event, is_own: bool) -> String {
        if event.source == "system" {
            let words = event.name.split(['.', '_']).map(|word| {
                let mut letters = word.chars();
                let first = letters.next().map(|first| first.to_uppercase().to_string());
                first.unwrap_or_default() + letters.as_str()
            });
            return words.collect::<Vec<_>>().join(" ");
        }
        let stored = self.event_type(&event.name);
        let stored = stored.map_or(&Json::Null, |one| &one.fields);
        let path = stored.text("label_property_selector").filter(|_| is_own);
        match path.map(|path| nested(&event.metadata, path)) {
            Some(Json::Text(own)) if !own.is_empty() => own,
            Some(own @ Json::Integer(_)) => own.to_text().unwrap_or_default(),
            _ => stored.text("label").unwrap_or(&event.name).to_owned(),
        }
    }

    fn event_type(&self, name: &str) -> Option<&Document> {
        let mut all = self.documents(Kind::EventType);
        all.find(|one| one.text("name") == Some(name))
    }

    /// Adds the type of events with a name that occurs for the first time.
    pub(super) fn ensure_event_type(&mut self, name: &str) {
        if self.event_type(name).is_none() {
            let (id, organization) = (self.new_id(), Uuid::from(self.organization));
            let fields = Json::object([
                ("name", name.into()),
                ("label", name.into()),
                ("label_property_selector", Json::Null),
                ("organization_id", organization.into()),
            ]);
            self.insert(Kind::EventType, id, fields);
        }
    }
}
