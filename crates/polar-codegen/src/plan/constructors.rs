//! Named constructors of requests: one for each variant of a union, and those that the overlay names.

use std::{collections::BTreeSet, fmt::Write as _};

use super::{Field, Item, ItemKind, Plan, Rule, Variant};
use crate::{
    names,
    overlay::{self, Overlay},
};

/// A function that makes a request.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Constructor {
    pub(crate) name: String,
    pub(crate) docs: String,
    /// Names and types.
    pub(crate) arguments: Vec<(String, String)>,
    /// The arguments that are converted before they are used.
    pub(crate) converted: Vec<(String, String)>,
    /// The expression that it returns.
    pub(crate) value: String,
}

impl Plan<'_> {
    /// Gives every union that a request reaches its constructors.
    pub(crate) fn constructors(&mut self) {
        let reached = self.reached_by_requests();
        let paths: Vec<String> = self.items.keys().cloned().collect();
        for path in paths {
            let Some(item) = self.items.get(&path) else {
                continue;
            };
            let constructors = self.constructors_of(item, reached.contains(&path));
            match constructors {
                Ok(constructors) => {
                    if constructors.is_empty() && self.merged_requests.contains(&path) {
                        self.problem(format!("[constructors] has no entry for {path}"));
                    }
                    if let Some(item) = self.items.get_mut(&path) {
                        item.constructors = constructors;
                    }
                }
                Err(problem) => self.problem(problem),
            }
        }
        for place in self.overlay.constructors.keys() {
            let (owner, name) = place.split_once('.').unwrap_or((place, ""));
            let is_there = self.items.values().any(|item| {
                let mut names = item.constructors.iter().map(|known| &known.name);
                item.name == owner && names.any(|known| known == name)
            });
            if !is_there {
                self.problems
                    .insert(format!("[constructors] {place} belongs to nothing"));
            }
        }
    }

    /// The types of bodies, and of the fields of requests.
    fn reached_by_requests(&self) -> BTreeSet<String> {
        let mut reached = self.bodies.clone();
        for item in self.items.values() {
            if let ItemKind::Struct {
                fields,
                is_request: true,
                ..
            } = &item.kind
            {
                reached.extend(fields.iter().map(|field| {
                    match field.ty.find('<') {
                        Some(start) => field.ty.get(start..).unwrap_or_default(),
                        None => &field.ty,
                    }
                    .trim_matches(['<', '>'])
                    .to_owned()
                }));
            }
        }
        reached
    }

    fn constructors_of(&self, item: &Item, is_reached: bool) -> Result<Vec<Constructor>, String> {
        let named = by_overlay(self.overlay, &item.name);
        let mut constructors = Vec::new();
        match &item.kind {
            ItemKind::Union { variants, tag } if is_reached => {
                let is_beside = matches!(tag, super::Tag::Beside(_));
                for variant in variants.iter().filter(|_| !is_beside) {
                    let of_variant = named
                        .iter()
                        .filter(|(_, entry)| entry.variant.as_ref() == Some(&variant.name));
                    let mut all: Vec<_> = of_variant.cloned().collect();
                    if all.is_empty() {
                        all.push((names::snake(&variant.name), overlay::Constructor::default()));
                    }
                    for (name, entry) in all {
                        constructors.push(self.of_variant(item, variant, name, &entry)?);
                    }
                }
            }
            ItemKind::Struct {
                fields,
                is_request: true,
                ..
            } => {
                for (name, entry) in named {
                    let docs = entry.docs.clone().unwrap_or_default();
                    constructors.push(constructor(name, docs, "Self", fields, &entry)?);
                }
                constructors.extend(self.by_properties(item, fields)?);
            }
            _ => {}
        }
        Ok(constructors)
    }

    fn of_variant(
        &self,
        item: &Item,
        variant: &Variant,
        name: String,
        entry: &overlay::Constructor,
    ) -> Result<Constructor, String> {
        let inner = self.items.get(&variant.ty);
        let Some(ItemKind::Struct { fields, .. }) = inner.map(|inner| &inner.kind) else {
            return Err(format!(
                "[constructors] {}: {} is not a struct",
                item.name, variant.ty
            ));
        };
        let docs = entry.docs.clone();
        let docs = docs.unwrap_or_else(|| returns(self.docs_of(&variant.ty)));
        let is_given = |field: &&Field| {
            is_needed(field)
                || field.ty == "crate::RawJson"
                || entry.values.contains_key(&field.name)
                || entry.takes.iter().any(|take| take == &field.name)
        };
        let mut made = constructor(name, docs, &variant.ty, fields, entry)?;
        if !fields.iter().all(|field| is_given(&field)) {
            let name = variant.ty.rsplit("::").next().unwrap_or_default();
            let path =
                if self.items.get(&variant.ty).map(|inner| &inner.module) == Some(&item.module) {
                    String::new()
                } else {
                    format!("({})", variant.ty)
                };
            let _ = write!(
                made.docs,
                "\n\nFor the optional fields, build a [`{name}`]{path}."
            );
        }
        made.value = format!("Self::{}({})", variant.name, made.value);
        Ok(made)
    }

    /// A constructor for each type of properties, where a field beside them names the type.
    fn by_properties(&self, item: &Item, fields: &[Field]) -> Result<Vec<Constructor>, String> {
        let mut made = Vec::new();
        for field in fields {
            let Some(by) = &field.by else { continue };
            let Some(word) = fields.iter().find(|field| field.name == *by) else {
                continue;
            };
            let union = self.items.get(&field.ty).map(|union| &union.kind);
            let Some(ItemKind::Union { variants, .. }) = union else {
                continue;
            };
            for variant in variants {
                let mut entry = overlay::Constructor::default();
                let kind = format!("{}::{}", word.ty, names::variant(&variant.word));
                entry.values.insert(word.name.clone(), kind);
                let mut docs = format!(
                    "{} The `{}` is `{}`.",
                    returns(&item.docs),
                    word.key,
                    variant.word
                );
                let inner = self.items.get(&variant.ty).map(|inner| &inner.kind);
                let is_empty =
                    matches!(inner, Some(ItemKind::Struct { fields, .. }) if fields.is_empty());
                if is_needed(field) {
                    let value = if is_empty {
                        format!("{}::new()", variant.ty)
                    } else {
                        entry.takes.push(format!("{}: {}", field.name, variant.ty));
                        format!("{}.into()", field.name)
                    };
                    let value = format!("{}::{}({value})", field.ty, variant.name);
                    entry.values.insert(field.name.clone(), value);
                } else {
                    let union = field.ty.rsplit("::").next().unwrap_or_default();
                    let _ = write!(
                        docs,
                        " Set `{}` to a [`{union}::{}`] to change them.",
                        field.name, variant.name
                    );
                }
                let name = names::snake(&variant.name);
                made.push(constructor(name, docs, "Self", fields, &entry)?);
            }
        }
        Ok(made)
    }

    fn docs_of(&self, path: &str) -> &str {
        self.items.get(path).map_or("", |item| &item.docs)
    }
}

