//! The resources that are documents: each operation is checked by its schema and carried out by a
//! rule. The rules of a resource are one file.
#![expect(
    clippy::unnecessary_wraps,
    reason = "rules have one type, whether or not they can fail"
)]

mod benefits;
mod checkout_view;
mod checkouts;
mod custom_fields;
mod customers;
mod discounts;
mod grants;
mod license_keys;
mod list;
mod members;
mod meters;
mod orders;
mod organization;
mod prices;
mod products;
mod purchase;
mod refunds;
mod renewals;
mod sessions;
mod store;
mod subscriptions;
mod terms;

use bytes::Bytes;
use http::{Response, StatusCode, request::Parts};
use polar_types::{LocSegment, OrganizationId, RawJson};
use time::OffsetDateTime;
use uuid::Uuid;

pub(crate) use grants::seat_changed;
pub(crate) use renewals::run_due;
pub(crate) use store::{Document, Documents, Kind};
use terms::{seat_price, time_after};

use crate::{
    http::{HttpError, read_body, response},
    json::{self, Json},
    schema::{Body, Checked, Credential, Operation, Presence, Schema},
    state::{Caller, Holder, State},
    validation::{InvalidField, Query, Violation},
};

/// How an operation is carried out: it returns the body of the response.
type Rule = fn(&mut Call<'_>) -> Result<Json, HttpError>;

/// The rules, by the operation's id.
const RULES: &[&[(&str, Rule)]] = &[
    benefits::RULES,
    checkouts::RULES,
    custom_fields::RULES,
    customers::RULES,
    discounts::RULES,
    grants::RULES,
    license_keys::RULES,
    members::RULES,
    meters::RULES,
    orders::RULES,
    products::RULES,
    refunds::RULES,
    sessions::RULES,
    subscriptions::RULES,
];

/// The documents of one organization, at a time.
pub(crate) struct Account<'a> {
    state: &'a mut State,
    now: OffsetDateTime,
    organization: OrganizationId,
}

/// A call of an operation, with valid parameters and body.
pub(crate) struct Call<'a> {
    account: Account<'a>,
    operation: &'static Operation,
    rule: Rule,
    caller: Caller,
    path: Vec<Json>,
    query: Vec<(String, Json)>,
    /// The filters by metadata.
    metadata: Vec<(String, String)>,
    body: Json,
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
        let rule = rule.ok_or(HttpError::NotImplemented(operation.id))?.1;
        let organization = authorize(state, caller, operation)?;

        let mut checked = Checked::default();
        let mut path = Vec::new();
        let in_path = operation.parameters.iter().filter(|one| one.is_path);
        for (parameter, value) in in_path.zip(values) {
            let (name, schema) = (parameter.field.name, parameter.field.schema);
            let value = Json::from(value.as_str());
            path.extend(checked.within(LocSegment::from("path"), |checked| {
                checked.value(name, schema, &value)
            }));
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
                (Some(value), _) => checked.within(LocSegment::from("query"), |checked| {
                    checked.value(field.name, field.schema, &value)
                }),
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
            account: Account {
                state,
                now,
                organization,
            },
            operation,
            rule,
            caller: caller.clone(),
            path,
            query,
            metadata: sent.below("metadata"),
            body: body.unwrap_or(Json::Null),
        })
    }

    /// Carries out the operation.
    pub(crate) fn run(mut self) -> Result<Response<Bytes>, HttpError> {
        let body = (self.rule)(&mut self)?;
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
    fn query(&self, name: &str) -> Option<&Json> {
        let mut all = self.query.iter();
        all.find(|(key, _)| key == name).map(|(_, value)| value)
    }

    /// Returns the id at a place of the path.
    fn id(&self, index: usize) -> Result<Uuid, HttpError> {
        let text = self.path.get(index).and_then(list::as_text);
        text.and_then(|text| Uuid::parse_str(text).ok())
            .ok_or(HttpError::Crash)
    }

    /// Returns the text at a place of the path.
    fn path_text(&self, index: usize) -> Result<String, HttpError> {
        let text = self.path.get(index).and_then(list::as_text);
        text.map(str::to_owned).ok_or(HttpError::Crash)
    }

    /// Returns the field of the body, unless it is absent or null.
    fn sent(&self, name: &str) -> Option<&Json> {
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

impl<'a> Account<'a> {
    pub(crate) fn new(
        state: &'a mut State,
        now: OffsetDateTime,
        organization: OrganizationId,
    ) -> Self {
        Self {
            state,
            now,
            organization,
        }
    }

    /// Returns a document of the calling organization.
    fn document(&self, kind: Kind, id: Uuid) -> Result<&Document, HttpError> {
        let document = self.state.documents.get(kind, id);
        document
            .filter(|document| document.organization == self.organization)
            .ok_or_else(not_found)
    }

    /// Returns the documents of the calling organization, the oldest first.
    fn documents(&self, kind: Kind) -> impl DoubleEndedIterator<Item = &Document> {
        let organization = self.organization;
        let all = self.state.documents.all(kind);
        all.filter(move |document| document.organization == organization)
    }

    /// Opens a session of a customer for an hour, and returns its token.
    fn open_customer_session(&mut self, customer: Uuid) -> String {
        let now = self.now;
        self.state
            .open_session(Holder::Customer(customer.into()), now)
    }

    fn new_id(&mut self) -> Uuid {
        self.state.random.uuid()
    }

    /// Adds a document.
    fn insert(&mut self, kind: Kind, id: Uuid, fields: Json) {
        let document = Document::new(id, self.organization, self.now, fields);
        self.state.documents.insert(kind, document);
    }

    /// Changes a document and returns it. One that stays as it was is not modified.
    fn change(
        &mut self,
        kind: Kind,
        id: Uuid,
        change: impl FnOnce(&mut Json),
    ) -> Result<&Document, HttpError> {
        let now = self.now;
        let document = self.state.documents.get_mut(kind, id);
        let document = document.ok_or_else(not_found)?;
        let before = document.fields.clone();
        change(&mut document.fields);
        if document.fields != before {
            document.modified_at = Some(now);
        }
        Ok(document)
    }

    /// Marks a document as changed.
    fn touch(&mut self, kind: Kind, id: Uuid) {
        let now = self.now;
        if let Some(document) = self.state.documents.get_mut(kind, id) {
            document.modified_at = Some(now);
        }
    }

    /// Raises an event about an object.
    fn raise(&mut self, kind: &'static str, data: &Json) {
        let raw = data
            .to_text()
            .and_then(|text| RawJson::from_json(text).ok());
        if let Some(raw) = raw {
            self.state.raise(kind, self.organization, raw, self.now);
        }
    }
}

/// Returns the organization that the caller may act for.
fn authorize(
    state: &State,
    caller: &Caller,
    operation: &'static Operation,
) -> Result<OrganizationId, HttpError> {
    match (operation.credential, caller) {
        // The rule finds out whose document it is.
        (Credential::Anyone, _) => Ok(OrganizationId::from(Uuid::nil())),
        (Credential::Organization, Caller::Organization { id, scopes }) => {
            let is_allowed = operation
                .scopes
                .iter()
                .any(|scope| scopes.iter().any(|held| held == scope));
            if is_allowed {
                Ok(*id)
            } else {
                Err(HttpError::InsufficientScopes(operation.scopes))
            }
        }
        (Credential::Session | Credential::Member, _) => state
            .holder(caller)
            .map(|(organization, _)| organization)
            .ok_or(HttpError::Unauthorized),
        _ => Err(HttpError::Unauthorized),
    }
}

/// The 404 for a document that does not exist or belongs to another organization.
fn not_found() -> HttpError {
    HttpError::not_found("Not found")
}

/// The 422 of the application for one value of the body.
fn invalid<'p>(
    path: impl IntoIterator<Item = &'p str>,
    kind: &'static str,
    message: &str,
    input: impl Into<Json>,
) -> HttpError {
    HttpError::InvalidForApplication(vec![error(path, kind, message, input)])
}

/// One entry of such a 422.
fn error<'p>(
    path: impl IntoIterator<Item = &'p str>,
    kind: &'static str,
    message: &str,
    input: impl Into<Json>,
) -> InvalidField {
    let loc = ["body"].into_iter().chain(path);
    InvalidField::new(Violation::new(kind, message), loc, input.into())
}

