//! The files of the types.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
};

use super::{Files, children, doc, header, import, replace_paths};
use crate::{
    names,
    plan::{Constructor, Field, Item, ItemKind, Plan, Rule, Tag, Variant},
};

/// Writes the types of a plan, a file for each module.
pub(crate) fn types(plan: &Plan<'_>) -> Files {
    let mut modules: BTreeMap<&str, Vec<&Item>> = BTreeMap::new();
    for item in plan.items.values() {
        modules.entry(&item.module).or_default().push(item);
    }
    let children = children(modules.keys().copied());
    let mut files = BTreeMap::from([("ids.rs".to_owned(), ids(plan))]);
    for (module, items) in &modules {
        let inner = children.get(*module);
        let path = module.replace("::", "/");
        let path = match inner {
            Some(_) => format!("{path}/mod.rs"),
            None => format!("{path}.rs"),
        };
        files.insert(path, self::module(module, items, inner));
    }
    for (parent, inner) in &children {
        if !modules.contains_key(parent.as_str()) {
            let mut text = header(if parent.is_empty() {
                "The types of the whole API, by resource."
            } else {
                "The types of the customer portal, by resource."
            });
            for name in inner {
                let _ = writeln!(text, "pub mod {name};");
            }
            if parent.is_empty() {
                text += "mod ids;\n\npub use ids::*;\n";
                files.insert("mod.rs".to_owned(), text);
            } else {
                files.insert(format!("{parent}/mod.rs"), text);
            }
        }
    }
    files
}

fn module(module: &str, items: &[&Item], inner: Option<&BTreeSet<String>>) -> String {
    let name = module.rsplit("::").next().unwrap_or(module);
    let what = match name {
        "common" => "Types that several resources share.".to_owned(),
        _ if module.starts_with("customer_portal::") => format!(
            "Types of {} in the customer portal.",
            name.replace('_', " ")
        ),
        _ => format!("Types of {}.", name.replace('_', " ")),
    };
    let mut text = header(&what);
    for child in inner.into_iter().flatten() {
        let _ = writeln!(text, "pub mod {child};");
    }
    let mut imports = BTreeSet::new();
    let mut body = String::new();
    for item in items {
        body.push('\n');
        body += &self::item(item);
    }
    let own: Vec<&str> = module.split("::").collect();
    let body = replace_paths(&body, &mut |path| match path {
        _ if path.len() > own.len() && path.starts_with(&own) => {
            path.get(own.len()..).unwrap_or_default().join("::")
        }
        _ if path
            .first()
            .is_some_and(|name| name.starts_with(char::is_uppercase)) =>
        {
            imports.extend(path.first().map(|name| (*name).to_owned()));
            path.join("::")
        }
        _ => format!("crate::{}", path.join("::")),
    });
    let used = |name: &&str| body.contains(&format!("\n{name}! {{"));
    let macros: Vec<&str> = ["object", "open_enum", "union"]
        .into_iter()
        .filter(used)
        .collect();
    imports.insert(match macros.as_slice() {
        [name] => format!("value::{name}"),
        _ => format!("value::{{{}}}", macros.join(", ")),
    });
    text + &import("crate", &imports) + &body
}

/// The id types that are not written by hand.
fn ids(plan: &Plan<'_>) -> String {
    let mut text = header("Ids of the objects of the API.");
    text += "use crate::ids::ids;\n\nids! {\n";
    for name in plan.overlay.id_types() {
        let words = names::words(name);
        let what = words.split_last().map_or(&[][..], |(_, words)| words);
        let what = what.join(" ");
        let article = if what.starts_with(['a', 'e', 'i', 'o']) {
            "an"
        } else {
            "a"
        };
        let _ = writeln!(text, "    /// The id of {article} {what}.");
        let _ = writeln!(text, "    {name}, \"{article} {what} id\";");
    }
    text + "}\n"
}

fn item(item: &Item) -> String {
    let macro_name = match &item.kind {
        ItemKind::Struct { .. } => "object",
        ItemKind::Enum { .. } => "open_enum",
        ItemKind::Union { .. } => "union",
    };
    let mut text = format!("{macro_name}! {{\n");
    doc(&mut text, 4, &item.docs);
    match &item.kind {
        ItemKind::Struct {
            fields,
            constants,
            is_request,
        } => {
            let word = if *is_request { "request" } else { "struct" };
            let constants: Vec<String> = constants
                .iter()
                .map(|(key, value)| match value {
                    Some(text) => format!("{key:?} = {text:?}"),
                    None => format!("{key:?} = null"),
                })
                .collect();
            let with = if constants.is_empty() { "" } else { " with " };
            let constants = constants.join(", ");
            let _ = writeln!(text, "    pub {word} {}{with}{constants} {{", item.name);
            for field in fields {
                self::field(&mut text, field);
            }
        }
        ItemKind::Enum { words } => {
            let _ = writeln!(text, "    pub enum {} {{", item.name);
            for (word, docs) in words.iter().zip(&item.word_docs) {
                doc(&mut text, 8, docs);
                let _ = writeln!(text, "        {} = {word:?},", names::variant(word));
            }
        }
        ItemKind::Union { tag, variants } => {
            let by = match tag {
                Tag::Inside(key) => format!(" by {key:?}"),
                Tag::Beside(_) => String::new(),
                Tag::Key => " by key".to_owned(),
            };
            let _ = writeln!(text, "    pub enum {}{by} {{", item.name);
            for variant in variants {
                let Variant {
                    name,
                    word,
                    ty,
                    docs,
                } = variant;
                doc(&mut text, 8, docs);
                let _ = writeln!(text, "        {word:?} => {name}({ty}),");
            }
        }
    }
    text += "    }\n}\n";
    if !item.constructors.is_empty() {
        let _ = writeln!(text, "\nimpl {} {{", item.name);
        let constructors: Vec<String> = item.constructors.iter().map(constructor).collect();
        text += &constructors.join("\n");
        text += "}\n";
    }
    text
}

fn constructor(constructor: &Constructor) -> String {
    let mut text = String::new();
    doc(&mut text, 4, &constructor.docs);
    let arguments = constructor.arguments.iter();
    let arguments: Vec<String> = arguments
        .map(|(name, ty)| format!("{name}: impl Into<{ty}>"))
        .collect();
    let Constructor { name, value, .. } = constructor;
    let arguments = arguments.join(", ");
    let _ = writeln!(
        text,
        "    #[must_use]\n    pub fn {name}({arguments}) -> Self {{"
    );
    for (name, ty) in &constructor.converted {
        let _ = writeln!(text, "        let {name}: {ty} = {name}.into();");
    }
    let _ = writeln!(text, "        {value}\n    }}");
    text
}

fn field(text: &mut String, field: &Field) {
    doc(text, 8, &field.docs);
    let key = if field.name == field.key {
        String::new()
    } else {
        format!(" as {:?}", field.key)
    };
    let by = field
        .by
        .as_ref()
        .map_or_else(String::new, |by| format!(" by {by}"));
    let _ = writeln!(
        text,
        "        {} {}{key}{by}: {},",
        rule_name(field.rule),
        field.name,
        field.ty
    );
}

/// Returns the word for a rule in the tables.
pub(crate) const fn rule_name(rule: Rule) -> &'static str {
    match rule {
        Rule::Required => "required",
        Rule::Lenient => "lenient",
        Rule::Optional => "optional",
        Rule::Nullable => "nullable",
        Rule::Patch => "patch",
    }
}
