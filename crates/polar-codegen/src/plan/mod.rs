//! Plans the types: what the document and the overlay say becomes the items that are written.

mod constructors;
mod describe;
mod free_form;
mod ids;
mod items;
mod merged;
mod modules;
mod structs;
mod unions;
mod values;

use std::collections::{BTreeMap, BTreeSet, HashMap};

pub(crate) use constructors::Constructor;
use items::Type;
pub(crate) use items::{Field, Item, ItemKind, Rule, Tag, Variant};
pub(crate) use modules::{module_of, path_of};

use crate::{
    document::{Document, Kind, Schema},
    names,
    overlay::Overlay,
};

/// The plan of all types, and what it was made from.
#[derive(Debug)]
pub(crate) struct Plan<'a> {
    pub(crate) document: &'a Document,
    pub(crate) overlay: &'a Overlay,
    /// By path.
    pub(crate) items: BTreeMap<String, Item>,
    /// The path of the type that a schema is read into, by the schema's name.
    pub(crate) schema_types: BTreeMap<String, String>,
    /// The path of the type of each operation's request body, by the operation's id.
    pub(crate) body_types: BTreeMap<String, String>,
    /// What a person must add to the overlay or correct in it.
    pub(crate) problems: BTreeSet<String>,
    /// The entries of the overlay's documentation that were used.
    used: BTreeSet<String>,
    /// The keys of fields without documentation, each with the first place that has it.
    undescribed: BTreeMap<String, String>,
    requests: BTreeSet<String>,
    responses: BTreeSet<String>,
    /// The schemas that are bodies of `PATCH` requests, or variants of such.
    patches: BTreeSet<String>,
    /// The paths of the types of request bodies.
    bodies: BTreeSet<String>,
    /// The paths of the unions in requests that became one struct.
    merged_requests: BTreeSet<String>,
    modules: HashMap<String, String>,
    /// The paths of the inline unions that have a name already, by their variants.
    unions: HashMap<String, String>,
}

impl<'a> Plan<'a> {
    pub(crate) fn new(document: &'a Document, overlay: &'a Overlay) -> Self {
        let mut requests = Vec::new();
        let mut responses = Vec::new();
        let mut patches = BTreeSet::new();
        let operations = document.operations.iter();
        for operation in operations.filter(|operation| !overlay.is_by_hand(&operation.id)) {
            for schema in operation.request_schemas() {
                schema.references(&mut requests);
            }
            for content in operation.contents() {
                content.schema.references(&mut responses);
            }
            if let Some(body) = operation
                .body
                .as_ref()
                .filter(|_| operation.method == "PATCH")
            {
                patches.extend(variants(document, &body.schema));
            }
        }
        responses.extend(
            document
                .webhooks
                .iter()
                .map(|webhook| webhook.schema.clone()),
        );
        Self {
            document,
            overlay,
            items: BTreeMap::new(),
            schema_types: BTreeMap::new(),
            body_types: BTreeMap::new(),
            problems: BTreeSet::new(),
            used: BTreeSet::new(),
            undescribed: BTreeMap::new(),
            requests: document.closure(requests),
            responses: document.closure(responses),
            patches,
            bodies: BTreeSet::new(),
            merged_requests: BTreeSet::new(),
            modules: modules::assign(document, overlay),
            unions: HashMap::new(),
        }
    }

    /// Plans a type for each schema that an operation or a webhook reaches.
    pub(crate) fn types(&mut self) {
        let document = self.document;
        let operations = document.operations.iter();
        for operation in operations.filter(|operation| !self.overlay.is_by_hand(&operation.id)) {
            let place = operation.place();
            if let Some(body) = &operation.body {
                let ty = self.ty(&body.schema, &place, "body");
                self.body_types.insert(operation.id.clone(), ty.path);
            }
            for content in operation.contents() {
                // CSV, and `null`, have no type.
                if content.media_type != "text/csv" && !matches!(content.schema.kind, Kind::Any) {
                    self.ty(&content.schema, &place, "body");
                }
            }
            if let Some(body) = &operation.body {
                let path = self.ty(&body.schema, &place, "body").path;
                self.bodies.insert(path);
            }
            for parameter in &operation.parameters {
                let mut references = Vec::new();
                parameter.schema.references(&mut references);
                for reference in references {
                    self.named(&reference);
                }
            }
        }
        for webhook in &document.webhooks {
            self.named(&webhook.schema);
            if let Some(item) = self.items.get_mut(&path_of(
                "webhooks",
                &self.overlay.rust_name(&webhook.schema),
            )) && item.docs.is_empty()
            {
                item.docs = webhook.description.clone().unwrap_or_default();
            }
        }
        self.payload();
    }

