//! Benefits: what a product gives its customers.

use uuid::Uuid;

use super::{Account, Call, Document, Kind, Rule, not_found, plain, refused};
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
            let own = properties.only("prefix expires activations limit_usage");
            properties.set_all(&own);
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
        ("description", body.value_or("description", "")),
        ("selectable", true.into()),
        ("deletable", true.into()),
        ("is_deleted", false.into()),
        ("organization_id", Uuid::from(call.organization).into()),
        ("metadata", body.value_or("metadata", Json::EMPTY)),
        ("visibility", call.sent_or("visibility", visibility)),
        ("properties", properties),
    ]);
    if kind == "custom" {
        fields.set("is_tax_applicable", true);
    }
    fields.set("visibility_configurable", kind != "downloadables");
    let id = call.new_id();
    call.insert(Kind::Benefit, id, fields);
    call.raise_about("benefit.created", Kind::Benefit, id, plain)
}

fn list(call: &mut Call<'_>) -> Result<Json, HttpError> {
    let benefits = call.documents(Kind::Benefit);
    let benefits = benefits.filter(|benefit| !benefit.flag("is_deleted"));
    call.page(benefits.map(Document::view).collect())
}

fn update(call: &mut Call<'_>) -> Result<Json, HttpError> {
    let id = call.id(0)?;
    let kind = call.benefit(id)?.value("type");
    if call.body.value("type") != kind {
        let message = "Benefit type cannot be changed.";
        return Err(refused("type", message, kind));
    }
    let body = call.body.clone();
    call.change(Kind::Benefit, id, |benefit| {
        let mut changes = body.without_nulls();
        if let Some(properties) = changes.get("properties").cloned() {
            let known = benefit.value_or("properties", Json::EMPTY);
            changes.set("properties", known.and(properties));
        }
        benefit.set_all(&changes);
    })?;
    call.raise_about("benefit.updated", Kind::Benefit, id, plain)
}

fn delete(call: &mut Call<'_>) -> Result<Json, HttpError> {
    let id = call.id(0)?;
    call.benefit(id)?;
    call.set(Kind::Benefit, id, [("is_deleted", true.into())]);
    // There is no event `benefit.deleted` (observed).
    call.raise_about("benefit.updated", Kind::Benefit, id, plain)?;
    let grants = call.documents(Kind::Grant);
    let grants = grants.filter(|one| one.flag("is_granted") && one.id("benefit_id") == Some(id));
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
