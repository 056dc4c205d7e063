//! A request with valid parameters and body.

use bytes::Bytes;
use http::{HeaderValue, Request, Response, StatusCode, header, request::Parts};
use polar_types::{OrganizationId, Timestamp};
use serde_json::Value;
use time::OffsetDateTime;
use uuid::Uuid;

use super::{Account, Document, Kind, RULES, Rule, list, refused_item};
use crate::{
    generated::OPERATIONS,
    http::{HttpError, read_body, response},
    json::{self, Json},
    schema::{Body, Checked, Credential, Operation, Presence, Schema},
    state::{Caller, State},
    validation::Query,
};

/// A call of an operation, with valid parameters and body.
pub(crate) struct Call<'a> {
    pub(super) account: Account<'a>,
    operation: &'static Operation,
    /// `None` if only a stub responds.
    rule: Option<Rule>,
    pub(super) caller: Caller,
    pub(super) path: Vec<Json>,
    pub(super) query: Vec<(String, Json)>,
    /// The filters by metadata.
    pub(super) metadata: Vec<(String, String)>,
    pub(super) body: Json,
}

impl<'a> Call<'a> {
    /// Reads a request in the server's order: the body's syntax, the caller, and then the values.
    pub(crate) fn read(
        state: &'a mut State,
        now: OffsetDateTime,
        caller: &Caller,
        operation: &'static Operation,
        head: &Parts,
        body: &Bytes,
        values: &[String],
    ) -> Result<Self, HttpError> {
        let body = match operation.body {
            Body::Json(schema) => Some((schema, read_body(&head.headers, body)?)),
            Body::Form | Body::Nothing => None,
        };
        let mut rules = RULES.iter().copied().flatten();
        let rule = rules.find(|(id, _)| *id == operation.id);
        let rule = rule.map(|(_, rule)| *rule);
        let has_stub = state.stubs.has(operation);
        if rule.is_none() && !has_stub {
            return Err(HttpError::NotImplemented(operation.id));
        }
        let organization = authorize(state, caller, operation, has_stub)?;

        let mut checked = Checked::default();
        let mut path = Vec::new();
        let in_path = operation.parameters.iter().filter(|one| one.is_path);
        for (parameter, value) in in_path.zip(values) {
            let (name, schema) = (parameter.field.name, parameter.field.schema);
            let value = Json::from(value.as_str());
            path.extend(checked.value_in("path", name, schema, &value));
        }
        let sent = Query::read(head.uri.query());
        let mut query = Vec::new();
        for parameter in operation.parameters.iter().filter(|one| !one.is_path) {
            let field = &parameter.field;
            let value = match field.schema {
                Schema::List { .. } => {
                    let all: Vec<Json> = sent.all(field.name).map(Json::from).collect();
                    (!all.is_empty()).then_some(Json::Array(all))
                }
                _ => sent.last(field.name).map(Json::from),
            };
            let value = match (value, &field.presence) {
                (Some(value), _) => checked.value_in("query", field.name, field.schema, &value),
                (None, Presence::Default(text)) => json::parse(text).ok(),
                (None, Presence::Required) => {
                    checked.missing("query", field.name, &Json::Null);
                    None
                }
                (None, Presence::Optional) => None,
            };
            query.extend(value.map(|value| (field.name.to_owned(), value)));
        }
        let body = body.and_then(|(schema, body)| checked.value("body", schema, &body));
        checked.finish().map_err(HttpError::Invalid)?;
        Ok(Self {
            account: Account::new(state, now, organization),
            operation,
            rule,
            caller: caller.clone(),
            path,
            query,
            metadata: sent.below("metadata"),
            body: body.unwrap_or(Json::Null),
        })
    }

    /// Carries out an operation with these values, as a caller in process.
    pub(crate) fn run_by_id(
        state: &mut State,
        now: OffsetDateTime,
        caller: &Caller,
        id: &str,
        path: &[String],
        body: &Value,
    ) -> Result<Response<Bytes>, HttpError> {
        let operation = OPERATIONS.iter().find(|one| one.id == id);
        let operation = operation.ok_or(HttpError::Crash)?;
        let mut head = Request::new(()).into_parts().0;
        let json = HeaderValue::from_static("application/json");
        head.headers.insert(header::CONTENT_TYPE, json);
        let body = Bytes::from(body.to_string());
        Call::read(state, now, caller, operation, &head, &body, path)?.run()
    }

    /// Carries out the operation.
    pub(crate) fn run(mut self) -> Result<Response<Bytes>, HttpError> {
        let stubbed = HttpError::NotImplemented(self.operation.id);
        let rule = self.rule.ok_or(stubbed)?;
        let body = rule(&mut self)?;
        let status = StatusCode::from_u16(self.operation.status).map_err(|_| HttpError::Crash)?;
        if status == StatusCode::NO_CONTENT {
            let mut response = Response::new(Bytes::new());
            *response.status_mut() = status;
            return Ok(response);
        }
        let text = body.to_text().ok_or(HttpError::Crash)?;
        Ok(response(status, "application/json", text))
    }

