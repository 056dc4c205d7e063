//! Reads the document from JSON.

use super::{
    Content, DeclaredError, Document, Kind, Operation, Parameter, Property, Schema, Webhook,
};
use crate::json::Json;

/// The methods of a path. A path has other keys as well.
pub(crate) const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

impl Document {
    /// Reads a document. An error if it refers to a schema that it does not have, or if it has no
    /// operations.
    pub(crate) fn read(json: &Json) -> Result<Self, String> {
        let schemas = json
            .at(&["components", "schemas"])
            .map_or(&[][..], Json::entries);
        let mut document = Self {
            schemas: schemas
                .iter()
                .map(|(name, schema)| (name.clone(), Schema::read(schema)))
                .collect(),
            operations: entries(json, "paths").iter().flat_map(operations).collect(),
            webhooks: entries(json, "webhooks")
                .iter()
                .filter_map(webhook)
                .collect(),
        };
        document.check()?;
        document.name_errors();
        Ok(document)
    }

    /// Replaces unions of errors by the errors in them.
    fn name_errors(&mut self) {
        for operation in &mut self.operations {
            for error in &mut operation.errors {
                let mut names = Vec::new();
                for name in std::mem::take(&mut error.names) {
                    match self.schemas.get(&name) {
                        Some(union) if matches!(union.kind, Kind::Union { .. }) => {
                            union.references(&mut names);
                        }
                        _ => names.push(name),
                    }
                }
                error.names = names;
            }
        }
    }

    fn check(&self) -> Result<(), String> {
        if self.operations.is_empty() {
            return Err("the document has no operations".to_owned());
        }
        let known = |owner: &str, schema: &Schema| {
            let mut names = Vec::new();
            schema.references(&mut names);
            match names.iter().find(|name| !self.schemas.contains_key(*name)) {
                Some(name) => Err(format!("{owner}: the document has no schema {name}")),
                None => Ok(()),
            }
        };
        for (name, schema) in &self.schemas {
            known(name, schema)?;
        }
        for operation in &self.operations {
            let responses = operation.contents().map(|content| &content.schema);
            for schema in operation.request_schemas().chain(responses) {
                known(&operation.id, schema)?;
            }
        }
        for webhook in &self.webhooks {
            known("webhooks", &Schema::of(Kind::Ref(webhook.schema.clone())))?;
        }
        Ok(())
    }
}

impl Schema {
    fn read(json: &Json) -> Self {
        Self {
            description: json.text_of("description").map(str::to_owned),
            kind: kind(json),
        }
    }
}

fn kind(json: &Json) -> Kind {
    if let Some(reference) = json.text_of("$ref") {
        return Kind::Ref(last(reference).to_owned());
    }
    if let Some(value) = json.get("const") {
        return Kind::Const(value.clone());
    }
    if let Some(values) = json.get("enum") {
        let words = values.items().iter().filter_map(Json::text);
        return Kind::Enum(words.map(str::to_owned).collect());
    }
    for word in ["anyOf", "oneOf"] {
        if let Some(variants) = json.get(word) {
            let tag = json
                .at(&["discriminator", "propertyName"])
                .and_then(Json::text);
            return union(variants.items(), tag.map(str::to_owned));
        }
    }
    match json.text_of("type") {
        Some("string") => Kind::Text {
            format: json.text_of("format").map(str::to_owned),
        },
        Some("integer") => Kind::Integer,
        Some("number") => Kind::Float,
        Some("boolean") => Kind::Boolean,
        Some("null") => Kind::Null,
        Some("array") => Kind::List(Box::new(schema(json, "items"))),
        Some("object") => object(json),
        _ => Kind::Any,
    }
}

fn schema(json: &Json, key: &str) -> Schema {
    json.get(key).map_or(Schema::of(Kind::Any), Schema::read)
}

fn union(variants: &[Json], tag: Option<String>) -> Kind {
    let schemas: Vec<Schema> = variants.iter().map(Schema::read).collect();
    let is_nullable = schemas
        .iter()
        .any(|schema| matches!(schema.kind, Kind::Null | Kind::Nullable(_)));
    let mut rest: Vec<Schema> = Vec::new();
    for schema in schemas {
        match schema.kind {
            Kind::Null => {}
            Kind::Nullable(inner) => rest.push(*inner),
            Kind::Union { variants, .. } if tag.is_none() && !is_nullable => rest.extend(variants),
            _ => rest.push(schema),
        }
    }
    let inner = match rest.len() {
        1 => rest.remove(0),
        _ => Schema::of(Kind::Union {
            variants: rest,
            tag,
        }),
    };
    if is_nullable {
        Kind::Nullable(Box::new(inner))
    } else {
        inner.kind
    }
}

