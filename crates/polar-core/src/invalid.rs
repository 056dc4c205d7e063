use std::{borrow::Cow, error::Error as StdError, fmt};

/// Something that was refused here, before anything was sent.
///
/// It names the place and says what would be right; it never repeats the value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidRequest {
    place: &'static str,
    problem: Cow<'static, str>,
}

impl InvalidRequest {
    /// `place` is the name of the field, option or setting; `problem` finishes a sentence that
    /// begins with it, such as "must not be empty".
    #[must_use]
    pub fn new(place: &'static str, problem: impl Into<Cow<'static, str>>) -> Self {
        Self {
            place,
            problem: problem.into(),
        }
    }

    /// The field, option or setting that is wrong.
    #[must_use]
    pub const fn place(&self) -> &'static str {
        self.place
    }
}

impl fmt::Display for InvalidRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.place, self.problem)
    }
}

impl StdError for InvalidRequest {}
