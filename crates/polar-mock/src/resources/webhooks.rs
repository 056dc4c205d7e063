//! Webhook endpoints, and the deliveries to them.

use std::net::IpAddr;

use http::Uri;
use polar_types::WebhookSecret;
use uuid::Uuid;

use super::{Call, Rule, list::as_text, not_found};
use crate::{
    generated::OPERATIONS,
    http::HttpError,
    json::Json,
    schema::Schema,
    state::{AttemptRow, WebhookRow},
    validation::{InvalidField, Violation},
};

pub(super) const RULES: &[(&str, Rule)] = &[
    ("webhooks:create_webhook_endpoint", create),
    ("webhooks:list_webhook_endpoints", |call| {
        let rows = call.state.webhooks.iter().rev();
        let own = rows.filter(|row| row.organization == call.organization);
        call.page(own.map(view).collect())
    }),
    ("webhooks:get_webhook_endpoint", |call| {
        call.endpoint().map(|row| view(row))
    }),
    ("webhooks:update_webhook_endpoint", update),
    ("webhooks:reset_webhook_endpoint_secret", |call| {
        call.endpoint()?;
        let (_, secret) = call.state.random.typed_token(PREFIX, WebhookSecret::new);
        let (now, row) = (call.now, call.endpoint()?);
        row.secret = secret;
        row.modified_at = Some(now);
        Ok(view(row))
    }),
    ("webhooks:delete_webhook_endpoint", |call| {
        let id = call.endpoint()?.id;
        call.state.webhooks.retain(|row| row.id != id);
        Ok(Json::Null)
    }),
    ("webhooks:list_webhook_deliveries", deliveries),
    ("webhooks:redeliver_webhook_event", |call| {
        let id = call.id(0)?;
        let sent = call.state.webhook_log.event(id);
        let row = sent.and_then(|sent| call.state.webhook(sent.endpoint));
        row.filter(|row| row.organization == call.organization)
            .ok_or_else(not_found)?;
        call.state.webhook_log.again.push(id);
        Ok(Json::Null)
    }),
];

fn create(call: &mut Call<'_>) -> Result<Json, HttpError> {
    check(call)?;
    let (id, now, organization) = (call.new_id(), call.now, call.organization);
    let (_, secret) = call.state.random.typed_token(PREFIX, WebhookSecret::new);
    let url = call.body.text("url").unwrap_or_default();
    let mut row = WebhookRow::new(id, now, organization, url, secret);
    row.name = call.body.text("name").map(str::to_owned);
    row.events = Some(texts(call.body.items("events")));
    let endpoint = view(&row);
    call.state.webhooks.push(row);
    Ok(endpoint)
}

fn update(call: &mut Call<'_>) -> Result<Json, HttpError> {
    call.endpoint()?;
    check(call)?;
    let (now, body) = (call.now, call.body.clone());
    let row = call.endpoint()?;
    for (key, value) in body.entries() {
        match (key.as_str(), value) {
            ("url", Json::Text(url)) => row.url.clone_from(url),
            ("name", Json::Text(name)) => row.name = Some(name.clone()),
            ("events", Json::Array(events)) => row.events = Some(texts(events)),
            ("enabled", Json::Bool(enabled)) => row.enabled = *enabled,
            _ => continue,
        }
        row.modified_at = Some(now);
    }
    Ok(view(row))
}

fn deliveries(call: &mut Call<'_>) -> Result<Json, HttpError> {
    let endpoints = match call.query("endpoint_id") {
        Some(Json::Array(ids)) if !ids.is_empty() => Some(ids),
        _ => None,
    };
    let attempts = call.state.webhook_log.attempts.iter().rev();
    let items = attempts.filter_map(|attempt| {
        let sent = call.state.webhook_log.event(attempt.event)?;
        let row = call.state.webhook(sent.endpoint)?;
        let is_wanted = endpoints.is_none_or(|ids| ids.contains(&row.id.into()));
        let is_own = row.organization == call.organization;
        (is_wanted && is_own).then(|| call.delivery(attempt))
    });
    call.page_by(items.collect(), |item, name, value| {
        let time = || Json::object([(name, value.clone())]).time(name);
        let event = item.get("webhook_event")?;
        let code = item.integer("http_code").map(|code| code.to_string());
        match (name, value) {
            ("endpoint_id", _) => Some(true),
            ("start_timestamp", Json::Text(_)) => Some(item.time("created_at") > time()),
            ("end_timestamp", Json::Text(_)) => Some(item.time("created_at") < time()),
            ("query", Json::Text(query)) => {
                let texts = [item.text("id"), event.text("id"), code.as_deref()];
                let query = query.to_lowercase();
                Some(texts.iter().flatten().any(|text| text.contains(&query)))
            }
            ("http_code_class", Json::Text(class)) => {
                Some(code.is_some_and(|code| code.get(..1) == class.get(..1)))
            }
            ("event_type", Json::Array(types)) => {
                Some(types.is_empty() || types.contains(&event.value("type")))
            }
            _ => None,
        }
    })
}

