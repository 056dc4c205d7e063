//! Our public API as a list of names, to compare two documents by.

use std::collections::BTreeMap;

use crate::{
    operations::{Operation, Part, Resource},
    plan::{Item, ItemKind, Plan},
    render::rule_name,
};

/// What can be named by users: the name, and its type or signature.
pub(crate) type Surface = BTreeMap<String, String>;

/// Returns every type, field, variant, operation and parameter.
pub(crate) fn surface(plan: &Plan<'_>, resources: &[Resource]) -> Surface {
    let mut surface = Surface::new();
    for item in plan.items.values() {
        self::item(&mut surface, item);
    }
    for resource in resources {
        for operation in &resource.operations {
            let name = format!("operation {}", operation.label);
            for field in &operation.fields {
                let parameter = format!("{name}, parameter {}", field.name);
                surface.insert(parameter, format!("{} {}", field.rule, field.ty));
            }
            let http = &operation.http_method;
            let signature = format!(
                "{http} {} {:?} {:?} -> {}",
                path(operation),
                operation.credential,
                operation.idempotency,
                operation.output
            );
            surface.insert(name, signature);
        }
    }
    surface
}

fn path(operation: &Operation) -> String {
    let part = |part: &Part| match part {
        Part::Literal(text) => text.clone(),
        Part::Parameter(name) | Part::Secret(name) => format!("{{{name}}}"),
    };
    operation.path.iter().map(part).collect()
}

fn item(surface: &mut Surface, item: &Item) {
    let name = format!("{}::{}", item.module, item.name);
    let kind = match &item.kind {
        ItemKind::Struct {
            fields,
            constants,
            is_request,
        } => {
            for field in fields {
                let rule = rule_name(field.rule);
                let place = format!("field {name}.{}", field.name);
                surface.insert(place, format!("{rule} {} (`{}`)", field.ty, field.key));
            }
            for (key, value) in constants {
                let value = value.as_deref().unwrap_or("null");
                surface.insert(format!("constant {name}.{key}"), value.to_owned());
            }
            if *is_request {
                "struct for requests"
            } else {
                "struct"
            }
        }
        ItemKind::Enum { words } => {
            for word in words {
                surface.insert(format!("variant {name}, `{word}`"), String::new());
            }
            "enum"
        }
        ItemKind::Union { variants, .. } => {
            for variant in variants {
                let place = format!("variant {name}::{}", variant.name);
                surface.insert(place, format!("{} (`{}`)", variant.ty, variant.word));
            }
            "union"
        }
    };
    for constructor in &item.constructors {
        let arguments = constructor.arguments.iter();
        let arguments: Vec<String> = arguments
            .map(|(name, ty)| format!("{name}: {ty}"))
            .collect();
        let place = format!("constructor {name}::{}", constructor.name);
        surface.insert(place, format!("({})", arguments.join(", ")));
    }
    surface.insert(format!("type {name}"), kind.to_owned());
}

/// Returns a line for each name that was added (`+`), removed (`-`) or changed (`~`).
pub(crate) fn differences(old: &Surface, new: &Surface) -> Vec<String> {
    let mut lines = Vec::new();
    for (name, before) in old {
        match new.get(name) {
            None => lines.push(format!("- {name}{}", signature(before))),
            Some(after) if after != before => {
                lines.push(format!("~ {name}: {before}, now {after}"));
            }
            Some(_) => {}
        }
    }
    for (name, after) in new.iter().filter(|(name, _)| !old.contains_key(*name)) {
        lines.push(format!("+ {name}{}", signature(after)));
    }
    lines
}

fn signature(text: &str) -> String {
    if text.is_empty() {
        String::new()
    } else {
        format!(": {text}")
    }
}
