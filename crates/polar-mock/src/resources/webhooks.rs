//! Webhook endpoints, and the deliveries to them.

use polar_types::WebhookSecret;

use super::{Call, Rule, list::as_text, not_found};
use crate::{
    http::HttpError,
    json::Json,
    state::WebhookRow,
    validation::{InvalidField, check_webhook_url},
};

pub(super) const RULES: &[(&str, Rule)] = &[
    ("webhooks:create_webhook_endpoint", create),
    ("webhooks:list_webhook_endpoints", |call| {
        let rows = call.state.webhooks.iter().rev();
        let own = rows.filter(|row| row.organization == call.organization);
        call.page(own.map(WebhookRow::view).collect())
    }),
    ("webhooks:get_webhook_endpoint", |call| {
        call.endpoint().map(|row| row.view())
    }),
    ("webhooks:update_webhook_endpoint", update),
    ("webhooks:reset_webhook_endpoint_secret", |call| {
        call.endpoint()?;
        let (_, secret) = call.state.random.typed_token(PREFIX, WebhookSecret::new);
        let (now, row) = (call.now, call.endpoint()?);
        row.secret = secret;
        row.modified_at = Some(now);
        Ok(row.view())
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
    let endpoint = row.view();
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
    Ok(row.view())
}

fn deliveries(call: &mut Call<'_>) -> Result<Json, HttpError> {
    let attempts = call.state.webhook_log.attempts.iter().rev();
    let items = attempts.filter_map(|attempt| {
        let sent = call.state.webhook_log.event(attempt.event)?;
        let row = call.state.webhook(sent.endpoint)?;
        let is_wanted = call.asks_for("endpoint_id", &row.id.to_string());
        let is_own = row.organization == call.organization;
        (is_wanted && is_own).then(|| call.state.attempt_view(attempt))
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
            ("event_type", Json::Array(_)) => {
                Some(call.asks_for(name, event.text("type").unwrap_or_default()))
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
}

fn texts(items: &[Json]) -> Vec<String> {
    let texts = items.iter().filter_map(as_text);
    texts.map(str::to_owned).collect()
}

/// Checks the URL and the format of an endpoint.
fn check(call: &Call<'_>) -> Result<(), HttpError> {
    let format = call.body.text("format");
    if format.is_some_and(|format| format != "raw") {
        let what = "webhooks:create_webhook_endpoint with the format discord or slack";
        return Err(HttpError::NotImplemented(what));
    }
    let url = call.body.text("url");
    match url.map(check_webhook_url) {
        Some(Err(violation)) => {
            let field = InvalidField::new(violation, ["body", "url"], url.into());
            Err(HttpError::Invalid(vec![field]))
        }
        _ => Ok(()),
    }
}

const PREFIX: &str = "whsec_";