impl Call<'_> {
    /// Returns the endpoint whose id is in the path.
    fn endpoint(&mut self) -> Result<&mut WebhookRow, HttpError> {
        let (id, organization) = (self.id(0)?, self.organization);
        let mut rows = self.state.webhooks.iter_mut();
        rows.find(|row| row.id == id && row.organization == organization)
            .ok_or_else(not_found)
    }

    /// Returns an attempt to deliver an event, with the event.
    fn delivery(&self, attempt: &AttemptRow) -> Json {
        let code =
            |status: Option<http::StatusCode>| status.map(|status| i64::from(status.as_u16()));
        let event = self.state.webhook_log.event(attempt.event).map(|sent| {
            let payload = self.state.events.get(sent.number);
            let payload = payload.and_then(|event| event.payload().ok());
            Json::object([
                ("created_at", sent.created_at.into()),
                ("modified_at", sent.modified_at.into()),
                ("id", sent.id.into()),
                ("last_http_code", code(sent.last_http_code).into()),
                ("succeeded", sent.succeeded.map(Json::Bool).into()),
                ("skipped", sent.skipped.into()),
                ("payload", payload.clone().into()),
                ("type", sent.kind.as_str().into()),
                ("is_archived", payload.is_none().into()),
            ])
        });
        Json::object([
            ("created_at", attempt.created_at.into()),
            ("modified_at", Json::Null),
            ("id", attempt.id.into()),
            ("succeeded", attempt.succeeded.into()),
            ("http_code", code(attempt.http_code).into()),
            ("response", attempt.response.clone().into()),
            ("webhook_event", event.into()),
        ])
    }
}

fn view(row: &WebhookRow) -> Json {
    let listed = row.events.as_ref();
    let events = listed.map_or_else(all_types, |types| {
        types.iter().map(|one| one.as_str().into()).collect()
    });
    Json::object([
        ("created_at", row.created_at.into()),
        ("modified_at", row.modified_at.into()),
        ("id", row.id.into()),
        ("url", row.url.as_str().into()),
        ("name", row.name.clone().into()),
        ("format", "raw".into()),
        ("secret", row.secret.expose().into()),
        ("organization_id", Uuid::from(row.organization).into()),
        ("events", events.into()),
        ("enabled", row.enabled.into()),
    ])
}

/// Returns the types of all events, which a filter of the deliveries has.
fn all_types() -> Vec<Json> {
    let mut parameters = OPERATIONS.iter().flat_map(|operation| operation.parameters);
    match parameters
        .find(|one| one.field.name == "event_type")
        .map(|one| one.field.schema)
    {
        Some(Schema::List {
            items: Schema::Enum(words),
            ..
        }) => words.iter().map(|word| Json::from(*word)).collect(),
        _ => Vec::new(),
    }
}

fn texts(items: &[Json]) -> Vec<String> {
    items
        .iter()
        .filter_map(|item| as_text(item).map(str::to_owned))
        .collect()
}

/// Checks the URL and the format of an endpoint.
fn check(call: &Call<'_>) -> Result<(), HttpError> {
    if call
        .body
        .text("format")
        .is_some_and(|format| format != "raw")
    {
        let what = "webhooks:create_webhook_endpoint with the format discord or slack";
        return Err(HttpError::NotImplemented(what));
    }
    let Some(url) = call.body.text("url") else {
        return Ok(());
    };
    let parsed: Uri = url.parse().unwrap_or_default();
    let is_public = is_public(parsed.host().unwrap_or_default());
    let violation = match parsed.scheme_str() {
        Some("https") if is_public => return Ok(()),
        Some("https") => Violation::value_error(
            "Webhook URLs cannot point to localhost or private IP addresses.",
        ),
        // Polar accepts none of these; the receiver of a test is at a port of its own.
        Some("http") if !is_public && parsed.port().is_some() => return Ok(()),
        _ => Violation::new("url_scheme", "URL scheme should be 'https'")
            .with("expected_schemes", "'https'".into()),
    };
    let loc = ["body", "url"];
    Err(HttpError::Invalid(vec![InvalidField::new(
        violation,
        loc,
        url.into(),
    )]))
}

/// Returns whether a host can be one of the internet: neither a name of this machine or its network,
/// nor a private address.
fn is_public(host: &str) -> bool {
    match host.trim_matches(['[', ']']).parse() {
        Ok(IpAddr::V4(address)) => {
            let is_local = address.is_loopback() || address.is_unspecified();
            !(is_local || address.is_private() || address.is_link_local())
        }
        Ok(IpAddr::V6(address)) => !(address.is_loopback() || address.is_unique_local()),
        Err(_) => host.contains('.'),
    }
}

const PREFIX: &str = "whsec_";
