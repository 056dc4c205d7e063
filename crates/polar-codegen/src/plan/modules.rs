//! In which module a type lives.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::Plan;
use crate::{document::Document, names, overlay::Overlay};

impl Plan<'_> {
    /// Returns the module of a schema, or of a place in one or in an operation.
    pub(super) fn module(&self, place: &str) -> String {
        let owner = place.split('.').next().unwrap_or(place);
        if let Some((resource, _)) = owner.rsplit_once('/') {
            return module_of(&resource.replace('/', ":"));
        }
        self.modules
            .get(owner)
            .cloned()
            .unwrap_or_else(|| COMMON.to_owned())
    }
}

/// The module of what several resources share.
const COMMON: &str = "common";

/// Assigns a module to each schema that is reached. The overlay names it by the beginning of the
/// schema's name; otherwise it is that of the only resource that reaches the schema.
pub(super) fn assign(document: &Document, overlay: &Overlay) -> HashMap<String, String> {
    let mut users: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for operation in &document.operations {
        let module = module_of(operation.resource_and_verb().0);
        let mut roots = Vec::new();
        let contents = operation.contents().map(|content| &content.schema);
        for schema in operation.request_schemas().chain(contents) {
            schema.references(&mut roots);
        }
        for name in document.closure(roots) {
            users.entry(name).or_default().insert(module.clone());
        }
    }
    for name in document.closure(
        document
            .webhooks
            .iter()
            .map(|webhook| webhook.schema.clone()),
    ) {
        users.entry(name).or_default();
    }
    let module = |(name, users): (String, BTreeSet<String>)| {
        let by_overlay = overlay
            .modules
            .iter()
            .filter(|(prefix, _)| name.starts_with(prefix.as_str()))
            .max_by_key(|(prefix, _)| prefix.len())
            .map(|(_, module)| module.clone());
        let only = users.iter().next().filter(|_| users.len() == 1).cloned();
        let module = by_overlay.or(only).unwrap_or_else(|| COMMON.to_owned());
        (name, module)
    };
    users.into_iter().map(module).collect()
}

/// Returns the path of a type.
pub(crate) fn path_of(module: &str, name: &str) -> String {
    format!("crate::{module}::{name}")
}

/// Returns the module of a resource of the document, such as `customer_portal:orders`.
pub(crate) fn module_of(resource: &str) -> String {
    let resource = match resource {
        "customers:members" => "customer_members",
        _ if resource.starts_with("oauth2") => "oauth2",
        _ => resource,
    };
    let parts: Vec<String> = resource.split(':').map(names::snake).collect();
    parts.join("::")
}

#[cfg(test)]
mod tests {
    use super::module_of;

    #[test]
    fn resources_of_the_document_become_modules() {
        assert_eq!(module_of("orders"), "orders");
        assert_eq!(module_of("checkout-links"), "checkout_links");
        assert_eq!(
            module_of("customer_portal:benefit-grants"),
            "customer_portal::benefit_grants"
        );
        assert_eq!(module_of("customers:members"), "customer_members");
        assert_eq!(module_of("oauth2:clients:oauth2"), "oauth2");
    }
}
