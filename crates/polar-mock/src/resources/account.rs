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
        document
            .filter(|document| document.organization == self.organization)
            .ok_or_else(not_found)
    }

    /// Returns the documents of the calling organization, the oldest first.
    pub(super) fn documents(&self, kind: Kind) -> impl DoubleEndedIterator<Item = &Document> {
        let organization = self.organization;
        let all = self.state.documents.all(kind);
        all.filter(move |document| document.organization == organization)
    }

    /// Opens a session of a customer for an hour, and returns its token.
    pub(super) fn open_customer_session(&mut self, customer: Uuid) -> String {
        let now = self.now;
        self.state
            .open_session(Holder::Customer(customer.into()), now)
    }

    pub(super) fn new_id(&mut self) -> Uuid {
        self.state.random.uuid()
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

    /// Marks a document as changed.
    pub(super) fn touch(&mut self, kind: Kind, id: Uuid) {
        let now = self.now;
        if let Some(document) = self.state.documents.get_mut(kind, id) {
            document.modified_at = Some(now);
        }
    }

    /// Raises an event about an object.
    pub(super) fn raise(&mut self, kind: &'static str, data: &Json) {
        let raw = data
            .to_text()
            .and_then(|text| RawJson::from_json(text).ok());
        if let Some(raw) = raw {
            self.state.raise(kind, self.organization, raw, self.now);
        }
        self.record_raised(kind, data);
    }
}
