//! What a person says about the document: `overlay.toml` and `operations.toml`. The files explain
//! each table.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use crate::{
    document::{Document, Kind, Parameter, Schema},
    names,
};

type Table<T> = BTreeMap<String, T>;

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Overlay {
    pub(crate) absorb: Table<String>,
    pub(crate) schemas: Table<String>,
    pub(crate) names: Table<String>,
    pub(crate) by_hand: Table<String>,
    pub(crate) free_form: Table<String>,
    pub(crate) modules: Table<String>,
    pub(crate) ids: Table<String>,
    pub(crate) text_ids: Vec<String>,
    pub(crate) ids_by_hand: Vec<String>,
    pub(crate) id_of: Table<String>,
    pub(crate) amounts: Vec<String>,
    pub(crate) types: Table<String>,
    pub(crate) added: Table<String>,
    pub(crate) optional: Vec<String>,
    pub(crate) unions: Table<Union>,
    pub(crate) constructors: Table<Constructor>,
    pub(crate) fields: Table<String>,
    pub(crate) operations: Table<OperationOverlay>,
    pub(crate) request_choices: Table<Choice>,
    pub(crate) docs: DocsOverlay,
    /// By operation: `operations.toml`.
    #[serde(skip)]
    pub(crate) pages: Table<OperationPage>,
}

/// What a person says on the page of an operation.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct OperationPage {
    /// What it does, if the document's words will not do.
    pub(crate) docs: Option<String>,
    /// Errors that were read in the server: `Name`, or `Name: when`.
    pub(crate) errors: Vec<String>,
    /// How to find out what happened after a lost response.
    pub(crate) recovery: Option<String>,
}

/// Documentation, where the document has none or not the right one.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct DocsOverlay {
    pub(crate) phrases: Table<String>,
    pub(crate) types: Table<String>,
    pub(crate) words: Table<String>,
    pub(crate) fields: Table<String>,
    pub(crate) modules: Table<String>,
}

/// What a person says about an operation.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct OperationOverlay {
    /// Whether it is written by hand and not generated.
    pub(crate) by_hand: bool,
    /// The name of the method and, in camel case, of the struct.
    pub(crate) name: Option<String>,
    /// Parameters in the query that the document lacks.
    pub(crate) query: Vec<String>,
    /// The schema of the response.
    pub(crate) returns: Option<String>,
    pub(crate) credential: Option<Credential>,
    pub(crate) idempotency: Option<Idempotency>,
    /// Successful statuses that the document does not have.
    pub(crate) also_expects: Vec<u16>,
}

/// Which credential an operation is sent with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Credential {
    None,
    AccessToken,
    Session,
}

/// Whether an operation may be sent again, in the words of RFC 9110.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Idempotency {
    Safe,
    Idempotent,
    NonIdempotent,
    /// The request itself decides.
    ByRequest,
}

/// A function that makes a request.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Constructor {
    /// Of a union: the name of the variant.
    pub(crate) variant: Option<String>,
    /// The optional fields that it takes, or `field: Type` for a field that is made from another type.
    pub(crate) takes: Vec<String>,
    /// Expressions, by field.
    pub(crate) values: Table<String>,
    pub(crate) docs: Option<String>,
}

/// How the server chooses the variant of a union in a request, where the document does not say it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Choice {
    /// The key that the server looks at.
    pub(crate) key: String,
    /// The names of the variants in the paths of errors, in the document's order.
    pub(crate) tags: Vec<String>,
    /// The variant if the key has any value, whichever.
    pub(crate) present: Option<String>,
    /// The variant if the key is absent.
    pub(crate) default: Option<String>,
}

/// The form of a union in Rust.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Union {
    pub(crate) name: Option<String>,
    pub(crate) form: Form,
    /// The key whose value tells the variants apart; it may be a path such as `benefit.type`.
    pub(crate) tag: String,
    /// For [`Form::Beside`]: the schema for each value of the tag.
    pub(crate) words: Table<String>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Form {
    /// One struct: a field that only some variants have is optional.
    #[default]
    Merged,
    /// An enum distinguished by the value of a key inside.
    Tagged,
    /// An enum distinguished by a key that only one variant has.
    Keyed,
    /// An enum distinguished by the value of a key beside it.
    Beside,
}

