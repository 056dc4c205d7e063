//! The table that the replay tool goes by: how a recorded request becomes an operation.

use std::fmt::Write as _;

use super::{Files, header};
use crate::operations::{Field, Operation, Part, Resource};

/// Writes the table, with a row for each operation.
pub(crate) fn replay(resources: &[Resource]) -> Files {
    let mut text = header("How a recorded request becomes an operation.");
    text += "use polar_core::{http::Method, types};\n\n";
    text += "use crate::table::{Built, Row};\n\n";
    text += "pub(super) const OPERATIONS: &[Row] = &[\n";
    for resource in resources {
        for operation in &resource.operations {
            row(&mut text, &resource.module, operation);
        }
    }
    text += "];\n";
    [("mod.rs".to_owned(), text)].into()
}

fn row(text: &mut String, module: &str, operation: &Operation) {
    let path = format!("polar_core::{module}::{}", operation.name);
    let is_needed = |field: &&Field| !is_optional(field.rule);
    let needed: Vec<String> = operation
        .fields
        .iter()
        .filter(is_needed)
        .map(|field| read(field, operation.is_form))
        .collect();
    let optional: Vec<&Field> = operation
        .fields
        .iter()
        .filter(|field| is_optional(field.rule))
        .collect();
    let argument = if operation.fields.is_empty() {
        "_"
    } else {
        "request"
    };
    let _ = writeln!(
        text,
        "    Row {{\n        id: {:?},\n        method: Method::{},\n        template: {:?},\n        \
         build: |{argument}| {{",
        operation.id,
        operation.http_method,
        template(operation)
    );
    let mutable = if optional.is_empty() { "" } else { "mut " };
    let _ = writeln!(
        text,
        "            let {mutable}operation = {path}::new({});",
        needed.join(", ")
    );
    for field in optional {
        let _ = writeln!(
            text,
            "            operation.{} = {};",
            field.name,
            read(field, operation.is_form)
        );
    }
    let output = match operation.output.as_str() {
        "()" => "nothing",
        "crate::Csv" => "csv",
        _ => "json",
    };
    let _ = writeln!(
        text,
        "            Ok(Built::{output}(operation))\n        }},\n    }},"
    );
}

fn is_optional(rule: &str) -> bool {
    matches!(rule, "query" | "list" | "pairs")
}

/// The expression that reads a field of the operation.
fn read(field: &Field, is_form: bool) -> String {
    let key = &field.key;
    let ty = field.ty.replace("crate::", "types::");
    match field.rule {
        "path" | "secret" => format!("request.path::<{ty}>({key:?})?"),
        "body" if is_form => format!("request.form::<{ty}>()?"),
        "body" => format!("request.json::<{ty}>()?"),
        "required" | "secret_query" => format!("request.required::<{ty}>({key:?})?"),
        "list" if key == "sorting" => format!("request.sorting({key:?})?"),
        "query" if ty == "u32" => format!("request.number({key:?})?"),
        rule => format!("request.{rule}({key:?})?"),
    }
}

/// The path with the names of its parameters, as in the document.
fn template(operation: &Operation) -> String {
    let part = |part: &Part| match part {
        Part::Literal(text) => text.clone(),
        Part::Parameter(name) | Part::Secret(name) => {
            let field = operation.fields.iter().find(|field| field.name == *name);
            format!("{{{}}}", field.map_or(name, |field| &field.key))
        }
    };
    operation.path.iter().map(part).collect()
}
