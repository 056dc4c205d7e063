//! The resources that are documents.

use std::collections::BTreeMap;

use polar_types::{OrganizationId, RawJson};

use crate::{
    clock::SeedTime,
    resources::{Document, Kind},
    seed::document::Resource,
    state::State,
};

/// Returns the documents of an organization, by kind.
pub(super) fn documents(
    state: &State,
    organization: OrganizationId,
) -> BTreeMap<String, Vec<Resource>> {
    let own = Kind::ALL.iter().map(|kind| {
        let all = state.documents.all(*kind);
        let own = all.filter(|document| document.organization == organization);
        let own: Vec<Resource> = own.filter_map(resource).collect();
        (kind.name().to_owned(), own)
    });
    own.filter(|(_, own)| !own.is_empty()).collect()
}

/// Returns `None` for a value that no response can have either.
fn resource(document: &Document) -> Option<Resource> {
    Some(Resource {
        id: document.id,
        created_at: SeedTime(document.created_at),
        modified_at: document.modified_at.map(SeedTime),
        fields: RawJson::from_json(document.fields.to_text()?).ok()?,
    })
}