fn object(json: &Json) -> Kind {
    if let Some(properties) = json.get("properties") {
        let required: Vec<&str> = items(json, "required")
            .iter()
            .filter_map(Json::text)
            .collect();
        let property = |(name, schema): &(String, Json)| Property {
            name: name.clone(),
            is_required: required.contains(&name.as_str()),
            schema: Schema::read(schema),
        };
        return Kind::Object(properties.entries().iter().map(property).collect());
    }
    match json.get("additionalProperties") {
        Some(values @ Json::Object(_)) => Kind::Map(Box::new(Schema::read(values))),
        _ => Kind::Map(Box::new(Schema::of(Kind::Any))),
    }
}

fn operations((path, item): &(String, Json)) -> Vec<Operation> {
    let methods = item
        .entries()
        .iter()
        .filter(|(method, _)| METHODS.contains(&method.as_str()));
    methods
        .map(|(method, json)| operation(path, method, json))
        .collect()
}

fn operation(path: &str, method: &str, json: &Json) -> Operation {
    let successes = entries(json, "responses")
        .iter()
        .filter_map(|(status, response)| Some((status.parse::<u16>().ok()?, content(response))))
        .filter(|(status, _)| (200..300).contains(status));
    let security = items(json, "security").iter().flat_map(Json::entries);
    let scopes = |scopes: &Json| {
        let scopes = scopes.items().iter().filter_map(Json::text);
        scopes.map(str::to_owned).collect()
    };
    Operation {
        id: json.text_of("operationId").unwrap_or_default().to_owned(),
        method: method.to_uppercase(),
        path: path.to_owned(),
        summary: json.text_of("summary").map(str::to_owned),
        description: json.text_of("description").map(str::to_owned),
        parameters: items(json, "parameters").iter().map(parameter).collect(),
        body: json.get("requestBody").and_then(content),
        successes: successes.collect(),
        errors: entries(json, "responses")
            .iter()
            .filter_map(declared_error)
            .collect(),
        security: security
            .map(|(name, value)| (name.clone(), scopes(value)))
            .collect(),
    }
}

fn declared_error((status, response): &(String, Json)) -> Option<DeclaredError> {
    let status = status
        .parse()
        .ok()
        .filter(|status| (400..500).contains(status))?;
    let mut names = Vec::new();
    if let Some(content) = content(response) {
        content.schema.references(&mut names);
    }
    Some(DeclaredError {
        status,
        names,
        description: response
            .text_of("description")
            .unwrap_or_default()
            .to_owned(),
    })
}

fn parameter(json: &Json) -> Parameter {
    Parameter {
        name: json.text_of("name").unwrap_or_default().to_owned(),
        is_path: json.text_of("in") == Some("path"),
        is_required: json.get("required") == Some(&Json::Boolean(true)),
        description: json
            .text_of("description")
            .or(json.at(&["schema", "description"]).and_then(Json::text))
            .map(str::to_owned),
        schema: schema(json, "schema"),
    }
}

fn content(json: &Json) -> Option<Content> {
    let (media_type, media) = json.get("content")?.entries().first()?;
    Some(Content {
        media_type: media_type.clone(),
        schema: schema(media, "schema"),
    })
}

fn webhook((name, item): &(String, Json)) -> Option<Webhook> {
    let post = item.get("post")?;
    match content(post.get("requestBody")?)?.schema.kind {
        Kind::Ref(schema) => Some(Webhook {
            name: name.clone(),
            description: post.text_of("description").map(str::to_owned),
            schema,
        }),
        _ => None,
    }
}

fn entries<'a>(json: &'a Json, key: &str) -> &'a [(String, Json)] {
    json.get(key).map_or(&[], Json::entries)
}

fn items<'a>(json: &'a Json, key: &str) -> &'a [Json] {
    json.get(key).map_or(&[], Json::items)
}

fn last(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}
