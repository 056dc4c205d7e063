//! Webhook endpoints, and what was sent to them.

use http::StatusCode;
use polar_types::{OrganizationId, WebhookSecret};
use time::OffsetDateTime;
use uuid::Uuid;

use super::{History, State};
use crate::{generated::OPERATIONS, json::Json, schema::Schema};

/// A webhook endpoint.
#[derive(Debug, Clone)]
pub(crate) struct WebhookRow {
    pub(crate) id: Uuid,
    pub(crate) created_at: OffsetDateTime,
    pub(crate) modified_at: Option<OffsetDateTime>,
    pub(crate) organization: OrganizationId,
    pub(crate) url: String,
    pub(crate) name: Option<String>,
    pub(crate) secret: WebhookSecret,
    /// The types of the events that it receives; `None` for all.
    pub(crate) events: Option<Vec<String>>,
    pub(crate) enabled: bool,
}

impl WebhookRow {
    /// Returns an endpoint for all events.
    pub(crate) fn new(
        id: Uuid,
        now: OffsetDateTime,
        organization: OrganizationId,
        url: impl Into<String>,
        secret: WebhookSecret,
    ) -> Self {
        Self {
            id,
            created_at: now,
            modified_at: None,
            organization,
            url: url.into(),
            name: None,
            secret,
            events: None,
            enabled: true,
        }
    }

    /// Returns the endpoint as in a response.
    pub(crate) fn view(&self) -> Json {
        let types = self.events.iter().flatten();
        let events = match &self.events {
            Some(_) => types.map(|one| one.as_str().into()).collect(),
            None => all_types(),
        };
        Json::object([
            ("created_at", self.created_at.into()),
            ("modified_at", self.modified_at.into()),
            ("id", self.id.into()),
            ("url", self.url.as_str().into()),
            ("name", self.name.clone().into()),
            ("format", "raw".into()),
            ("secret", self.secret.expose().into()),
            ("organization_id", Uuid::from(self.organization).into()),
            ("events", events.into()),
            ("enabled", self.enabled.into()),
        ])
    }

    fn receives(&self, kind: &str) -> bool {
        let mut types = self.events.iter().flatten();
        self.enabled && (self.events.is_none() || types.any(|one| one == kind))
    }
}

/// Returns the types of all events, which a filter of the deliveries has.
fn all_types() -> Vec<Json> {
    let mut parameters = OPERATIONS.iter().flat_map(|operation| operation.parameters);
    let filter = parameters.find(|one| one.field.name == "event_type");
    match filter.map(|one| one.field.schema) {
        Some(Schema::List {
            items: Schema::Enum(words),
            ..
        }) => words.iter().map(|word| Json::from(*word)).collect(),
        _ => Vec::new(),
    }
}

/// An event at an endpoint: Polar's webhook event, whose id is the `webhook-id` of its deliveries.
#[derive(Debug)]
pub(crate) struct SentEvent {
    pub(crate) id: Uuid,
    pub(crate) endpoint: Uuid,
    /// The number of the event, which the history may have evicted.
    pub(crate) number: u64,
    pub(crate) kind: String,
    pub(crate) created_at: OffsetDateTime,
    pub(crate) modified_at: Option<OffsetDateTime>,
    pub(crate) last_http_code: Option<StatusCode>,
    pub(crate) succeeded: Option<bool>,
    pub(crate) skipped: bool,
}

/// An attempt to deliver an event: Polar's webhook delivery.
#[derive(Debug)]
pub(crate) struct AttemptRow {
    pub(crate) id: Uuid,
    pub(crate) created_at: OffsetDateTime,
    /// The id of the event at its endpoint.
    pub(crate) event: Uuid,
    pub(crate) succeeded: bool,
    pub(crate) http_code: Option<StatusCode>,
    pub(crate) response: Option<String>,
}

/// The newest events at endpoints, and the attempts to deliver them.
#[derive(Debug, Default)]
pub(crate) struct WebhookLog {
    pub(crate) sent: History<SentEvent>,
    pub(crate) attempts: History<AttemptRow>,
    /// The events to be delivered again.
    pub(crate) again: Vec<Uuid>,
}

impl WebhookLog {
    pub(crate) fn event(&self, id: Uuid) -> Option<&SentEvent> {
        self.sent.iter().rev().find(|event| event.id == id)
    }

    pub(crate) fn event_mut(&mut self, id: Uuid) -> Option<&mut SentEvent> {
        self.sent.iter_mut().rev().find(|event| event.id == id)
    }
}

impl State {
    /// Returns the endpoints of an organization that receive an event.
    pub(crate) fn endpoints_for(
        &self,
        organization: OrganizationId,
        kind: &str,
    ) -> impl Iterator<Item = &WebhookRow> {
        let rows = self.webhooks.iter();
        rows.filter(move |row| row.organization == organization && row.receives(kind))
    }

    pub(crate) fn webhook(&self, id: Uuid) -> Option<&WebhookRow> {
        self.webhooks.iter().find(|row| row.id == id)
    }

    /// Returns an attempt to deliver an event as in a response, with the event.
    pub(crate) fn attempt_view(&self, attempt: &AttemptRow) -> Json {
        let code = |status: Option<StatusCode>| status.map(|status| i64::from(status.as_u16()));
        let event = self.webhook_log.event(attempt.event).map(|sent| {
            let payload = self.events.get(sent.number);
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
