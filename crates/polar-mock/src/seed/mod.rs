//! Seeds: the state of a mock as JSON.

mod document;
mod load;
mod save;
mod usage;

use std::{error::Error, fmt};

use serde_json::error::Category;
use time::OffsetDateTime;

pub(crate) use document::Document;

use crate::{state::State, token::Random};

/// The state of a mock as JSON: organizations with their tokens, customers, purchases and seats.
///
/// It is written by hand, or made from a mock with [`Polar::to_seed`](crate::Polar::to_seed). All
/// keys are in the repository's `docs/testing-with-the-mock.md`.
///
/// ```
/// use std::time::SystemTime;
///
/// use polar_mock::{Polar, Seed};
///
/// let seed = Seed::from_json(r#"{"organizations": [{
///     "name": "Acme", "slug": "acme", "member_model": true, "seats_enabled": true,
///     "tokens": [{"token": "polar_oat_test", "scopes": ["customer_seats:read"]}],
///     "customers": [{"key": "buyer", "email": "buyer@acme.com"}],
///     "products": [{"key": "plan", "name": "Team plan"}],
///     "subscriptions": [{"key": "team", "product": "plan", "customer": "buyer", "seats": 20}]
/// }]}"#)?;
/// let polar = Polar::from_seed(&seed, SystemTime::UNIX_EPOCH)?;
///
/// let later = polar.to_seed(SystemTime::UNIX_EPOCH);
/// assert_eq!(Seed::from_json(&later.to_json())?.to_json(), later.to_json());
/// # Ok::<(), polar_mock::SeedError>(())
/// ```
#[derive(Debug)]
pub struct Seed(Document);

impl Seed {
    /// Parses a seed.
    ///
    /// # Errors
    ///
    /// Returns an error if the text is not JSON, lacks a required key, or has an unknown one.
    /// Contradictions between entries are found by [`Polar::from_seed`](crate::Polar::from_seed).
    pub fn from_json(text: &str) -> Result<Self, SeedError> {
        // serde would also read a list, with errors that say nothing about seeds.
        if !text.trim_start().starts_with('{') {
            return Err(SeedError::new("", NOT_AN_OBJECT));
        }
        let mut reader = serde_json::Deserializer::from_str(text);
        let document =
            serde_path_to_error::deserialize(&mut reader).map_err(SeedError::from_parse_error)?;
        let end = reader.end();
        end.map_err(|error| {
            SeedError::new("", format!("unexpected text after the seed: {error}"))
        })?;
        Ok(Self(document))
    }

    /// Returns a state as a seed. `now` is the state's own time.
    pub(crate) fn of(state: &State, now: OffsetDateTime) -> Self {
        Self(save::save(state, now))
    }

    /// Returns the organizations and the injected faults of a state, without mails and events.
    pub(crate) fn without_logs(state: &State, now: OffsetDateTime) -> Document {
        save::save_without_logs(state, now)
    }

    /// Returns the state that the seed describes. `now` is the caller's time.
    pub(crate) fn load(&self, now: OffsetDateTime) -> Result<State, SeedError> {
        let mut state = State::default();
        if let Some(seed) = self.0.random {
            state.random = Random::seeded(seed);
        }
        if let Some(start) = self.0.now
            && !state.clock_offset.begin(start.0, now)
        {
            return Err(SeedError::new("now", "the clock ends with the year 9998"));
        }
        let start = state.clock_offset.apply(now);
        load::load(&self.0, &mut state, start)?;
        Ok(state)
    }

    /// Returns the seed as JSON, for a file. It contains all tokens of the mock.
    #[must_use]
    pub fn to_json(&self) -> String {
        // Serialization cannot fail: keys are texts, and numbers are finite.
        serde_json::to_string_pretty(&self.0).unwrap_or_default()
    }
}

const NOT_AN_OBJECT: &str = "expected a JSON object that begins with {\"organizations\": [";

/// An error in a seed, with its place.
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

    pub(super) fn from_parse_error(error: serde_path_to_error::Error<serde_json::Error>) -> Self {
        // The part after a `?` has not been read yet.
        let path = error.path().to_string();
        let place = path.split('?').next().unwrap_or_default();
        let place = place.trim_end_matches('.').to_owned();
        let error = error.into_inner();
        let problem = without_values(&error.to_string());
        match error.classify() {
            Category::Eof => Self::new(place, format!("unexpected end of the JSON: {problem}")),
            Category::Syntax => Self::new(place, format!("invalid JSON: {problem}")),
            Category::Data | Category::Io => Self::new(place, problem),
        }
    }

    /// Returns the path of the entry, such as `organizations[0].seats[2].subscription`; empty if
    /// the error concerns the whole text.
    #[must_use]
    pub fn place(&self) -> &str {
        &self.place
    }
}

impl fmt::Display for SeedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.place.as_str() {
            "" => write!(f, "invalid seed: {}", self.problem),
            place => write!(f, "invalid seed at {place}: {}", self.problem),
        }
    }
}

impl Error for SeedError {}

/// Removes values from a parser's message, since one can be a token.
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
