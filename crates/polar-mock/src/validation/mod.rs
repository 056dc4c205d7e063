//! Validates the fields of a request and reports the invalid ones in the server's order.

mod assign;
mod metadata;
mod query;
pub(crate) mod scalar;
mod webhook_url;

use polar_types::LocSegment;

pub(crate) use assign::{AssignRequest, Side};
pub(crate) use metadata::check as check_metadata;
pub(crate) use query::{Query, containers, paging, seat_id};
pub(crate) use webhook_url::check as check_webhook_url;

use crate::json::Json;

/// Reads the `invitation_token` of a claim: any text, even an empty one.
pub(crate) fn claim_token(body: &Json) -> Result<String, Vec<InvalidField>> {
    let mut fields = Fields::of(body)?;
    let token = fields.required("invitation_token", scalar::text);
    fields.finish()?;
    token.ok_or_else(Vec::new)
}

/// Reads the fields of a body and collects the invalid ones.
struct Fields<'a> {
    body: &'a Json,
    invalid: Vec<InvalidField>,
}

impl<'a> Fields<'a> {
    /// Returns the fields of a body, which must be an object.
    fn of(body: &'a Json) -> Result<Self, Vec<InvalidField>> {
        let violation = match body {
            Json::Object(_) => {
                return Ok(Self {
                    body,
                    invalid: Vec::new(),
                });
            }
            Json::Null => Violation::missing(),
            _ => Violation::new(
                "model_attributes_type",
                "Input should be a valid dictionary or object to extract fields from",
            ),
        };
        Err(vec![InvalidField::new(violation, ["body"], body.clone())])
    }

    /// Reads a field that may be absent or null, which means the same.
    fn optional<T>(
        &mut self,
        name: &'static str,
        rule: impl FnOnce(&Json) -> Result<T, Violation>,
    ) -> Option<T> {
        match self.body.get(name) {
            None | Some(Json::Null) => None,
            Some(value) => self.checked(name, value, rule),
        }
    }

    /// Reads a field that must be present, and not null.
    fn required<T>(
        &mut self,
        name: &'static str,
        rule: impl FnOnce(&Json) -> Result<T, Violation>,
    ) -> Option<T> {
        match self.body.get(name) {
            Some(value) => self.checked(name, value, rule),
            None => self.checked(name, self.body, |_| Err(Violation::missing())),
        }
    }

    fn checked<T>(
        &mut self,
        name: &'static str,
        value: &Json,
        rule: impl FnOnce(&Json) -> Result<T, Violation>,
    ) -> Option<T> {
        let invalid = |violation| InvalidField::new(violation, ["body", name], value.clone());
        rule(value)
            .map_err(|violation| self.invalid.push(invalid(violation)))
            .ok()
    }

    /// Returns the invalid fields, if there are any. Rules for several fields come after that.
    fn finish(self) -> Result<(), Vec<InvalidField>> {
        if self.invalid.is_empty() {
            Ok(())
        } else {
            Err(self.invalid)
        }
    }
}

/// An entry of the `detail` of a 422.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct InvalidField {
    pub(crate) violation: Violation,
    pub(crate) loc: Vec<LocSegment>,
    /// The value that was sent, which the server echoes.
    pub(crate) input: Json,
}

impl InvalidField {
    pub(crate) fn new<S: Into<LocSegment>>(
        violation: Violation,
        loc: impl IntoIterator<Item = S>,
        input: Json,
    ) -> Self {
        Self {
            violation,
            loc: loc.into_iter().map(Into::into).collect(),
            input,
        }
    }
}

/// The rule that a value breaks, wherever the value is.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Violation {
    pub(crate) kind: &'static str,
    pub(crate) msg: String,
    pub(crate) ctx: Option<Json>,
}

impl Violation {
    pub(crate) fn new(kind: &'static str, msg: impl Into<String>) -> Self {
        Self {
            kind,
            msg: msg.into(),
            ctx: None,
        }
    }

    pub(crate) fn missing() -> Self {
        Self::new("missing", "Field required")
    }

    /// A rule of the application. Its context is an empty object (observed).
    pub(crate) fn value_error(msg: &str) -> Self {
        Self::new("value_error", format!("Value error, {msg}")).with("error", Json::EMPTY)
    }

    #[must_use]
    pub(crate) fn with(mut self, key: &str, value: Json) -> Self {
        let mut entries = match self.ctx.take() {
            Some(Json::Object(entries)) => entries,
            _ => Vec::new(),
        };
        entries.push((key.to_owned(), value));
        self.ctx = Some(Json::Object(entries));
        self
    }
}
