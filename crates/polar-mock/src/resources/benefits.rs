//! Benefits: what a product gives its customers.

use uuid::Uuid;

use super::{Account, Call, Document, Kind, Rule, not_found, refused};
use crate::{http::HttpError, json::Json};

pub(super) const RULES: &[(&str, Rule)] = &[
    ("benefits:create", create),
    ("benefits:list", list),
    ("benefits:get", |call| {
        call.benefit(call.id(0)?).map(Document::view)
    }),
    ("benefits:update", update),
    ("benefits:delete", delete),
];

fn create(call: &mut Call<'_>) -> Result<Json, HttpError> {
    let body = call.body.clone();
    let kind = body.text("type").unwrap_or_default();
    let is_public = kind != "feature_flag";
    let visibility = if is_public { "public" } else { "private" };
    let mut properties = body.value_or("properties", Json::EMPTY);
    let meter = properties.id("meter_id").unwrap_or_default();
    match kind {
        "custom" if properties.get("note").is_none() => properties.set("note", Json::Null),
        "license_keys" => {
            for key in ["prefix", "expires", "activations", "limit_usage"] {
                let value = properties.value(key);
                properties.set(key, value);
            }
        }
        "meter_credit" if call.document(Kind::Meter, meter).is_err() => {
            let message = "This meter does not exist.";
            return Err(refused("properties.meter_id", message, meter));
        }
        "downloadables" if properties.get("archived").is_none() => {
            properties.set("archived", Json::EMPTY);
        }
        _ => {}
    }
    let mut fields = Json::object([
        ("type", kind.into()),
        (
            "description",
            body.text("description").unwrap_or_default().into(),
        ),
        ("selectable", true.into()),
        ("deletable", true.into()),
        ("is_deleted", false.into()),
        ("organization_id", Uuid::from(call.organization).into()),
        ("metadata", body.value_or("metadata", Json::EMPTY)),
        (
            "visibility",
            body.text("visibility").unwrap_or(visibility).into(),
        ),
        ("properties", properties),
    ]);
    if kind == "custom" {
        fields.set("is_tax_applicable", true);
    }
    fields.set("visibility_configurable", kind != "downloadables");
    let document = Document::new(
        call.state.random.uuid(),
        call.organization,
        call.now,
        fields,
    );
    let benefit = document.view();
    call.state.documents.insert(Kind::Benefit, document);
    call.raise("benefit.created", &benefit);
    Ok(benefit)
}

fn list(call: &mut Call<'_>) -> Result<Json, HttpError> {
    let benefits = call.documents(Kind::Benefit);
    let benefits = benefits.filter(|benefit| !benefit.flag("is_deleted"));
    let items = benefits.map(Document::view).collect();
    call.page(items)
}

fn update(call: &mut Call<'_>) -> Result<Json, HttpError> {
    let id = call.id(0)?;
    let kind = call
        .benefit(id)?
        .text("type")
        .unwrap_or_default()
        .to_owned();
    if call.body.text("type") != Some(&kind) {
        let message = "Benefit type cannot be changed.";
        return Err(refused("type", message, kind));
    }
    let body = call.body.clone();
    let benefit = call.change(Kind::Benefit, id, |benefit| {
        for (key, value) in body
            .entries()
            .iter()
            .filter(|(_, value)| *value != Json::Null)
        {
            if key == "properties" {
                let properties = benefit.value_or("properties", Json::EMPTY);
                benefit.set("properties", properties.and(value.clone()));
            } else {
                benefit.set(key, value.clone());
            }
        }
    })?;
    let benefit = benefit.view();
    call.raise("benefit.updated", &benefit);
    Ok(benefit)
}

fn delete(call: &mut Call<'_>) -> Result<Json, HttpError> {
    let id = call.id(0)?;
    call.benefit(id)?;
    let benefit = call.change(Kind::Benefit, id, |benefit| benefit.set("is_deleted", true))?;
    let benefit = benefit.view();
    // There is no event `benefit.deleted` (observed).
    call.raise("benefit.updated", &benefit);
    let grants = call
        .documents(Kind::Grant)
        .filter(|grant| grant.flag("is_granted") && grant.id("benefit_id") == Some(id));
    for grant in grants.map(|grant| grant.id).collect::<Vec<_>>() {
        call.revoke_grant(grant);
    }
    Ok(Json::Null)
}

impl Account<'_> {
    /// Returns a benefit that is not deleted.
    pub(super) fn benefit(&self, id: Uuid) -> Result<&Document, HttpError> {
        let benefit = self.document(Kind::Benefit, id)?;
        if benefit.flag("is_deleted") {
            return Err(not_found());
        }
        Ok(benefit)
    }
}
