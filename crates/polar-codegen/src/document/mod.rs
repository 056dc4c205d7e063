//! The OpenAPI document: its schemas, operations and webhook events.

mod read;

pub(crate) use read::METHODS;

use std::collections::{BTreeMap, BTreeSet};

use crate::json::Json;

/// An OpenAPI document.
#[derive(Debug)]
pub(crate) struct Document {
    pub(crate) schemas: BTreeMap<String, Schema>,
    pub(crate) operations: Vec<Operation>,
    pub(crate) webhooks: Vec<Webhook>,
}

/// A schema and its description.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Schema {
    pub(crate) description: Option<String>,
    pub(crate) kind: Kind,
}

/// The values that a schema allows.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Kind {
    /// A schema with a name.
    Ref(String),
    Const(Json),
    Enum(Vec<String>),
    /// `anyOf` or `oneOf`, without `null`.
    Union {
        variants: Vec<Schema>,
        /// The key of the document's discriminator.
        tag: Option<String>,
    },
    Nullable(Box<Schema>),
    Object(Vec<Property>),
    /// An object with any keys.
    Map(Box<Schema>),
    List(Box<Schema>),
    Text {
        format: Option<String>,
    },
    Integer,
    Float,
    Boolean,
    Null,
    Any,
}

/// A property of an object.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Property {
    pub(crate) name: String,
    pub(crate) is_required: bool,
    pub(crate) schema: Schema,
}

/// An operation of the API.
#[derive(Debug)]
pub(crate) struct Operation {
    pub(crate) id: String,
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) summary: Option<String>,
    pub(crate) description: Option<String>,
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) body: Option<Content>,
    /// The successful statuses, each with its content if it has any.
    pub(crate) successes: Vec<(u16, Option<Content>)>,
    pub(crate) errors: Vec<DeclaredError>,
    /// The credentials that it accepts, each with the scopes of which one is enough.
    pub(crate) security: Vec<(String, Vec<String>)>,
}

/// An error response that the document declares.
#[derive(Debug)]
pub(crate) struct DeclaredError {
    pub(crate) status: u16,
    /// The names that `error` may have.
    pub(crate) names: Vec<String>,
    pub(crate) description: String,
}

/// A body and its content type.
#[derive(Debug)]
pub(crate) struct Content {
    pub(crate) media_type: String,
    pub(crate) schema: Schema,
}

/// A parameter in a path or a query.
#[derive(Debug)]
pub(crate) struct Parameter {
    pub(crate) name: String,
    pub(crate) is_path: bool,
    pub(crate) is_required: bool,
    pub(crate) description: Option<String>,
    pub(crate) schema: Schema,
}

/// A webhook event.
#[derive(Debug)]
pub(crate) struct Webhook {
    /// The type of the event, such as `order.paid`.
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    pub(crate) schema: String,
}

impl Document {
    /// Adds the variants of one union to another, which replaces it everywhere.
    pub(crate) fn absorb(&mut self, union: &str, other: &str) -> Result<(), String> {
        let absorbed = self.schemas.get(other).map(|schema| schema.kind.clone());
        let Some(Kind::Union {
            variants: absorbed, ..
        }) = absorbed
        else {
            return Err(format!("[absorb] {other}: the document has no such union"));
        };
        for schema in self.schemas.values_mut() {
            schema.replace(other, union);
        }
        match self.schemas.get_mut(union).map(|schema| &mut schema.kind) {
            Some(Kind::Union { variants, .. }) => variants.extend(absorbed),
            _ => return Err(format!("[absorb] {union}: the document has no such union")),
        }
        Ok(())
    }

    /// Returns the names of the schemas that these refer to, directly or not, and their own.
    pub(crate) fn closure(&self, roots: impl IntoIterator<Item = String>) -> BTreeSet<String> {
        let mut seen = BTreeSet::new();
        let mut open: Vec<String> = roots.into_iter().collect();
        while let Some(name) = open.pop() {
            if let Some(schema) = self.schemas.get(&name)
                && seen.insert(name)
            {
                schema.references(&mut open);
            }
        }
        seen
    }

    /// Returns a schema by its name. Every reference was checked when the document was read.
    pub(crate) fn schema(&self, name: &str) -> &Schema {
        self.schemas.get(name).unwrap_or(&ANY)
    }

    /// Follows references.
    pub(crate) fn resolve<'a>(&'a self, schema: &'a Schema) -> &'a Schema {
        match &schema.kind {
            Kind::Ref(name) => self.resolve(self.schema(name)),
            _ => schema,
        }
    }

    /// Returns the properties of an object schema.
    pub(crate) fn properties<'a>(&'a self, schema: &'a Schema) -> &'a [Property] {
        match &self.resolve(schema).kind {
            Kind::Object(properties) => properties,
            _ => &[],
        }
    }

    /// Returns the properties of a schema with a name.
    pub(crate) fn properties_of(&self, name: &str) -> &[Property] {
        self.properties(self.schema(name))
    }
}

impl Operation {
    /// Returns the schemas of its parameters and its body.
    pub(crate) fn request_schemas(&self) -> impl Iterator<Item = &Schema> {
        let parameters = self.parameters.iter().map(|parameter| &parameter.schema);
        parameters.chain(self.body.iter().map(|content| &content.schema))
    }

    /// Returns the contents of its successful responses.
    pub(crate) fn contents(&self) -> impl Iterator<Item = &Content> {
        self.successes
            .iter()
            .filter_map(|(_, content)| content.as_ref())
    }

    /// Returns the resource and the verb: `orders` and `list` of `orders:list`.
    pub(crate) fn resource_and_verb(&self) -> (&str, &str) {
        self.id.rsplit_once(':').unwrap_or(("", &self.id))
    }

    /// Returns the name of the operation in keys of the overlay: `orders/list` for `orders:list`.
    pub(crate) fn place(&self) -> String {
        self.id.replace(':', "/")
    }
}

impl Schema {
    pub(crate) const fn of(kind: Kind) -> Self {
        Self {
            description: None,
            kind,
        }
    }

    /// Returns the schema without `null`.
    pub(crate) fn without_null(&self) -> &Self {
        match &self.kind {
            Kind::Nullable(inner) => inner,
            _ => self,
        }
    }

    /// Calls a function with each schema directly inside.
    fn inner(&self, visit: &mut dyn FnMut(&Self)) {
        match &self.kind {
            Kind::Union { variants, .. } => variants.iter().for_each(visit),
            Kind::Nullable(inner) | Kind::Map(inner) | Kind::List(inner) => visit(inner),
            Kind::Object(properties) => properties
                .iter()
                .for_each(|property| visit(&property.schema)),
            _ => {}
        }
    }

    /// Adds the names that the schema refers to.
    pub(crate) fn references(&self, names: &mut Vec<String>) {
        if let Kind::Ref(name) = &self.kind {
            names.push(name.clone());
        }
        self.inner(&mut |schema| schema.references(names));
    }

    fn replace(&mut self, old: &str, new: &str) {
        match &mut self.kind {
            Kind::Ref(name) if name == old => new.clone_into(name),
            Kind::Union { variants, .. } => {
                for variant in variants.iter_mut() {
                    variant.replace(old, new);
                }
                variants.dedup();
                if let [only] = variants.as_slice() {
                    self.kind = only.kind.clone();
                }
            }
            Kind::Nullable(inner) | Kind::Map(inner) | Kind::List(inner) => inner.replace(old, new),
            Kind::Object(properties) => {
                for property in properties {
                    property.schema.replace(old, new);
                }
            }
            _ => {}
        }
    }
}

static ANY: Schema = Schema::of(Kind::Any);