    /// Returns the value of a parameter of the query.
    pub(super) fn query(&self, name: &str) -> Option<&Json> {
        let mut all = self.query.iter();
        all.find(|(key, _)| key == name).map(|(_, value)| value)
    }

    /// Returns the text of a parameter of the query.
    pub(super) fn query_text(&self, name: &str) -> Option<&str> {
        self.query(name).and_then(list::as_text)
    }

    pub(super) fn query_id(&self, name: &str) -> Option<Uuid> {
        self.query(name)?.as_id()
    }

    pub(super) fn query_time(&self, name: &str) -> Option<OffsetDateTime> {
        Timestamp::from(self.query_text(name)?).to_utc()
    }

    /// Whether a parameter is absent, is this value, or has it among its values.
    pub(super) fn asks_for(&self, name: &str, value: &str) -> bool {
        match self.query(name) {
            Some(Json::Array(values)) => values.is_empty() || values.contains(&value.into()),
            Some(Json::Text(text)) => text == value,
            _ => true,
        }
    }

    /// Returns the id at a place of the path.
    pub(super) fn id(&self, index: usize) -> Result<Uuid, HttpError> {
        let id = self.path.get(index).and_then(Json::as_id);
        id.ok_or(HttpError::Crash)
    }

    /// Returns the document whose id is in the path, as in a response.
    pub(super) fn shown(
        &self,
        kind: Kind,
        view: impl FnOnce(&Account<'a>, &Document) -> Json,
    ) -> Result<Json, HttpError> {
        Ok(view(self, self.document(kind, self.id(0)?)?))
    }

    /// Returns all documents of a kind, as in a response.
    pub(super) fn all(
        &self,
        kind: Kind,
        view: impl Fn(&Account<'a>, &Document) -> Json,
    ) -> Vec<Json> {
        self.documents(kind).map(|one| view(self, one)).collect()
    }

    /// Returns the text at a place of the path.
    pub(super) fn path_text(&self, index: usize) -> Result<String, HttpError> {
        let text = self.path.get(index).and_then(list::as_text);
        text.map(str::to_owned).ok_or(HttpError::Crash)
    }

    /// Checks that the ids in a list of the body are those of documents.
    pub(super) fn check_ids(&self, key: &str, kind: Kind, message: &str) -> Result<(), HttpError> {
        for (index, sent) in self.body.items(key).iter().enumerate() {
            let known = sent.as_id().map(|id| self.document(kind, id));
            if !matches!(known, Some(Ok(_))) {
                return Err(refused_item(key, index, message, sent.clone()));
            }
        }
        Ok(())
    }

    /// Returns the field of the body, or another without it or if it is null.
    pub(super) fn sent_or(&self, name: &str, other: impl Into<Json>) -> Json {
        self.sent(name).cloned().unwrap_or_else(|| other.into())
    }

    /// Returns the field of the body, unless it is absent or null.
    pub(super) fn sent(&self, name: &str) -> Option<&Json> {
        self.body.get(name).filter(|value| **value != Json::Null)
    }
}

impl<'a> std::ops::Deref for Call<'a> {
    type Target = Account<'a>;

    fn deref(&self) -> &Account<'a> {
        &self.account
    }
}

impl std::ops::DerefMut for Call<'_> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.account
    }
}

/// Returns the organization that the caller may act for.
fn authorize(
    state: &State,
    caller: &Caller,
    operation: &'static Operation,
    has_stub: bool,
) -> Result<OrganizationId, HttpError> {
    match (operation.credential, caller) {
        // The rule finds out whose document it is.
        (Credential::Anyone, _) => Ok(OrganizationId::from(Uuid::nil())),
        // The mock has no tokens of persons.
        (Credential::User, _) if has_stub => Ok(OrganizationId::from(Uuid::nil())),
        (Credential::Organization, Caller::Organization { id, scopes }) => {
            let is_held = |scope: &&str| scopes.iter().any(|held| held == scope);
            let is_allowed = operation.scopes.iter().any(is_held);
            let id = is_allowed.then_some(*id);
            id.ok_or(HttpError::InsufficientScope(operation.scopes))
        }
        (Credential::Member, Caller::Customer { .. }) => Err(HttpError::Unauthorized),
        (Credential::Session | Credential::Member, _) => {
            let (organization, _) = state.holder(caller).ok_or(HttpError::Unauthorized)?;
            Ok(organization)
        }
        _ => Err(HttpError::Unauthorized),
    }
}
