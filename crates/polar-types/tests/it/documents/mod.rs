//! Documents made from each schema of the OpenAPI document, read into their types and written back.

#![expect(clippy::indexing_slicing, reason = "a test fails by panicking")]

mod cases;
mod random;
mod spec;
mod unions;
pub(crate) mod wrong_types;

use std::{collections::BTreeSet, fmt::Debug, sync::LazyLock};

use polar_types::{
    Currency, Metadata, Page, Pagination, Sample, SeatStatus, events, locate, products,
};
use proptest::{prelude::*, sample::select};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use self::{
    cases::{Case, without_nulls},
    spec::{Shape, Spec},
    wrong_types::FREE_FORM,
};

#[path = "../generated/schemas.rs"]
mod table;

/// The name of a schema or an operation, and the type of its documents.
type Named = (&'static str, fn() -> Type);

/// What the tests do with a type.
struct Type {
    /// Reads a document and writes it; reading that again must make no difference.
    round_trip: fn(&str) -> Result<Value, String>,
    sample: fn() -> Value,
}

fn of<T: Sample + Serialize + DeserializeOwned + PartialEq + Debug>() -> Type {
    Type {
        round_trip: |text| {
            let read: T = serde_json::from_str(text).map_err(|error| located(text, &error))?;
            let written = serde_json::to_string(&read).unwrap();
            let again: T = serde_json::from_str(&written)
                .map_err(|error| format!("what was written is not read: {error}"))?;
            if again != read {
                return Err(format!("{read:?} became {again:?}"));
            }
            Ok(serde_json::from_str(&written).unwrap())
        },
        sample: || {
            let sample = polar_types::sample::<T>();
            let text = serde_json::to_string(&sample).unwrap();
            assert_eq!(serde_json::from_str::<T>(&text).unwrap(), sample);
            serde_json::from_str(&text).unwrap()
        },
    }
}

/// The error with the path of the value, as the clients report it.
pub(crate) fn located(text: &str, error: &serde_json::Error) -> String {
    let (path, what) = locate(text, error);
    format!("{path}: {what}")
}

/// What is written where a request does not have it: the default is the only value.
const CONSTANTS: &[(&str, &str)] = &[
    ("type", "fixed"),
    ("type", "percentage"),
    // In the update of a product, a price without a key of another one is this one.
    ("amount_type", "custom"),
];

/// The fields of updates that the server keeps where they are `null`.
const NULL_IS_ABSENT: &[&str] = &["properties"];

/// Compares what was written with the document. `null` and a missing field mean the same, except in
/// an update, and a constant is always written.
fn compare(at: &str, document: &Value, written: &Value, is_update: bool) -> Vec<String> {
    match (document, written) {
        (Value::Object(document), Value::Object(written)) => {
            let (document, written) = if is_update {
                (document.clone(), written.clone())
            } else {
                (without_nulls(document), without_nulls(written))
            };
            let is_lost = |key: &&String| {
                let is_null = document[*key].is_null() && NULL_IS_ABSENT.contains(&key.as_str());
                !written.contains_key(*key) && !is_null
            };
            let lost = document.keys().filter(is_lost);
            let mut problems: Vec<String> = lost.map(|key| format!("{at}.{key} is lost")).collect();
            for (key, written) in &written {
                match document.get(key) {
                    Some(value) => {
                        problems.extend(compare(&format!("{at}.{key}"), value, written, false));
                    }
                    None if CONSTANTS.contains(&(key, written.as_str().unwrap_or_default())) => {}
                    None => problems.push(format!("{at}.{key} is new")),
                }
            }
            problems
        }
        (Value::Array(document), Value::Array(written)) if document.len() == written.len() => {
            let items = document.iter().zip(written);
            items
                .flat_map(|(document, written)| {
                    compare(&format!("{at}[]"), document, written, false)
                })
                .collect()
        }
        (Value::Number(document), Value::Number(written))
            if document.as_f64() == written.as_f64() =>
        {
            Vec::new()
        }
        // A decimal number may be either.
        (Value::Number(document), Value::String(written)) if document.to_string() == *written => {
            Vec::new()
        }
        _ if document == written => Vec::new(),
        _ => vec![format!("{at}: {document} became {written}")],
    }
}

/// The seats of a subscription, and what the customer portal says of them, have types written by hand.
fn is_by_hand(operation: &str) -> bool {
    operation.starts_with("customer-seats:")
        || operation.starts_with("customer_portal:seats:")
        || operation.starts_with("customer_portal:customer-session:")
}

/// The schemas that have no type in the generator's table.
const OTHERS: &[Named] = &[
    ("LegacyRecurringProductPrice", of::<products::ProductPrice>),
    ("ListResource_Event_", of::<Page<events::Event>>),
    ("MetadataOutputType", of::<Metadata>),
    ("Pagination", of::<Pagination>),
    ("PresentmentCurrency", of::<Currency>),
    ("SeatStatus", of::<SeatStatus>),
    ("SystemEvent", of::<events::Event>),
    ("TaxIDFormat", of::<String>),
];

/// The schemas that are read into no type of their own, with the reason.
const NO_TYPE: &[(&str, &str)] = &[
    ("CostMetadata-Input", "in the metadata of an event"),
    ("CostMetadata-Output", "in the metadata of an event"),
    ("LLMMetadata", "in the metadata of an event"),
    (
        "ListResourceWithCursorPagination_Event_",
        "only returned for a parameter that the document lacks",
    ),
    ("CursorPagination", "in the page above"),
];

/// The unions that are one struct, by their name or, if they have none, their key. What only an unknown
/// variant has is not read. Of every other union, an unknown variant is kept whole.
const MERGED: &[&str] = &[
    "Benefit",
    "BenefitCreate",
    "BenefitGrantWebhook",
    "CustomField",
    "CustomFieldCreate",
    "CustomFieldUpdate",
    "Customer",
    "CustomerBenefitGrant",
    "CustomerBenefitGrantUpdate",
    "CustomerCreate",
    "CustomerState",
    "Discount",
    "Event",
    "FileCreate",
    "FileRead",
    "SystemEvent",
    "benefit",
    "discount",
    "legal_entity",
    "prices",
];

fn types() -> impl Iterator<Item = &'static Named> {
    table::SCHEMAS.iter().chain(OTHERS)
}

