//! The schemas of Polar's OpenAPI document, without the generator and the types that it writes.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
};

use serde_json::Value;

/// What a schema allows.
#[derive(Debug, Clone)]
pub(crate) enum Shape {
    Ref(String),
    Const(Value),
    Enum(Vec<String>),
    /// `anyOf` or `oneOf`.
    Union(Vec<Self>),
    Object(Vec<Property>),
    /// An object with any keys.
    Map(Box<Self>),
    List(Box<Self>),
    /// An array with a shape for each place.
    Tuple(Vec<Self>),
    Text(String),
    Integer,
    Number,
    Boolean,
    Null,
    Any,
}

#[derive(Debug, Clone)]
pub(crate) struct Property {
    pub(crate) key: String,
    pub(crate) is_required: bool,
    pub(crate) shape: Shape,
}

/// An operation that is not written by hand.
#[derive(Debug)]
pub(crate) struct Operation {
    pub(crate) id: String,
    pub(crate) is_patch: bool,
    pub(crate) body: Option<Shape>,
    /// Its parameters and successful responses.
    others: Vec<Shape>,
}

#[derive(Debug)]
pub(crate) struct Spec {
    pub(crate) schemas: BTreeMap<String, Shape>,
    pub(crate) operations: Vec<Operation>,
    webhooks: Vec<Shape>,
}

impl Spec {
    pub(crate) fn read() -> Self {
        let path = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../polar-codegen/spec/2026-10.json"
        );
        let json: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
        let schemas = entries(&json["components"]["schemas"]);
        let paths = entries(&json["paths"]).flat_map(|(_, path)| entries(path));
        let webhooks = entries(&json["webhooks"]);
        Self {
            schemas: schemas
                .map(|(name, schema)| (name.clone(), Shape::of(schema)))
                .collect(),
            operations: paths
                .filter(|(_, json)| json.get("operationId").is_some())
                .map(|(method, json)| Operation::of(method, json))
                .collect(),
            webhooks: webhooks
                .flat_map(|(_, webhook)| contents(&webhook["post"]["requestBody"]))
                .collect(),
        }
    }

    /// Follows references.
    pub(crate) fn resolve<'a>(&'a self, shape: &'a Shape) -> &'a Shape {
        match shape {
            Shape::Ref(name) => self.resolve(&self.schemas[name]),
            _ => shape,
        }
    }

    /// The variants of a union without `null`, with those of the unions among them.
    pub(crate) fn variants<'a>(&'a self, variants: &'a [Shape]) -> Vec<&'a Shape> {
        let mut found = Vec::new();
        for variant in variants {
            match self.resolve(variant) {
                Shape::Union(inner) => found.extend(self.variants(inner)),
                Shape::Null => {}
                _ => found.push(variant),
            }
        }
        found
    }

    pub(crate) fn properties<'a>(&'a self, shape: &'a Shape) -> &'a [Property] {
        match self.resolve(shape) {
            Shape::Object(properties) => properties,
            _ => &[],
        }
    }

    /// The names of the schemas that an operation or a webhook reaches.
    pub(crate) fn reached(&self, is_by_hand: impl Fn(&str) -> bool) -> BTreeSet<&str> {
        let operations = self.operations.iter().filter(|it| !is_by_hand(&it.id));
        let shapes =
            operations.flat_map(|operation| operation.body.iter().chain(&operation.others));
        let mut open: Vec<&str> = Vec::new();
        shapes
            .chain(&self.webhooks)
            .for_each(|shape| shape.names(&mut open));
        let mut reached = BTreeSet::new();
        while let Some(name) = open.pop() {
            if reached.insert(name) {
                self.schemas[name].names(&mut open);
            }
        }
        reached
    }

    /// The names of the schemas that are the body of a `PATCH`, or a variant of one.
    pub(crate) fn patches(&self) -> BTreeSet<&str> {
        let patches = self.operations.iter().filter(|it| it.is_patch);
        let mut open: Vec<&Shape> = patches.filter_map(|it| it.body.as_ref()).collect();
        let mut found = BTreeSet::new();
        while let Some(shape) = open.pop() {
            match shape {
                Shape::Ref(name) => {
                    found.insert(name.as_str());
                    open.push(&self.schemas[name]);
                }
                Shape::Union(variants) => open.extend(variants),
                _ => {}
            }
        }
        found
    }

    /// Whether a value is one that a shape allows. Formats and limits are not checked.
    pub(crate) fn fits(&self, shape: &Shape, value: &Value) -> bool {
        match self.resolve(shape) {
            Shape::Const(constant) => value == constant,
            Shape::Enum(words) => words.iter().any(|word| value == word),
            Shape::Union(variants) => variants.iter().any(|variant| self.fits(variant, value)),
            Shape::Object(properties) => value.as_object().is_some_and(|entries| {
                let is_known = |key: &String| properties.iter().any(|it| it.key == *key);
                entries.keys().all(is_known)
                    && properties
                        .iter()
                        .all(|property| match entries.get(&property.key) {
                            Some(value) => self.fits(&property.shape, value),
                            None => !property.is_required,
                        })
            }),
            Shape::Map(inner) => {
                let mut entries = entries(value);
                value.is_object() && entries.all(|(_, value)| self.fits(inner, value))
            }
            Shape::List(item) => {
                let items = value.as_array();
                items.is_some_and(|items| items.iter().all(|value| self.fits(item, value)))
            }
            Shape::Tuple(_) => value.is_array(),
            Shape::Text(_) => value.is_string(),
            Shape::Integer => value.is_i64(),
            Shape::Number => value.is_number(),
            Shape::Boolean => value.is_boolean(),
            Shape::Null => value.is_null(),
            Shape::Any => true,
            Shape::Ref(_) => false,
        }
    }
}

