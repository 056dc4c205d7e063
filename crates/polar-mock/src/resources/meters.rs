//! Meters.

use uuid::Uuid;

use super::{Call, Document, Kind, Rule};
use crate::{http::HttpError, json::Json};

pub(super) const RULES: &[(&str, Rule)] = &[
    ("meters:create", create),
    ("meters:list", list),
    ("meters:get", |call| {
        call.document(Kind::Meter, call.id(0)?).map(Document::view)
    }),
    ("meters:update", update),
];

fn create(call: &mut Call<'_>) -> Result<Json, HttpError> {
    let body = call.body.clone();
    let fields = Json::object([
        (
            "metadata",
            body.get("metadata").cloned().unwrap_or(Json::EMPTY),
        ),
        ("name", body.value("name")),
        ("unit", body.text("unit").unwrap_or("scalar").into()),
        ("custom_label", body.value("custom_label")),
        ("custom_multiplier", body.value("custom_multiplier")),
        ("filter", body.value("filter")),
        ("aggregation", body.value("aggregation")),
        ("organization_id", Uuid::from(call.organization).into()),
        ("archived_at", Json::Null),
    ]);
    let mut document = Document::new(
        call.state.random.uuid(),
        call.organization,
        call.now,
        fields,
    );
    // A new meter is brought up to date at once (observed).
    document.modified_at = Some(call.now);
    let meter = document.view();
    call.state.documents.insert(Kind::Meter, document);
    Ok(meter)
}

fn list(call: &mut Call<'_>) -> Result<Json, HttpError> {
    let items = call.documents(Kind::Meter).map(Document::view).collect();
    call.page_by(items, |item, name, value| match (name, value) {
        ("is_archived", Json::Bool(archived)) => {
            Some((item.get("archived_at") != Some(&Json::Null)) == *archived)
        }
        _ => None,
    })
}

fn update(call: &mut Call<'_>) -> Result<Json, HttpError> {
    let id = call.id(0)?;
    call.document(Kind::Meter, id)?;
    let (body, now) = (call.body.clone(), call.now);
    let meter = call.change(Kind::Meter, id, |meter| {
        for (key, value) in body.entries() {
            match (key.as_str(), value) {
                ("is_archived", Json::Bool(archived)) => {
                    meter.set("archived_at", archived.then_some(now));
                }
                ("name" | "filter" | "aggregation" | "unit", Json::Null) => {}
                _ => meter.set(key, value.clone()),
            }
        }
    })?;
    Ok(meter.view())
}
