//! Validates the fields of a request and reports the invalid ones in the server's order.

mod assign;
mod email;
mod metadata;
mod query;
mod scalar;

pub(crate) use assign::{AssignRequest, Side, Source};
pub(crate) use email::normalize as normalize_email;
pub(crate) use metadata::check as check_metadata;
pub(crate) use query::{Query, containers, paging, seat_id};

use crate::json::Json;

/// Reads the fields of a body and collects what is wrong with them.
pub(crate) struct Fields<'a> {
    body: &'a Json,
    items: Vec<InvalidField>,
}

impl<'a> Fields<'a> {
    /// A body must be there, and must be an object.
    pub(crate) fn of(body: &'a Json) -> Result<Self, Vec<InvalidField>> {
        match body {
            Json::Object(_) => Ok(Self {
                body,
                items: Vec::new(),
            }),
            Json::Null => Err(vec![InvalidField::new(
                Violation::missing(),
                &[Segment::Name("body")],
                Json::Null,
            )]),
            other => {
                let wrong = Violation::new(
                    "model_attributes_type",
                    "Input should be a valid dictionary or object to extract fields from",
                );
                Err(vec![InvalidField::new(
                    wrong,
                    &[Segment::Name("body")],
                    other.clone(),
                )])
            }
        }
    }

    /// A field that may be absent or null; both mean the same.
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

    /// A field that must be there, and must not be null.
    fn required<T>(
        &mut self,
        name: &'static str,
        rule: impl FnOnce(&Json) -> Result<T, Violation>,
    ) -> Option<T> {
        let Some(value) = self.body.get(name) else {
            self.items.push(InvalidField::in_body(
                Violation::missing(),
                name,
                self.body.clone(),
            ));
            return None;
        };
        self.checked(name, value, rule)
    }

    fn checked<T>(
        &mut self,
        name: &'static str,
        value: &Json,
        rule: impl FnOnce(&Json) -> Result<T, Violation>,
    ) -> Option<T> {
        rule(value)
            .map_err(|wrong| {
                self.items
                    .push(InvalidField::in_body(wrong, name, value.clone()))
            })
            .ok()
    }

    /// Ends the single fields: rules over several of them only run when each is sound.
    fn sound(self) -> Result<&'a Json, Vec<InvalidField>> {
        if self.items.is_empty() {
            Ok(self.body)
        } else {
            Err(self.items)
        }
    }
}

/// The `invitation_token` of a claim: any text, even an empty one.
pub(crate) fn claim_token(body: &Json) -> Result<String, Vec<InvalidField>> {
    let mut fields = Fields::of(body)?;
    let token = fields.required("invitation_token", scalar::text);
    fields.sound()?;
    token.ok_or_else(Vec::new)
}

/// One entry of the `detail` of a 422.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct InvalidField {
    pub(crate) kind: &'static str,
    pub(crate) loc: Vec<Segment>,
    pub(crate) msg: String,
    /// What was sent, echoed.
    pub(crate) input: Json,
    pub(crate) ctx: Option<Json>,
}

/// A step of the way to a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Segment {
    Name(&'static str),
    Index(usize),
}

impl InvalidField {
    pub(crate) fn new(wrong: Violation, loc: &[Segment], input: Json) -> Self {
        Self {
            kind: wrong.kind,
            loc: loc.to_vec(),
            msg: wrong.msg,
            input,
            ctx: wrong.ctx,
        }
    }

    pub(crate) fn in_body(wrong: Violation, field: &'static str, input: Json) -> Self {
        Self::new(wrong, &[Segment::Name("body"), Segment::Name(field)], input)
    }
}

/// What is wrong with a value, wherever it stands.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Violation {
    kind: &'static str,
    msg: String,
    ctx: Option<Json>,
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

    /// A rule of the application. Its context is an empty object, observed.
    pub(crate) fn value_error(msg: &str) -> Self {
        Self::new("value_error", format!("Value error, {msg}")).with("error", Json::EMPTY)
    }

    pub(crate) fn message(&self) -> &str {
        &self.msg
    }

    #[must_use]
    pub(crate) fn with(mut self, key: &str, value: Json) -> Self {
        self.ctx = Some(Json::Object(vec![(key.to_owned(), value)]));
        self
    }
}

#[cfg(test)]
impl Violation {
    pub(crate) const fn kind(&self) -> &'static str {
        self.kind
    }
}