impl Shape {
    fn of(json: &Value) -> Self {
        let list = |key: &str| -> Option<Vec<Self>> {
            Some(json.get(key)?.as_array()?.iter().map(Self::of).collect())
        };
        if let Some(reference) = json.get("$ref") {
            let name = reference.as_str().unwrap().rsplit('/').next().unwrap();
            return Self::Ref(name.to_owned());
        }
        if let Some(constant) = json.get("const") {
            return Self::Const(constant.clone());
        }
        if let Some(words) = json.get("enum") {
            let words = words.as_array().unwrap().iter();
            return Self::Enum(words.map(|it| it.as_str().unwrap().to_owned()).collect());
        }
        if let Some(variants) = list("anyOf").or_else(|| list("oneOf")) {
            return Self::Union(variants);
        }
        match json.get("type").and_then(Value::as_str) {
            Some("object") => Self::object(json),
            Some("array") => match list("prefixItems") {
                Some(places) => Self::Tuple(places),
                None => Self::List(Box::new(Self::of(&json["items"]))),
            },
            Some("string") => {
                let format = json.get("format").and_then(Value::as_str);
                Self::Text(format.unwrap_or_default().to_owned())
            }
            Some("integer") => Self::Integer,
            Some("number") => Self::Number,
            Some("boolean") => Self::Boolean,
            Some("null") => Self::Null,
            Some(other) => panic!("the tests do not know the type {other}"),
            None => Self::Any,
        }
    }

    fn object(json: &Value) -> Self {
        let Some(properties) = json.get("properties") else {
            let inner = json.get("additionalProperties");
            let inner = inner
                .filter(|it| it.is_object())
                .map_or(Self::Any, Self::of);
            return Self::Map(Box::new(inner));
        };
        let required = json.get("required").and_then(Value::as_array);
        let is_required = |key: &str| {
            let mut required = required.into_iter().flatten();
            required.any(|required| required == key)
        };
        Self::Object(
            entries(properties)
                .map(|(key, schema)| Property {
                    key: key.clone(),
                    is_required: is_required(key),
                    shape: Self::of(schema),
                })
                .collect(),
        )
    }

    fn names<'a>(&'a self, names: &mut Vec<&'a str>) {
        match self {
            Self::Ref(name) => names.push(name),
            Self::Union(shapes) | Self::Tuple(shapes) => {
                for shape in shapes {
                    shape.names(names);
                }
            }
            Self::Object(properties) => properties.iter().for_each(|it| it.shape.names(names)),
            Self::Map(inner) | Self::List(inner) => inner.names(names),
            _ => {}
        }
    }
}

impl Operation {
    fn of(method: &str, json: &Value) -> Self {
        let successes = entries(&json["responses"]).filter(|(status, _)| status.starts_with('2'));
        let parameters = json.get("parameters").and_then(Value::as_array);
        let parameters = parameters.into_iter().flatten();
        Self {
            id: json["operationId"].as_str().unwrap().to_owned(),
            is_patch: method == "patch",
            body: json
                .get("requestBody")
                .and_then(|body| contents(body).pop()),
            others: parameters
                .map(|parameter| Shape::of(&parameter["schema"]))
                .chain(successes.flat_map(|(_, response)| contents(response)))
                .collect(),
        }
    }
}

fn contents(json: &Value) -> Vec<Shape> {
    let contents = json.get("content").into_iter().flat_map(entries);
    let schemas = contents.filter_map(|(_, content)| content.get("schema"));
    schemas.map(Shape::of).collect()
}

fn entries(json: &Value) -> impl Iterator<Item = (&String, &Value)> {
    json.as_object().into_iter().flatten()
}
