//! Which id type a field or a parameter has.

use super::Plan;

impl Plan<'_> {
    /// Returns the id type of a parameter: its name decides, or for `id` the resource.
    pub(crate) fn parameter_id(&mut self, place: &str, key: &str) -> String {
        let overlay = self.overlay;
        let name = if key == "id" {
            let resource = place
                .rsplit_once('/')
                .map_or(place, |(resource, _)| resource);
            overlay
                .id_of
                .get(place)
                .or_else(|| overlay.id_of.get(resource))
        } else {
            overlay.ids.get(key)
        };
        self.id_path(name, &format!("{place}.{key}"))
    }

    /// Returns the id type of a field: its key decides, or for `id` the schema that has it.
    pub(super) fn id(&mut self, owner: &str, key: &str) -> String {
        let overlay = self.overlay;
        let name = if key == "id" {
            overlay.id_of(owner)
        } else {
            overlay.ids.get(key)
        };
        self.id_path(name, &format!("{owner}.{key}"))
    }

    /// Whether a text without a format is an id: in what the server alone writes.
    pub(super) fn is_text_id(&self, owner: &str, key: &str) -> bool {
        let is_response = self.responses.contains(owner) && !self.requests.contains(owner);
        is_response && self.overlay.text_ids.iter().any(|id| id == key)
    }

    fn id_path(&mut self, name: Option<&String>, place: &str) -> String {
        if let Some(name) = name {
            return format!("crate::{name}");
        }
        self.problem(format!("[ids] or [id_of] has no type for {place}"));
        String::new()
    }
}
