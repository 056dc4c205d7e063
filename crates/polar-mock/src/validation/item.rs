use crate::json::Json;

/// One entry of the `detail` of a 422.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Item {
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

impl Item {
    pub(crate) fn new(wrong: Wrong, loc: &[Segment], input: Json) -> Self {
        Self {
            kind: wrong.kind,
            loc: loc.to_vec(),
            msg: wrong.msg,
            input,
            ctx: wrong.ctx,
        }
    }

    pub(crate) fn in_body(wrong: Wrong, field: &'static str, input: Json) -> Self {
        Self::new(wrong, &[Segment::Name("body"), Segment::Name(field)], input)
    }
}

/// What is wrong with a value, wherever it stands.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Wrong {
    kind: &'static str,
    msg: String,
    ctx: Option<Json>,
}

impl Wrong {
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
    pub(crate) fn rule(msg: &str) -> Self {
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
impl Wrong {
    pub(crate) const fn kind(&self) -> &'static str {
        self.kind
    }
}
