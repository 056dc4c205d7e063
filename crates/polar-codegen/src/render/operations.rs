//! The files of the operations.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
};

use super::{Files, children, doc, header, import, replace_paths};
use crate::{
    operations::{Field, Operation, Part, Resource},
    overlay::{Credential, Idempotency},
};

/// Writes the operations, a file for each resource.
pub(crate) fn operations(resources: &[Resource]) -> Files {
    let mut files = BTreeMap::new();
    for resource in resources {
        let path = format!("{}.rs", resource.module.replace("::", "/"));
        files.insert(path, file(resource));
    }
    let modules = resources.iter().map(|resource| resource.module.as_str());
    for (parent, inner) in children(modules) {
        let (what, path) = if parent.is_empty() {
            (
                "The operations of the whole API, by resource.",
                "mod.rs".to_owned(),
            )
        } else {
            (
                "The operations of the customer portal, by resource.",
                format!("{parent}/mod.rs"),
            )
        };
        let mut text = header(what);
        for name in inner {
            // The crate has a module of that name already, and makes this one a part of it.
            let visibility = if name == PORTAL { "pub(crate)" } else { "pub" };
            let _ = writeln!(text, "{visibility} mod {name};");
        }
        files.insert(path, text);
    }
    files
}

const PORTAL: &str = "customer_portal";

fn file(resource: &Resource) -> String {
    let (parent, name) = resource
        .module
        .rsplit_once("::")
        .unwrap_or(("", &resource.module));
    let over = if parent == PORTAL { "portal" } else { "client" };
    let mut body = String::from("resource! {\n");
    doc(&mut body, 4, &resource.docs);
    let _ = writeln!(
        body,
        "    pub struct {} over {over} as {name};\n}}",
        resource.name
    );
    for operation in &resource.operations {
        body.push('\n');
        body += &self::operation(operation, &resource.name);
    }
    let mut ours = BTreeSet::from(["operation::table::{operation, resource}".to_owned()]);
    let mut types = BTreeSet::new();
    let body = replace_paths(&body, &mut |path| match path {
        [name @ ("Csv" | "Sort")] => {
            ours.insert((*name).to_owned());
            (*name).to_owned()
        }
        [name] => {
            types.insert((*name).to_owned());
            (*name).to_owned()
        }
        _ => format!("polar_types::{}", path.join("::")),
    });
    let docs = resource.docs.split('\n').next().unwrap_or_default();
    format!(
        "{}{}{}\n{body}",
        header(docs),
        import("crate", &ours),
        import("polar_types", &types)
    )
}

fn operation(operation: &Operation, resource: &str) -> String {
    let mut text = String::from("operation! {\n");
    doc(&mut text, 4, &operation.docs);
    let _ = writeln!(text, "    pub struct {} {{", operation.name);
    for field in &operation.fields {
        doc(&mut text, 8, &field.docs);
        let key = if field.key.is_empty() || field.key == field.name {
            String::new()
        } else {
            format!(" as {:?}", field.key)
        };
        let Field { rule, name, ty, .. } = field;
        let _ = writeln!(text, "        {rule} {name}{key}: {ty},");
    }
    text += "    }\n";
    let path: Vec<String> = operation
        .path
        .iter()
        .map(|part| match part {
            Part::Literal(text) => format!("{text:?}"),
            Part::Parameter(name) => name.clone(),
            Part::Secret(name) => format!("({name})"),
        })
        .collect();
    let _ = writeln!(
        text,
        "    {:?}: {} [{}] => {};",
        operation.label,
        operation.http_method,
        path.join(" "),
        operation.output
    );
    let _ = writeln!(text, "    {};", rules(operation));
    let _ = writeln!(
        text,
        "    {resource}::{}{};",
        operation.method,
        arguments(operation)
    );
    if let Some(recovery) = &operation.recovery {
        let _ = writeln!(text, "    recovery {recovery:?};");
    }
    if !operation.secrets.is_empty() {
        let _ = writeln!(text, "    secrets {};", operation.secrets.join(" "));
    }
    if operation.is_paged {
        let item = operation.output.strip_prefix("crate::Page<");
        let item = item.and_then(|item| item.strip_suffix('>'));
        let _ = writeln!(text, "    paged {};", item.unwrap_or_default());
    }
    if operation.output == "crate::Csv" {
        let _ = writeln!(text, "    max_body {MAX_EXPORT};");
    }
    text + "}\n"
}

/// The largest export that is read, in bytes: 64 MiB.
const MAX_EXPORT: &str = "0x400_0000";

/// Whether it may be repeated, its credential, the statuses of success, and the format of its body.
fn rules(operation: &Operation) -> String {
    let idempotency = match operation.idempotency {
        Idempotency::Safe => "safe",
        Idempotency::Idempotent => "idempotent",
        Idempotency::NonIdempotent => "non_idempotent",
        Idempotency::ByRequest => "by_request",
    };
    let credential = match operation.credential {
        Credential::None => "None",
        Credential::AccessToken => "AccessToken",
        Credential::Session => "CustomerSession",
    };
    let statuses: Vec<&str> = operation
        .expects
        .iter()
        .map(|status| match status {
            200 => "OK",
            201 => "CREATED",
            202 => "ACCEPTED",
            _ => "NO_CONTENT",
        })
        .collect();
    let format = if operation.is_form { "form" } else { "json" };
    format!(
        "{idempotency} {credential} [{}] {format}",
        statuses.join(" ")
    )
}

/// What the method takes: the operation itself if it has filters, or else what it needs.
fn arguments(operation: &Operation) -> String {
    let is_query = |field: &Field| !matches!(field.rule, "path" | "secret" | "body");
    if operation.http_method == "GET" && operation.fields.iter().any(is_query) {
        return " value".to_owned();
    }
    let needed = operation
        .fields
        .iter()
        .filter(|field| !matches!(field.rule, "query" | "list" | "pairs"));
    let arguments: Vec<String> = needed
        .map(|field| format!("{}: {}", field.name, field.ty))
        .collect();
    format!("({})", arguments.join(", "))
}
