use bytes::Bytes;
use http::{Response, StatusCode};
use serde::Deserialize;
use serde_json::json;
use time::OffsetDateTime;

use super::{json_response, refuse};
use crate::{
    mock::slug,
    schema::all_scopes,
    state::{AccessRow, OrganizationRow, State},
};

/// Adds an organization with an access token of all scopes.
pub(super) fn add(state: &mut State, body: &Bytes, now: OffsetDateTime) -> Response<Bytes> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct NewOrganization {
        name: String,
    }
    let sent = serde_json::from_slice(body).ok();
    let Some(NewOrganization { name }) = sent.filter(|one: &NewOrganization| is_name(&one.name))
    else {
        return refuse(StatusCode::UNPROCESSABLE_ENTITY, FORM);
    };
    let slug = slug(&name);
    if state.organizations.iter().any(|row| row.slug == slug) {
        let detail = format!("there is an organization with the slug `{slug}`: use another name");
        return refuse(StatusCode::UNPROCESSABLE_ENTITY, &detail);
    }
    let id = state.random.uuid();
    let token = state.random.token("polar_oat_");
    state.organizations.push(OrganizationRow {
        id: id.into(),
        created_at: now,
        name,
        slug: slug.clone(),
        member_model: true,
        seats_enabled: true,
    });
    state.access.push(AccessRow {
        token: token.clone(),
        organization: id.into(),
        scopes: all_scopes().into_iter().map(str::to_owned).collect(),
    });
    let organization = json!({"id": id.to_string(), "slug": slug, "token": token});
    json_response(StatusCode::CREATED, &organization)
}

fn is_name(name: &str) -> bool {
    name.chars().any(|c| c.is_ascii_alphanumeric())
}

const FORM: &str = "expected {\"name\": \"Acme\"} with a letter or digit in the name";