/// The overlay's constructors of a type, by name.
fn by_overlay(overlay: &Overlay, owner: &str) -> Vec<(String, overlay::Constructor)> {
    let entries = overlay.constructors.iter();
    entries
        .filter_map(|(place, entry)| {
            let (of, name) = place.split_once('.')?;
            (of == owner).then(|| (name.to_owned(), entry.clone()))
        })
        .collect()
}

/// A call of `new` with what must be there, and of a setter for what else is taken or set.
fn constructor(
    name: String,
    docs: String,
    ty: &str,
    fields: &[Field],
    entry: &overlay::Constructor,
) -> Result<Constructor, String> {
    let typed = |field: &Field| {
        let takes = entry.takes.iter().filter_map(|take| take.split_once(": "));
        takes
            .filter(|(name, _)| *name == field.name)
            .map(|(_, ty)| ty.to_owned())
            .next()
    };
    let is_field = |name: &str| fields.iter().any(|field| field.name == name);
    let of_no_field = entry.takes.iter().filter_map(|take| take.split_once(": "));
    let of_no_field = of_no_field.filter(|(name, _)| !is_field(name));
    let mut arguments: Vec<(String, String)> = of_no_field
        .map(|(name, ty)| (name.to_owned(), ty.to_owned()))
        .collect();
    let mut converted = arguments.clone();
    let mut given = Vec::new();
    let mut setters = String::new();
    for field in fields {
        let is_taken = entry.takes.iter().any(|take| take == &field.name);
        let typed = typed(field);
        let fixed = entry.values.get(&field.name);
        if let Some(ty) = &typed {
            arguments.push((field.name.clone(), ty.clone()));
            let into = format!("{}.into()", field.name);
            if !fixed.is_some_and(|value| value.contains(&into)) {
                converted.push((field.name.clone(), ty.clone()));
            }
        } else if is_taken || is_needed(field) && fixed.is_none() {
            arguments.push((field.name.clone(), field.ty.clone()));
        }
        let value = match (fixed, field.rule) {
            (Some(value), _) => value.clone(),
            (None, Rule::Patch) => format!("crate::Patch::Set({}.into())", field.name),
            (None, _) => field.name.clone(),
        };
        if is_needed(field) {
            given.push(value);
        } else if is_taken || typed.is_some() || fixed.is_some() {
            let _ = write!(setters, ".{}({value})", field.name);
        }
    }
    let takes = entry.takes.iter().filter(|take| !take.contains(": "));
    let named = takes.chain(entry.values.keys());
    if let Some(name) = named.into_iter().find(|name| !is_field(name)) {
        return Err(format!("[constructors] {ty} has no field {name}"));
    }
    Ok(Constructor {
        name,
        docs,
        arguments,
        converted,
        value: format!("{ty}::new({}){setters}", given.join(", ")),
    })
}

const fn is_needed(field: &Field) -> bool {
    matches!(field.rule, Rule::Required | Rule::Lenient)
}

/// The documentation of a function that returns what a noun phrase describes.
fn returns(docs: &str) -> String {
    let first = docs.lines().next().unwrap_or_default();
    for article in ["A ", "An ", "The "] {
        if let Some(rest) = first.strip_prefix(article) {
            return format!("Returns {}{rest}", article.to_lowercase());
        }
    }
    first.to_owned()
}
