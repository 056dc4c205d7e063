use bytes::Bytes;
use http::{Response, StatusCode};
use polar_types::{OrganizationId, RawJson};
use polar_webhooks::{Scheme, Signer};
use serde::Deserialize;
use serde_json::{json, value::RawValue};
use time::OffsetDateTime;

use super::{json_response, refuse};
use crate::{
    json::{Json, parse},
    samples,
    state::State,
};

/// What to trigger.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Trigger {
    #[serde(rename = "type")]
    kind: String,
    /// Fields that replace those of the sample.
    data: Option<Box<RawValue>>,
    /// The slug; without one, the only organization.
    organization: Option<String>,
    #[serde(default)]
    scheme: TriggerScheme,
}

#[derive(Deserialize, Default, Clone, Copy)]
#[serde(rename_all = "lowercase")]
enum TriggerScheme {
    #[default]
    Original,
    Standard,
}

impl From<TriggerScheme> for Scheme {
    fn from(scheme: TriggerScheme) -> Self {
        match scheme {
            TriggerScheme::Original => Self::Original,
            TriggerScheme::Standard => Self::Standard,
        }
    }
}

/// Returns the types that have a sample.
pub(super) fn types() -> Response<Bytes> {
    let kinds: Vec<_> = samples::kinds().collect();
    json_response(StatusCode::OK, &json!({"types": kinds}))
}

/// Raises an event, and returns to how many endpoints it is delivered.
pub(super) fn trigger(state: &mut State, body: &Bytes, now: OffsetDateTime) -> Response<Bytes> {
    match raise(state, body, now) {
        Ok(response) => response,
        Err(detail) => refuse(StatusCode::UNPROCESSABLE_ENTITY, &detail),
    }
}

fn raise(state: &mut State, body: &Bytes, now: OffsetDateTime) -> Result<Response<Bytes>, String> {
    let trigger: Trigger = serde_json::from_slice(body).map_err(|_| FORM.to_owned())?;
    let scheme = Scheme::from(trigger.scheme);
    let organization = organization(state, trigger.organization.as_deref())?;
    let endpoints = endpoints(state, organization, &trigger.kind, scheme)?;
    let data = data(&trigger, organization)?;
    let text = data.to_text().ok_or("`data` cannot be written as JSON")?;
    let data = RawJson::from_json(text).map_err(|error| error.to_string())?;
    let kind = trigger.kind.clone();
    state.raise_signed(trigger.kind, organization, data, now, scheme);
    let response = json!({"type": kind, "endpoints": endpoints});
    Ok(json_response(StatusCode::OK, &response))
}

/// Returns the organization with this slug, or the only one.
fn organization(state: &State, slug: Option<&str>) -> Result<OrganizationId, String> {
    let mut matching = state
        .organizations
        .iter()
        .filter(|row| slug.is_none_or(|slug| row.slug == slug));
    match (matching.next(), matching.next()) {
        (Some(row), None) => Ok(row.id),
        (None, _) => Err("there is no such organization".to_owned()),
        (Some(_), Some(_)) => {
            let slugs: Vec<_> = state.organizations.iter().map(|row| &*row.slug).collect();
            let slugs = slugs.join(", ");
            Err(format!(
                "there are several organizations: set `organization` to one of {slugs}"
            ))
        }
    }
}

/// Returns how many endpoints receive an event, if all of their secrets can be used.
fn endpoints(
    state: &State,
    organization: OrganizationId,
    kind: &str,
    scheme: Scheme,
) -> Result<usize, String> {
    let rows: Vec<_> = state.endpoints_for(organization, kind).collect();
    match rows
        .iter()
        .find_map(|row| Signer::new(&row.secret, scheme).err())
    {
        Some(error) => Err(error.to_string()),
        None => Ok(rows.len()),
    }
}

/// Returns the sample with the requested fields. A type without a sample needs data.
fn data(trigger: &Trigger, organization: OrganizationId) -> Result<Json, String> {
    let requested = match &trigger.data {
        None => None,
        Some(data) => match parse(data.get()) {
            Ok(data @ Json::Object(_)) => Some(data),
            _ => return Err("`data` is not a JSON object".to_owned()),
        },
    };
    let Some(mut sample) = samples::sample(&trigger.kind) else {
        return requested.ok_or_else(|| {
            format!(
                "there is no sample of `{}`: set `data`, or `type` to one that GET \
                 /_mock/webhooks/trigger lists",
                trigger.kind
            )
        });
    };
    if sample.get("organization_id").is_some() {
        sample.set("organization_id", organization.to_string());
    }
    merge(&mut sample, requested.unwrap_or(Json::EMPTY));
    Ok(sample)
}

/// Replaces the fields of an object; those of objects in it one by one.
fn merge(object: &mut Json, changes: Json) {
    let Json::Object(changes) = changes else {
        return;
    };
    for (key, change) in changes {
        match (object.get(&key).cloned(), change) {
            (Some(mut inner @ Json::Object(_)), change @ Json::Object(_)) => {
                merge(&mut inner, change);
                object.set(&key, inner);
            }
            (_, change) => object.set(&key, change),
        }
    }
}

const FORM: &str = "expected {\"type\": \"order.paid\"}, and optionally \"data\" (an object), \
                    \"organization\" (a slug) and \"scheme\" (\"original\" or \"standard\")";
