//! The table that the tests of the types go by: which type a response or a webhook is read into.

use std::fmt::Write as _;

use super::{Files, header};
use crate::{operations::Resource, plan::Plan};

/// Writes the table, for a test that has a `check::<T>(body)`.
pub(crate) fn responses(plan: &Plan<'_>, resources: &[Resource]) -> Files {
    let mut text = header("The type of each response and webhook.");
    text += "/// Reads and writes the body of an operation or an event.\n";
    text += "pub(crate) const ROUND_TRIPS: &[super::RoundTrip] = &[\n";
    let operations = resources.iter().flat_map(|resource| &resource.operations);
    for operation in operations.filter(|operation| has_json(&operation.output)) {
        arm(&mut text, &operation.id, &operation.output);
    }
    for (name, ty) in plan.webhook_types() {
        arm(&mut text, name, &ty);
    }
    text += "];\n";
    [("responses.rs".to_owned(), text)].into()
}

fn has_json(output: &str) -> bool {
    !matches!(output, "()" | "crate::Csv")
}

fn arm(text: &mut String, name: &str, ty: &str) {
    let ty = ty.replace("crate::", "polar_types::");
    let _ = writeln!(text, "    ({name:?}, super::check::<{ty}>),");
}
