//! The tables that the tests of the types go by: which type a document is read into.

use std::fmt::Write as _;

use super::{Files, header};
use crate::{operations::Resource, plan::Plan};

/// Writes the tables, for tests that have a function for each type, `check::<T>` or `of::<T>`.
pub(crate) fn test_tables(plan: &Plan<'_>, resources: &[Resource]) -> Files {
    [
        ("responses.rs".to_owned(), responses(plan, resources)),
        ("schemas.rs".to_owned(), schemas(plan)),
    ]
    .into()
}

fn responses(plan: &Plan<'_>, resources: &[Resource]) -> String {
    let mut text = header("The type of each response and webhook.");
    text += "/// Reads and writes the body of an operation or an event.\n";
    text += "pub(crate) const ROUND_TRIPS: &[super::RoundTrip] = &[\n";
    let operations = resources.iter().flat_map(|resource| &resource.operations);
    for operation in operations.filter(|operation| has_json(&operation.output)) {
        arm(&mut text, &operation.id, "check", &operation.output);
    }
    for (name, ty) in plan.webhook_types() {
        arm(&mut text, name, "check", &ty);
    }
    text + "];\n"
}

fn schemas(plan: &Plan<'_>) -> String {
    let mut text = header("The type of each schema and of each request body.");
    text += "/// Reads and writes a document of a schema.\n";
    text += "pub(crate) const SCHEMAS: &[super::Named] = &[\n";
    for (name, ty) in &plan.schema_types {
        arm(&mut text, name, "of", ty);
    }
    text += "];\n\n/// Reads and writes the request body of an operation.\n";
    text += "pub(crate) const BODIES: &[super::Named] = &[\n";
    for (name, ty) in &plan.body_types {
        arm(&mut text, name, "of", ty);
    }
    text + "];\n"
}

fn has_json(output: &str) -> bool {
    !matches!(output, "()" | "crate::Csv")
}

fn arm(text: &mut String, name: &str, function: &str, ty: &str) {
    let ty = ty.replace("crate::", "polar_types::");
    let _ = writeln!(text, "    ({name:?}, super::{function}::<{ty}>),");
}
