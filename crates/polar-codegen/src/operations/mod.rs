//! Plans the operations: what each sends, what it returns, and what is said about it.

mod describe;
mod errors;
mod parameters;

use std::collections::{BTreeMap, BTreeSet};

pub(crate) use errors::{Observed, observe};
use polar_types::ErrorName;

use crate::{
    document::{self, Kind},
    names,
    overlay::{Credential, Idempotency, OperationOverlay, OperationPage},
    plan::{ItemKind, Plan, module_of},
};

/// The operations of one resource.
#[derive(Debug)]
pub(crate) struct Resource {
    pub(crate) module: String,
    /// The name of the struct that has the methods.
    pub(crate) name: String,
    pub(crate) docs: String,
    pub(crate) operations: Vec<Operation>,
}

/// An operation.
#[derive(Debug)]
pub(crate) struct Operation {
    /// The name in errors and logs, such as `orders.list`.
    pub(crate) label: String,
    /// The name in the document, such as `orders:list`.
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) method: String,
    pub(crate) http_method: String,
    pub(crate) path: Vec<Part>,
    pub(crate) fields: Vec<Field>,
    pub(crate) output: String,
    pub(crate) credential: Credential,
    pub(crate) idempotency: Idempotency,
    pub(crate) expects: Vec<u16>,
    pub(crate) recovery: Option<String>,
    /// The fields that are secrets or contain some.
    pub(crate) secrets: Vec<String>,
    pub(crate) is_form: bool,
    /// Whether it returns one page of a list.
    pub(crate) is_paged: bool,
    pub(crate) docs: String,
}

/// A part of a path.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Literal(String),
    /// The field whose value is inserted.
    Parameter(String),
    /// The field whose secret is inserted.
    Secret(String),
}

/// A field of an operation.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Field {
    /// Where it is sent. `polar_core::operation::table` explains each.
    pub(crate) rule: &'static str,
    pub(crate) name: String,
    pub(crate) key: String,
    pub(crate) ty: String,
    pub(crate) docs: String,
}

impl Plan<'_> {
    /// Plans the operations, by resource.
    pub(crate) fn operations(&mut self, observed: &Observed) -> Vec<Resource> {
        let mut resources: BTreeMap<String, Vec<Operation>> = BTreeMap::new();
        let (document, overlay) = (self.document, self.overlay);
        for operation in &document.operations {
            let by_overlay = overlay.operations.get(&operation.id);
            let by_overlay = by_overlay.cloned().unwrap_or_default();
            if !by_overlay.by_hand {
                let module = module_of(operation.resource_and_verb().0);
                let planned = self.operation(operation, &by_overlay, observed);
                resources.entry(module).or_default().push(planned);
            }
        }
        let named = resources.into_iter().map(|(module, operations)| Resource {
            name: names::camel(module.rsplit("::").next().unwrap_or(&module)),
            docs: self.resource_docs(&module),
            module,
            operations,
        });
        named.collect()
    }

    fn operation(
        &mut self,
        operation: &document::Operation,
        overlay: &OperationOverlay,
        observed: &Observed,
    ) -> Operation {
        let (resource, verb) = operation.resource_and_verb();
        let method = overlay.name.clone().unwrap_or_else(|| names::snake(verb));
        let place = operation.place();
        let output = self.output(operation, &place);
        let mut planned = Operation {
            id: operation.id.clone(),
            label: format!("{}.{method}", module_of(resource).replace("::", ".")),
            name: names::camel(&method),
            method,
            http_method: operation.method.clone(),
            path: Vec::new(),
            fields: self.parameters(operation, &place),
            output,
            credential: overlay.credential.unwrap_or_else(|| credential(operation)),
            idempotency: idempotency(operation, overlay),
            expects: expects(operation, overlay),
            recovery: None,
            secrets: Vec::new(),
            is_form: operation
                .body
                .as_ref()
                .is_some_and(|body| body.media_type.contains("form")),
            is_paged: false,
            docs: String::new(),
        };
        let has_secret = |field: &&Field| self.has_secret(&field.ty, &mut BTreeSet::new());
        let secrets = planned.fields.iter().filter(has_secret);
        planned.secrets = secrets.map(|field| field.name.clone()).collect();
        let has_page = planned.fields.iter().any(|field| field.key == "page");
        planned.is_paged = has_page && planned.output.starts_with("crate::Page<");
        let page = self.overlay.pages.get(&operation.id);
        let page = page.cloned().unwrap_or_default();
        for (name, _) in page.errors.iter().map(|text| errors::split(text)) {
            if ErrorName::from(name).status().is_none() {
                let id = &operation.id;
                self.problem(format!(
                    "operations.toml: {id}: ErrorName of polar-types has no {name}"
                ));
            }
        }
        if planned.idempotency != Idempotency::Safe {
            planned.recovery = self.recovery(operation, &page);
        }
        planned.path = path(&operation.path, &planned.fields);
        planned.docs = self.operation_docs(operation, &page, &planned, observed);
        planned
    }

    fn output(&mut self, operation: &document::Operation, place: &str) -> String {
        let Some(content) = operation.contents().next() else {
            return "()".to_owned();
        };
        match content.schema.kind {
            _ if content.media_type == "text/csv" => "crate::Csv".to_owned(),
            Kind::Any | Kind::Null => "()".to_owned(),
            _ => {
                let ty = self.ty_path(&content.schema, place);
                let may_be_empty = operation
                    .successes
                    .iter()
                    .any(|(_, content)| content.is_none());
                if may_be_empty {
                    format!("Option<{ty}>")
                } else {
                    ty
                }
            }
        }
    }

    /// Whether a type is a secret or contains one.
    fn has_secret<'b>(&'b self, ty: &'b str, seen: &mut BTreeSet<&'b str>) -> bool {
        // Of a list or a map the type of the items.
        let inner = ty.rsplit(['<', ' ']).next().unwrap_or(ty);
        let inner = inner.trim_end_matches('>');
        if inner == SECRET {
            return true;
        }
        let Some(item) = self.items.get(inner).filter(|_| seen.insert(inner)) else {
            return false;
        };
        match &item.kind {
            ItemKind::Struct { fields, .. } => {
                let mut fields = fields.iter();
                fields.any(|field| self.has_secret(&field.ty, seen))
            }
            ItemKind::Union { variants, .. } => {
                let mut variants = variants.iter();
                variants.any(|variant| self.has_secret(&variant.ty, seen))
            }
            ItemKind::Enum { .. } => false,
        }
    }

    /// What its page says; for an update or a deletion a sentence that holds for all.
    fn recovery(
        &mut self,
        operation: &document::Operation,
        page: &OperationPage,
    ) -> Option<String> {
        let default = match operation.method.as_str() {
            "DELETE" => Some("Send it again: 404 means that it was deleted."),
            "PATCH" | "PUT" => {
                Some("Get it and compare. Sending the same change again has no further effect.")
            }
            _ => None,
        };
        let recovery = page.recovery.clone().or(default.map(str::to_owned));
        if recovery.is_none() {
            self.problem(format!(
                "operations.toml: {}: a write without `recovery`",
                operation.id
            ));
        }
        recovery
    }
}

