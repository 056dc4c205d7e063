//! The samples of events, which are those of the types of the whole API.

use std::{env, fs, path::Path};

use polar_types::{self as types, sample};
use serde_json::Value;

/// The text of the file: one object on a line, by the name of its type.
fn objects() -> String {
    let mut lines = Vec::new();
    macro_rules! add {
        ($($name:literal: $type:ty;)+) => {$(
            let object = serde_json::to_string(&sample::<$type>()).unwrap();
            lines.push(format!("{:?}: {object}", $name));
        )+};
    }
    add! {
        "benefit": types::benefits::Benefit;
        "benefit_grant": types::benefit_grants::BenefitGrantWebhook;
        "checkout": types::checkouts::Checkout;
        "customer": types::customers::Customer;
        "customer_state": types::customers::CustomerState;
        "discount": types::discounts::Discount;
        "member": types::Member;
        "order": types::orders::Order;
        "organization": types::organizations::Organization;
        "product": types::products::Product;
        "refund": types::refunds::Refund;
        "seat": types::Seat;
        "subscription": types::subscriptions::Subscription;
    }
    format!("{{\n{}\n}}\n", lines.join(",\n"))
}

#[test]
fn samples_of_events_have_the_fields_of_the_types() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/samples/objects.json");
    let current = objects();
    if env::var_os("POLAR_WRITE_SAMPLES").is_some() {
        fs::write(&file, &current).unwrap();
    }
    let written: Value = serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap();
    let current: Value = serde_json::from_str(&current).unwrap();
    assert_eq!(
        fields("", &written),
        fields("", &current),
        "write the file with POLAR_WRITE_SAMPLES=1"
    );
}

/// The path of each value, at any depth.
fn fields(path: &str, value: &Value) -> Vec<String> {
    match value {
        Value::Object(entries) => entries
            .iter()
            .flat_map(|(name, value)| fields(&format!("{path}/{name}"), value))
            .collect(),
        Value::Array(items) => items.iter().flat_map(|item| fields(path, item)).collect(),
        _ => vec![path.to_owned()],
    }
}
