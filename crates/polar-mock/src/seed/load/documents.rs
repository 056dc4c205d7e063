use std::collections::HashSet;

use super::Loader;
use crate::{
    json,
    resources::{Document, Kind},
    seed::{SeedError, document},
};

impl Loader<'_> {
    /// Loads the documents of an organization.
    pub(super) fn documents(
        &mut self,
        place: &str,
        entry: &document::Organization,
    ) -> Result<(), SeedError> {
        for (name, resources) in &entry.documents {
            let place = format!("{place}.documents.{name}");
            let kind = Kind::ALL.iter().find(|kind| kind.name() == name);
            let kind = *kind.ok_or_else(|| {
                let names: Vec<&str> = Kind::ALL.iter().map(|kind| kind.name()).collect();
                SeedError::new(&*place, format!("expected one of {}", names.join(", ")))
            })?;
            let mut seen = HashSet::new();
            for (index, resource) in resources.iter().enumerate() {
                let at = |key: &str| format!("{place}[{index}].{key}");
                if !seen.insert(resource.id) {
                    let problem = format!("{} is used twice", resource.id);
                    return Err(SeedError::new(at("id"), problem));
                }
                let fields = json::parse(resource.fields.as_str())
                    .map_err(|_| SeedError::new(at("fields"), "the JSON cannot be parsed"))?;
                let created_at = resource.created_at.0;
                let mut document =
                    Document::new(resource.id, self.organization, created_at, fields);
                document.modified_at = resource.modified_at.map(|time| time.0);
                self.state.documents.insert(kind, document);
            }
        }
        Ok(())
    }
}
