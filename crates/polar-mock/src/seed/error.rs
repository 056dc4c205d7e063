use std::{error::Error, fmt};

use serde_json::error::Category;

/// What is wrong with a seed, and where.
#[derive(Debug)]
pub struct SeedError {
    place: String,
    problem: String,
}

impl SeedError {
    pub(super) fn new(place: impl Into<String>, problem: impl fmt::Display) -> Self {
        Self {
            place: place.into(),
            problem: problem.to_string(),
        }
    }

    pub(super) fn unread(error: serde_path_to_error::Error<serde_json::Error>) -> Self {
        // What stands behind a `?` was not read yet.
        let path = error.path().to_string();
        let place = path.split('?').next().unwrap_or_default();
        let place = place.trim_end_matches('.').to_owned();
        let error = error.into_inner();
        let problem = without_values(&error.to_string());
        match error.classify() {
            Category::Eof => Self::new(place, format!("the JSON ends too soon: {problem}")),
            Category::Syntax => Self::new(place, format!("this is not JSON: {problem}")),
            Category::Data | Category::Io => Self::new(place, problem),
        }
    }

    /// The way to the entry, such as `organizations[0].seats[2].subscription`; empty when the
    /// whole text is meant.
    #[must_use]
    pub fn place(&self) -> &str {
        &self.place
    }
}

impl fmt::Display for SeedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.place.as_str() {
            "" => write!(f, "the seed is not valid: {}", self.problem),
            place => write!(f, "the seed is not valid at {place}: {}", self.problem),
        }
    }
}

impl Error for SeedError {}

/// Takes texts out of a parser's message: one of them may be a token.
fn without_values(message: &str) -> String {
    let Some((before, rest)) = message.split_once("string \"") else {
        return message.to_owned();
    };
    let after = rest
        .rfind("\", ")
        .and_then(|end| rest.get(end + 1..))
        .unwrap_or_default();
    format!("{before}string{after}")
}