#[test]
fn every_schema_has_a_type() {
    let known: BTreeSet<&str> = types()
        .map(|(name, _)| *name)
        .chain(NO_TYPE.iter().map(|(name, _)| *name))
        .collect();
    let reached = SPEC.reached(is_by_hand);
    let missing: Vec<_> = reached.difference(&known).collect();
    assert!(missing.is_empty(), "{missing:?}");
    // It has a schema by the overlay: the document only describes it in words.
    let added: Vec<_> = known.difference(&reached).collect();
    assert_eq!(added, [&"OAuth2Client"]);
}

#[test]
fn documents_of_each_schema_are_read_and_written_back() {
    let patches = SPEC.patches();
    let mut report = Report::default();
    for (name, ty) in types().filter(|(name, _)| SPEC.schemas.contains_key(*name)) {
        report.add(name, &ty(), SPEC.cases(name), patches.contains(name));
    }
    let merged = report.check();
    assert_eq!(merged.iter().collect::<Vec<_>>(), MERGED);
}

#[test]
fn request_bodies_of_each_operation_are_read_and_written_back() {
    let mut report = Report::default();
    for (id, ty) in table::BODIES {
        let operation = SPEC.operations.iter().find(|it| it.id == *id).unwrap();
        let cases = SPEC.cases_of(operation.body.as_ref().unwrap());
        report.add(id, &ty(), cases, operation.is_patch);
    }
    // What is lost in them was tested with the schemas.
    assert!(!report.check().is_empty());
}

#[test]
fn samples_have_every_field_of_the_schema() {
    let mut problems = Vec::new();
    for (name, ty) in types() {
        let sample = (ty().sample)();
        empty_values(name, &sample, &mut problems);
        let Some(Shape::Object(properties)) = SPEC.schemas.get(*name) else {
            continue;
        };
        if FREE_FORM.contains(name) {
            continue;
        }
        let missing = properties.iter().filter(|it| sample.get(&it.key).is_none());
        problems.extend(missing.map(|it| format!("{name}.{} is not there", it.key)));
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

fn empty_values(at: &str, value: &Value, problems: &mut Vec<String>) {
    let is_empty = match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        _ => false,
    };
    if is_empty {
        problems.push(format!("{at} is {value}"));
    }
    for (key, value) in value.as_object().into_iter().flatten() {
        // A seat has a subscription or an order, and `null` is all that clears an update.
        let is_null = match key.as_str() {
            "order_id" => at.contains("CustomerSeat"),
            "pending_update" => at.ends_with("UpdateClear"),
            _ => false,
        };
        if is_null {
            continue;
        }
        empty_values(&format!("{at}.{key}"), value, problems);
    }
    for item in value.as_array().into_iter().flatten() {
        empty_values(&format!("{at}[]"), item, problems);
    }
}

/// Reading the document once is enough for all tests of a process.
static SPEC: LazyLock<Spec> = LazyLock::new(Spec::read);

fn any_schema() -> impl Strategy<Value = &'static Named> {
    let known = types().filter(|(name, _)| SPEC.schemas.contains_key(*name));
    select(known.collect::<Vec<_>>())
}

proptest! {
    #[test]
    fn random_documents_are_read_and_written_back(
        ((name, ty), document) in any_schema().prop_flat_map(|it| (Just(it), SPEC.random(it.0))),
    ) {
        let text = document.to_string();
        match (ty().round_trip)(&text) {
            Err(error) => prop_assert!(false, "{name}: {error}"),
            Ok(written) => {
                // A float of many digits may differ in the last one.
                let document = serde_json::from_str(&text).unwrap();
                let is_update = SPEC.patches().contains(name);
                prop_assert_eq!(compare(name, &document, &written, is_update), Vec::<String>::new());
            }
        }
    }

}

#[derive(Default)]
struct Report {
    count: usize,
    problems: Vec<String>,
    /// The unions of which something was lost in an unknown variant.
    merged: BTreeSet<String>,
}

impl Report {
    fn add(&mut self, name: &str, ty: &Type, cases: Vec<Case>, is_update: bool) {
        for (what, document) in cases {
            self.count += 1;
            match (ty.round_trip)(&document.to_string()) {
                Err(error) => self.problems.push(format!("{name}, {what}: {error}")),
                Ok(written) => {
                    for problem in compare(name, &document, &written, is_update) {
                        if let Some(place) = problem.strip_suffix(LOST) {
                            let key = place.rsplit('.').next().unwrap_or_default();
                            self.merged.insert(key.trim_end_matches("[]").to_owned());
                        } else {
                            self.problems.push(format!("{name}, {what}: {problem}"));
                        }
                    }
                }
            }
        }
    }

    fn check(self) -> BTreeSet<String> {
        assert!(self.problems.is_empty(), "{}", self.problems.join("\n"));
        assert!(self.count > 800, "only {} documents", self.count);
        self.merged
    }
}

const LOST: &str = ".brand_new is lost";