    /// Plans the union of all payloads, if there are any.
    fn payload(&mut self) {
        let variants: Vec<Variant> = self
            .webhook_types()
            .into_iter()
            .map(|(word, ty)| Variant {
                name: names::variant(word),
                word: word.to_owned(),
                ty,
                docs: String::new(),
            })
            .collect();
        if !variants.is_empty() {
            let tag = Tag::Inside("type".to_owned());
            self.add(
                "webhooks",
                "WebhookPayload",
                None,
                ItemKind::Union { tag, variants },
            );
        }
    }

    /// Returns the type of each webhook's payload.
    pub(crate) fn webhook_types(&self) -> Vec<(&str, String)> {
        let webhooks = self.document.webhooks.iter();
        let path = |schema: &str| path_of(&self.module(schema), &self.overlay.rust_name(schema));
        webhooks
            .map(|webhook| (webhook.name.as_str(), path(&webhook.schema)))
            .collect()
    }

    /// Reports every problem that was found, if there was one.
    pub(crate) fn check(&self) -> Result<(), String> {
        if self.problems.is_empty() {
            return Ok(());
        }
        let problems: Vec<&str> = self.problems.iter().map(String::as_str).collect();
        Err(format!(
            "overlay.toml does not fit the document:\n  {}",
            problems.join("\n  ")
        ))
    }

    pub(crate) fn problem(&mut self, problem: impl Into<String>) {
        self.problems.insert(problem.into());
    }

    /// Returns the type of a schema with a name, and plans it if it is new.
    fn named(&mut self, schema_name: &str) -> Type {
        let ty = self.named_type(schema_name);
        self.schema_types
            .insert(schema_name.to_owned(), ty.path.clone());
        ty
    }

    fn named_type(&mut self, schema_name: &str) -> Type {
        let overlay = self.overlay;
        if let Some(path) = overlay.by_hand.get(schema_name) {
            return Type::lenient(path);
        }
        let schema = self.document.schema(schema_name);
        if let Some(page) = self.page(schema_name, schema) {
            return page;
        }
        let name = overlay.rust_name(schema_name);
        let module = self.module(schema_name);
        let path = path_of(&module, &name);
        let docs = schema.description.clone();
        match &schema.kind {
            Kind::Ref(to) => self.named(to),
            Kind::Enum(words) => {
                let words = values::sort_words(words);
                self.add(&module, &name, docs, ItemKind::Enum { words });
                Type::lenient(path)
            }
            Kind::Object(properties) => {
                if !self.items.contains_key(&path) {
                    // Added before its fields, which may lead back to it.
                    let is_request = self.requests.contains(schema_name);
                    self.add(&module, &name, docs, empty(is_request));
                    let kind = self.structure(schema_name, properties, is_request);
                    self.set(&path, kind);
                }
                Type::strict(path)
            }
            Kind::Union { variants, tag } => {
                let union = unions::Place::new(schema_name, &name, &module, docs);
                self.union(&union, variants, tag.as_ref())
            }
            _ => self.ty(schema, schema_name, ""),
        }
    }

    /// Returns `Page<T>` for the schema `ListResource_T_`.
    fn page(&mut self, name: &str, schema: &Schema) -> Option<Type> {
        let properties = self.document.properties(schema);
        let items = properties
            .iter()
            .find(|property| property.name == "items")
            .filter(|_| name.starts_with("ListResource_"))?;
        let Kind::List(item) = &items.schema.kind else {
            return None;
        };
        let item = self.ty(item, name, "item").path;
        Some(Type::strict(format!("crate::Page<{item}>")))
    }

    fn add(&mut self, module: &str, name: &str, docs: Option<String>, kind: ItemKind) {
        let path = path_of(module, name);
        if let Some(item) = self.items.get(&path) {
            if item.kind != kind && !matches!(item.kind, ItemKind::Struct { .. }) {
                self.problem(format!("[names] two different types are named {path}"));
            }
            return;
        }
        let item = Item {
            module: module.to_owned(),
            name: name.to_owned(),
            docs: docs.unwrap_or_default(),
            kind,
            word_docs: Vec::new(),
            constructors: Vec::new(),
        };
        self.items.insert(path, item);
    }

    fn set(&mut self, path: &str, kind: ItemKind) {
        if let Some(item) = self.items.get_mut(path) {
            item.kind = kind;
        }
    }
}

/// The names of the schemas that a body may have, without those of their fields.
fn variants(document: &Document, body: &Schema) -> BTreeSet<String> {
    let mut names = Vec::new();
    body.references(&mut names);
    let mut found = BTreeSet::new();
    while let Some(name) = names.pop() {
        let schema = document.schema(&name);
        if matches!(schema.kind, Kind::Union { .. } | Kind::Ref(_)) {
            schema.references(&mut names);
        }
        found.insert(name);
    }
    found
}

const fn empty(is_request: bool) -> ItemKind {
    ItemKind::Struct {
        fields: Vec::new(),
        constants: Vec::new(),
        is_request,
    }
}
