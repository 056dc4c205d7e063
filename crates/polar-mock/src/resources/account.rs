//! The documents of an organization.

use polar_types::{OrganizationId, RawJson};
use time::OffsetDateTime;
use uuid::Uuid;

use super::{Document, Kind, not_found};
use crate::{
    http::HttpError,
    json::Json,
    state::{Holder, State},
};

/// Shows a document as it is.
pub(super) fn plain(_: &Account<'_>, document: &Document) -> Json {
    document.view()
}

/// The documents of one organization, at a time.
pub(crate) struct Account<'a> {
    pub(super) state: &'a mut State,
    pub(super) now: OffsetDateTime,
    pub(super) organization: OrganizationId,
}

impl<'a> Account<'a> {
    pub(crate) fn new(
        state: &'a mut State,
        now: OffsetDateTime,
        organization: OrganizationId,
    ) -> Self {
        Self {
            state,
            now,
            organization,
        }
    }

    /// Returns a document of the calling organization.
    pub(super) fn document(&self, kind: Kind, id: Uuid) -> Result<&Document, HttpError> {
        let document = self.state.documents.get(kind, id);
        let own = document.filter(|document| document.organization == self.organization);
        own.ok_or_else(not_found)
    }

    /// Returns the document whose id a key has.
    pub(super) fn linked(&self, kind: Kind, from: &Json, key: &str) -> Option<&Document> {
        self.document(kind, from.id(key)?).ok()
    }

    /// Returns the documents of the calling organization, the oldest first.
    pub(super) fn documents(&self, kind: Kind) -> impl DoubleEndedIterator<Item = &Document> {
        let organization = self.organization;
        let all = self.state.documents.all(kind);
        all.filter(move |document| document.organization == organization)
    }

    /// Returns the documents of a customer, the oldest first.
    pub(super) fn of_customer(
        &self,
        kind: Kind,
        customer: Uuid,
    ) -> impl DoubleEndedIterator<Item = &Document> {
        let all = self.state.documents.of_customer(kind, customer);
        all.filter(|one| one.organization == self.organization)
    }

    /// Opens a session of a customer for an hour, and returns its token.
    pub(super) fn open_customer_session(&mut self, customer: Uuid) -> String {
        let holder = Holder::Customer(customer.into());
        self.state.open_session(holder, self.now)
    }

    pub(super) fn new_id(&mut self) -> Uuid {
        self.state.random.uuid()
    }

    /// Returns what a new part of a document begins with.
    pub(super) fn part(&mut self) -> Json {
        let id = self.new_id().into();
        let times = [("created_at", self.now.into()), ("modified_at", Json::Null)];
        Json::object(times).and(Json::object([("id", id)]))
    }

    /// Adds a document.
    pub(super) fn insert(&mut self, kind: Kind, id: Uuid, fields: Json) {
        let document = Document::new(id, self.organization, self.now, fields);
        self.state.documents.insert(kind, document);
    }

    /// Changes a document and returns it. One that stays as it was is not modified.
    pub(super) fn change(
        &mut self,
        kind: Kind,
        id: Uuid,
        change: impl FnOnce(&mut Json),
    ) -> Result<&Document, HttpError> {
        let now = self.now;
        let document = self.state.documents.get_mut(kind, id);
        let document = document.ok_or_else(not_found)?;
        let before = document.fields.clone();
        change(&mut document.fields);
        if document.fields != before {
            document.modified_at = Some(now);
        }
        Ok(document)
    }

    /// Sets keys of a document, as a [change](Self::change).
    pub(super) fn set<const N: usize>(&mut self, kind: Kind, id: Uuid, entries: [(&str, Json); N]) {
        let entries = Json::object(entries);
        let _ = self.change(kind, id, |fields| fields.set_all(&entries));
    }

    /// Sets a key of a document, which does not count as a change.
    pub(super) fn store(&mut self, kind: Kind, id: Uuid, key: &str, value: impl Into<Json>) {
        if let Some(document) = self.state.documents.get_mut(kind, id) {
            document.fields.set(key, value);
        }
    }

    /// Sets when a document was changed.
    pub(super) fn set_modified(&mut self, kind: Kind, id: Uuid, time: Option<OffsetDateTime>) {
        if let Some(document) = self.state.documents.get_mut(kind, id) {
            document.modified_at = time;
        }
    }

    /// Marks a document as changed.
    pub(super) fn touch(&mut self, kind: Kind, id: Uuid) {
        self.set_modified(kind, id, Some(self.now));
    }

    /// Raises an event about a document, and returns what it shows.
    pub(super) fn raise_about(
        &mut self,
        event: &'static str,
        kind: Kind,
        id: Uuid,
        view: impl FnOnce(&Self, &Document) -> Json,
    ) -> Result<Json, HttpError> {
        let view = view(self, self.document(kind, id)?);
        self.raise(event, &view);
        Ok(view)
    }

    /// Raises an event about an object.
    pub(super) fn raise(&mut self, kind: &'static str, data: &Json) {
        let raw = data.to_text().map(RawJson::from_json);
        if let Some(Ok(raw)) = raw {
            self.state.raise(kind, self.organization, raw, self.now);
        }
        self.record_raised(kind, data);
    }
}