#[cfg(test)]
mod tests {
    use std::{env, fmt::Write as _, fs, path::Path};

    use http::Method;

    use super::RULES;
    use crate::{
        generated::OPERATIONS,
        http::{Route, find},
        schema::Operation,
    };

    const HEAD: &str = "\
# What the offline Polar has of the API

Each of the 186 operations: *yes* if the mock carries it out, or 501, which is its response with the operation's name. A test
of `polar-mock` compares this page with the code; `POLAR_WRITE_DOCS=1 cargo test -p polar-mock --lib table_of` writes it.

| operation | | the mock |
|---|---|---|
";

    /// The operations on seats have routes of their own.
    fn is_about_seats(operation: &Operation) -> bool {
        let path = operation.path.split('/').map(|part| {
            let is_parameter = part.starts_with('{');
            if is_parameter { "x" } else { part }
        });
        let path: Vec<&str> = path.collect();
        let method = Method::from_bytes(operation.method.as_bytes()).unwrap();
        matches!(find(&method, &path.join("/")), Route::Operation(..))
    }

    #[test]
    fn table_of_operations_is_right() {
        let mut page = HEAD.to_owned();
        for operation in OPERATIONS {
            let mut rules = RULES.iter().copied().flatten();
            let has_rule = rules.any(|(id, _)| *id == operation.id) || is_about_seats(operation);
            let carried_out = if has_rule { "yes" } else { "501" };
            let (id, method, path) = (operation.id, operation.method, operation.path);
            let _ = writeln!(page, "| `{id}` | `{method} {path}` | {carried_out} |");
        }
        let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs");
        if !docs.is_dir() {
            // The published crate is without the pages.
            return;
        }
        let file = docs.join("mock-operations.md");
        if env::var_os("POLAR_WRITE_DOCS").is_some() {
            fs::write(&file, &page).unwrap();
        }
        assert_eq!(fs::read_to_string(&file).unwrap_or_default(), page);
    }

    #[test]
    fn each_rule_is_for_an_operation() {
        for (id, _) in RULES.iter().copied().flatten() {
            assert!(OPERATIONS.iter().any(|one| one.id == *id), "{id}");
        }
    }
}
