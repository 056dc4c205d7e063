//! Meters, events and files.

use polar_types::{
    common::Filter, common::FilterEntry, common::FilterOperator, events::EventIngest,
    events::EventsIngest, files::FileCreate, files::S3FileCreateMultipart, meters::Aggregation,
};
use serde_json::{Value, json};

use super::{ID, id, sent};

#[test]
fn meters() {
    for (aggregation, body) in [
        (Aggregation::count(), json!({"func": "count"})),
        (
            Aggregation::sum("n"),
            json!({"func": "sum", "property": "n"}),
        ),
        (
            Aggregation::max("n"),
            json!({"func": "max", "property": "n"}),
        ),
        (
            Aggregation::min("n"),
            json!({"func": "min", "property": "n"}),
        ),
        (
            Aggregation::avg("n"),
            json!({"func": "avg", "property": "n"}),
        ),
        (
            Aggregation::unique("n"),
            json!({"func": "unique", "property": "n"}),
        ),
    ] {
        assert_eq!(sent(&aggregation), body);
    }
    let clause = |value: Value| FilterEntry::clause("metadata.n", FilterOperator::Gte, value);
    let value = |value: Value| json!({"property": "metadata.n", "operator": "gte", "value": value});
    let filter = Filter::all([
        clause(1.into()),
        FilterEntry::any([clause("x".into())]),
        FilterEntry::all([clause(true.into())]),
    ]);
    assert_eq!(
        sent(&filter),
        json!({"conjunction": "and", "clauses": [
            value(json!(1)),
            {"conjunction": "or", "clauses": [value(json!("x"))]},
            {"conjunction": "and", "clauses": [value(json!(true))]},
        ]})
    );
    assert_eq!(
        sent(&Filter::any([])),
        json!({"conjunction": "or", "clauses": []})
    );
}

#[test]
fn events() {
    let events = EventsIngest::new([
        EventIngest::customer("seen", id::<polar_types::CustomerId>()),
        EventIngest::external_customer("seen", "u1"),
    ]);
    assert_eq!(
        sent(&events),
        json!({"events": [
            {"name": "seen", "customer_id": ID},
            {"name": "seen", "external_customer_id": "u1"},
        ]})
    );
}

#[test]
fn files() {
    let upload = || S3FileCreateMultipart::new([]);
    for (file, service) in [
        (
            FileCreate::downloadable("f", "a/b", 1, upload()),
            "downloadable",
        ),
        (
            FileCreate::product_media("f", "a/b", 1, upload()),
            "product_media",
        ),
        (
            FileCreate::organization_avatar("f", "a/b", 1, upload()),
            "organization_avatar",
        ),
        (
            FileCreate::support_case_attachment("f", "a/b", 1, upload()),
            "support_case_attachment",
        ),
    ] {
        assert_eq!(
            sent(&file),
            json!({"name": "f", "mime_type": "a/b", "size": 1, "upload": {"parts": []},
                "service": service})
        );
    }
}
