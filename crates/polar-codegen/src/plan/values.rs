//! The Rust types of values.

use super::{ItemKind, Plan, Type, path_of, unions};
use crate::{
    document::{Kind, Schema},
    json::Json,
    names,
};

impl Plan<'_> {
    /// Returns the path of a value's type, for a place such as `orders/list.status`.
    pub(crate) fn ty_path(&mut self, schema: &Schema, place: &str) -> String {
        let (owner, key) = place.split_once('.').unwrap_or((place, "body"));
        self.ty(schema, owner, key).path
    }

    /// Returns the type of a value at a key of a schema or of an operation.
    pub(super) fn ty(&mut self, schema: &Schema, owner: &str, key: &str) -> Type {
        let overlay = self.overlay;
        if let Some(path) = self.type_by_overlay(schema, owner, key) {
            return Type::lenient(path);
        }
        match &schema.kind {
            Kind::Ref(name) => self.named(name),
            Kind::Nullable(inner) => {
                let inner = self.ty(inner, owner, key);
                Type::lenient(format!("Option<{}>", inner.path))
            }
            Kind::Text { format } => match format.as_deref() {
                Some("uuid" | "uuid4") => Type::strict(self.id(owner, key)),
                Some("date-time") => Type::lenient("crate::Timestamp"),
                Some("date") => Type::strict("crate::Date"),
                None if self.is_text_id(owner, key) => Type::strict(self.id(owner, key)),
                _ => Type::lenient("String"),
            },
            Kind::Integer if overlay.amounts.iter().any(|name| name == key) => {
                Type::strict("crate::Amount")
            }
            Kind::Integer | Kind::Const(Json::Number(_)) => Type::strict("i64"),
            Kind::Float => Type::strict("f64"),
            Kind::Boolean | Kind::Const(Json::Boolean(_)) => Type::strict("bool"),
            Kind::Const(Json::Text(word)) => {
                let words = std::slice::from_ref(word);
                Type::lenient(self.inline_enum(owner, key, words))
            }
            Kind::Enum(words) => Type::lenient(self.inline_enum(owner, key, words)),
            Kind::List(item) => {
                let item = self.ty(item, owner, key);
                Type::lenient(format!("Vec<{}>", item.path))
            }
            Kind::Map(value) if !matches!(value.kind, Kind::Any) => {
                let value = self.ty(value, owner, key).path;
                Type::lenient(format!("std::collections::BTreeMap<String, {value}>"))
            }
            Kind::Union { variants, tag } => {
                self.inline_union(schema, variants, tag.as_ref(), owner, key)
            }
            Kind::Null => Type::lenient(RAW),
            Kind::Object(_) | Kind::Map(_) | Kind::Any | Kind::Const(_) => {
                self.raw(owner, key);
                Type::lenient(RAW)
            }
        }
    }

    /// The overlay's type for a place, for a key of any schema, or for a schema's shape.
    fn type_by_overlay(&mut self, schema: &Schema, owner: &str, key: &str) -> Option<String> {
        let types = &self.overlay.types;
        if let Some(path) = types.get(&format!("{owner}.{key}")) {
            return Some(path.clone());
        }
        // A list or a union has a type of its own; its items are looked up by the same key.
        let is_plain = matches!(
            schema.kind,
            Kind::Map(_) | Kind::Text { .. } | Kind::Ref(_) | Kind::Any
        );
        let is_id = matches!(&schema.kind, Kind::Text { format: Some(format) } if format.starts_with("uuid"));
        let is_object = matches!(self.document.resolve(schema).kind, Kind::Object(_));
        if !is_plain || is_id || is_object {
            return None;
        }
        types.get(&format!("*.{key}")).cloned()
    }

    /// Notes that a value has no type; the overlay lists where that is meant.
    pub(super) fn raw(&mut self, owner: &str, key: &str) {
        let place = format!("{owner}.{key}");
        self.problem(format!("[types] has no type for {place}"));
    }

    /// Returns an enum of just these words, which is new unless another place has the same.
    pub(super) fn inline_enum(&mut self, owner: &str, key: &str, words: &[String]) -> String {
        let name = format!("{}{}", self.overlay.rust_name(owner), names::camel(key));
        let name = self.overlay.rust_name(&name);
        self.enum_named(owner, &name, words)
    }

    pub(super) fn enum_named(&mut self, owner: &str, name: &str, words: &[String]) -> String {
        let kind = ItemKind::Enum {
            words: sort_words(words),
        };
        if let Some(item) = self.items.values().find(|item| item.kind == kind) {
            return path_of(&item.module, &item.name);
        }
        let module = self.module(owner);
        self.add(&module, name, None, kind);
        path_of(&module, name)
    }

    fn inline_union(
        &mut self,
        schema: &Schema,
        variants: &[Schema],
        tag: Option<&String>,
        owner: &str,
        key: &str,
    ) -> Type {
        let all = |is: &dyn Fn(&Kind) -> bool| variants.iter().all(|variant| is(&variant.kind));
        if all(&|kind| matches!(kind, Kind::Integer | Kind::Float)) {
            return Type::strict("f64");
        }
        if all(&|kind| matches!(kind, Kind::Float | Kind::Text { .. })) {
            return Type::lenient("crate::Decimal");
        }
        if !all(&|kind| matches!(kind, Kind::Ref(_) | Kind::Union { .. })) {
            self.raw(owner, key);
            return Type::lenient(RAW);
        }
        let place = format!("{owner}.{key}");
        let rule = self.overlay.unions.get(&place);
        // One type for the same variants, except where a key beside it decides.
        let beside = rule.is_some_and(|rule| rule.form == crate::overlay::Form::Beside);
        let signature = format!("{beside} {variants:?}");
        if let Some(path) = self.unions.get(&signature) {
            return Type::lenient(path);
        }
        let name = rule.and_then(|rule| rule.name.clone());
        let name = name.unwrap_or_else(|| {
            let name = format!("{}{}", self.overlay.rust_name(owner), names::camel(key));
            self.overlay.rust_name(&name)
        });
        let module = self.module(owner);
        let union = unions::Place::new(&place, &name, &module, schema.description.clone());
        let ty = self.union(&union, variants, tag);
        self.unions.insert(signature, ty.path.clone());
        ty
    }
}

const RAW: &str = "crate::RawJson";

/// Returns the words of an order to sort by, without those that only reverse another.
pub(super) fn sort_words(words: &[String]) -> Vec<String> {
    let is_reverse = |word: &String| {
        word.strip_prefix('-')
            .is_some_and(|plain| words.iter().any(|word| word == plain))
    };
    let plain = words.iter().filter(|word| !is_reverse(word));
    plain.cloned().collect()
}
