//! The places that stay JSON: the overlay gives the reason for each.

use std::collections::BTreeSet;

use super::{ItemKind, Plan};

impl Plan<'_> {
    /// Reports each place that is JSON without a reason, and each reason that belongs to nothing.
    pub(crate) fn check_free_form(&mut self) {
        let found = self.json_places();
        let known: BTreeSet<String> = self.overlay.free_form.keys().cloned().collect();
        for place in found.difference(&known) {
            self.problem(format!("[free_form] does not say why {place} is JSON"));
        }
        for place in known.difference(&found) {
            self.problem(format!("[free_form] {place} is not JSON"));
        }
    }

    /// The fields and variants whose type is, or contains, any JSON.
    fn json_places(&self) -> BTreeSet<String> {
        let mut places = BTreeSet::new();
        for (path, item) in &self.items {
            let types: Vec<(&str, &str)> = match &item.kind {
                ItemKind::Struct { fields, .. } => fields
                    .iter()
                    .map(|field| (&*field.key, &*field.ty))
                    .collect(),
                ItemKind::Union { variants, .. } => variants
                    .iter()
                    .map(|variant| (&*variant.name, &*variant.ty))
                    .collect(),
                ItemKind::Enum { .. } => continue,
            };
            let json = types
                .into_iter()
                .filter(|(_, ty)| ty.contains("crate::RawJson"));
            let path = path.strip_prefix("crate::").unwrap_or(path);
            places.extend(json.map(|(name, _)| format!("{path}.{name}")));
        }
        places
    }
}