/// The type of a text that is never printed.
const SECRET: &str = "crate::Secret";

fn credential(operation: &document::Operation) -> Credential {
    let mut kinds = operation.security.iter().map(|(kind, _)| kind);
    if kinds.any(|kind| kind.ends_with("_session")) {
        Credential::Session
    } else if operation.security.is_empty() {
        Credential::None
    } else {
        Credential::AccessToken
    }
}

/// Whether it may be repeated: what the overlay says, or else the HTTP method.
pub(crate) fn idempotency(
    operation: &document::Operation,
    overlay: &OperationOverlay,
) -> Idempotency {
    let by_method = match operation.method.as_str() {
        "GET" => Idempotency::Safe,
        "PATCH" | "PUT" | "DELETE" => Idempotency::Idempotent,
        _ => Idempotency::NonIdempotent,
    };
    overlay.idempotency.unwrap_or(by_method)
}

fn expects(operation: &document::Operation, overlay: &OperationOverlay) -> Vec<u16> {
    let statuses = operation.successes.iter().map(|(status, _)| *status);
    let mut expects: Vec<u16> = statuses.chain(overlay.also_expects.clone()).collect();
    expects.sort_unstable();
    expects.dedup();
    expects
}

fn path(path: &str, fields: &[Field]) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    let mut literal = String::new();
    for piece in path.split_inclusive('/') {
        let name = piece.trim_end_matches('/');
        let parameter = name
            .strip_prefix('{')
            .and_then(|name| name.strip_suffix('}'));
        if let Some(parameter) = parameter {
            parts.push(Part::Literal(std::mem::take(&mut literal)));
            let field_name = names::field(parameter);
            let is_secret = fields
                .iter()
                .any(|field| field.rule == "secret" && field.name == field_name);
            parts.push(if is_secret {
                Part::Secret(field_name)
            } else {
                Part::Parameter(field_name)
            });
            literal.push_str(piece.strip_prefix(name).unwrap_or_default());
        } else {
            literal.push_str(piece);
        }
    }
    if !literal.is_empty() {
        parts.push(Part::Literal(literal));
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::{Part, path};

    fn literal(text: &str) -> Part {
        Part::Literal(text.to_owned())
    }

    fn parameter(name: &str) -> Part {
        Part::Parameter(name.to_owned())
    }

    #[test]
    fn trailing_slash_is_kept() {
        assert_eq!(path("/v1/orders/", &[]), [literal("/v1/orders/")]);
    }

    #[test]
    fn parameters_split_the_path() {
        assert_eq!(
            path("/v1/customers/{id}/members/{member_id}", &[]),
            [
                literal("/v1/customers/"),
                parameter("id"),
                literal("/members/"),
                parameter("member_id"),
            ]
        );
        assert_eq!(
            path("/v1/{type}/", &[]),
            [literal("/v1/"), parameter("kind"), literal("/")]
        );
    }
}