impl Overlay {
    /// Changes a document where the overlay says so.
    pub(crate) fn correct(&self, document: &mut Document) -> Result<(), String> {
        for (other, union) in &self.absorb {
            document.absorb(union, other)?;
        }
        for (name, original) in &self.schemas {
            let schema = document.schemas.get(original).cloned();
            let schema = schema.ok_or_else(|| {
                format!("[schemas] {name}: the document has no schema {original}")
            })?;
            document.schemas.insert(name.clone(), schema);
        }
        for operation in &mut document.operations {
            let Some(overlay) = self.operations.get(&operation.id) else {
                continue;
            };
            if let Some(returns) = &overlay.returns {
                let contents = operation.successes.iter_mut();
                for content in contents.filter_map(|(_, content)| content.as_mut()) {
                    content.schema = Schema::of(Kind::Ref(returns.clone()));
                }
            }
            let query = overlay.query.iter().map(|name| Parameter {
                name: name.clone(),
                is_path: false,
                is_required: false,
                description: None,
                schema: Schema::of(Kind::Text { format: None }),
            });
            operation.parameters.extend(query);
        }
        Ok(())
    }

    /// Whether an operation is written by hand.
    pub(crate) fn is_by_hand(&self, operation: &str) -> bool {
        self.operations
            .get(operation)
            .is_some_and(|operation| operation.by_hand)
    }

    /// Reads the two files.
    pub(crate) fn read(overlay: &str, operations: &str) -> Result<Self, String> {
        let overlay: Self =
            toml::from_str(overlay).map_err(|error| format!("overlay.toml: {error}"))?;
        let pages =
            toml::from_str(operations).map_err(|error| format!("operations.toml: {error}"))?;
        Ok(Self { pages, ..overlay })
    }

    /// Returns the Rust name of a schema, or of the schema or operation that has a place.
    pub(crate) fn rust_name(&self, place: &str) -> String {
        let owner = place.split('.').next().unwrap_or(place);
        let owner = owner.rsplit('/').next().unwrap_or(owner);
        if let Some(name) = self.names.get(owner) {
            return name.clone();
        }
        let by_beginning = self.names.iter().filter_map(|(pattern, name)| {
            let rest = owner.strip_prefix(pattern.strip_suffix('*')?)?;
            let name = name.strip_suffix('*')?;
            Some((pattern.len(), names::camel(&format!("{name}{rest}"))))
        });
        let longest = by_beginning.max_by_key(|(length, _)| *length);
        longest.map_or_else(|| names::camel(owner), |(_, name)| name)
    }

    /// Returns the type of a schema's own id: by its whole name, or else by the longest end or
    /// beginning of it.
    pub(crate) fn id_of(&self, schema: &str) -> Option<&String> {
        let longest = |is: &dyn Fn(&str) -> bool| {
            let found = self.id_of.iter().filter(|(pattern, _)| is(pattern));
            found
                .max_by_key(|(pattern, _)| pattern.len())
                .map(|(_, name)| name)
        };
        let ends = |pattern: &str| {
            pattern
                .strip_prefix('*')
                .is_some_and(|end| schema.ends_with(end))
        };
        let begins = |pattern: &str| {
            pattern
                .strip_suffix('*')
                .is_some_and(|start| schema.starts_with(start))
        };
        self.id_of
            .get(schema)
            .or_else(|| longest(&ends))
            .or_else(|| longest(&begins))
    }

    /// Returns the id types that are generated.
    pub(crate) fn id_types(&self) -> BTreeSet<&String> {
        let all = self.ids.values().chain(self.id_of.values());
        all.filter(|name| !self.ids_by_hand.contains(name))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::Overlay;

    const TEXT: &str = include_str!("../overlay.toml");

    /// The comment right above a line.
    fn comment_above(line: &str) -> String {
        let (before, _) = TEXT.split_once(line).unwrap_or_default();
        let lines: Vec<&str> = before.lines().collect();
        let comment = lines.iter().rev().take_while(|line| line.starts_with('#'));
        comment.copied().collect()
    }

    #[test]
    fn each_difference_from_the_server_names_an_exchange() {
        let overlay = Overlay::read(TEXT, include_str!("../operations.toml")).unwrap();
        let tables = [
            "optional = [",
            "text_ids = [",
            "[absorb]",
            "[schemas]",
            "[added]",
        ];
        let mut lines: Vec<String> = tables.map(|table| format!("\n{table}\n")).to_vec();
        for (id, operation) in &overlay.operations {
            let is_different = operation.returns.is_some()
                || operation.credential.is_some()
                || !operation.query.is_empty()
                || !operation.also_expects.is_empty();
            if is_different {
                lines.push(format!("\n[operations.{id:?}]\n"));
            }
        }
        assert!(lines.len() > 9, "{lines:?}");
        for line in lines {
            let comment = comment_above(&line);
            let mut operations = overlay.operations.keys().map(String::as_str);
            let others = ["events:list", "subscriptions:list"];
            assert!(
                operations.any(|id| comment.contains(id))
                    || others.iter().any(|id| comment.contains(id)),
                "{line} names no exchange: {comment}"
            );
        }
    }
}
