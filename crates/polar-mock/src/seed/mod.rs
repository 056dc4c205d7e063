//! Seeds: the state of a mock as JSON.

mod document;
mod load;
mod save;

use std::{error::Error, fmt};

use serde_json::error::Category;
use time::OffsetDateTime;

use crate::{state::State, token::Random};

/// A world, written down as JSON: organizations with their tokens, customers, sales and seats.
///
/// It is written by hand, or taken from a mock ([`Polar::to_seed`](crate::Polar::to_seed)) as it stands. All keys are in
/// the repository's `docs/testing-with-the-mock.md`.
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
pub struct Seed(document::Document);

impl Seed {
    /// Reads a seed.
    ///
    /// # Errors
    ///
    /// When it is not JSON, lacks something, or has a key that no seed has. Whether its entries
    /// fit together is seen by [`Polar::from_seed`](crate::Polar::from_seed).
    pub fn from_json(text: &str) -> Result<Self, SeedError> {
        // A structure could be read from a list, too, with words that say nothing about a seed.
        if !text.trim_start().starts_with('{') {
            return Err(SeedError::new("", NO_SEED));
        }
        let mut reader = serde_json::Deserializer::from_str(text);
        let document = serde_path_to_error::deserialize(&mut reader).map_err(SeedError::unread)?;
        let end = reader.end();
        end.map_err(|error| SeedError::new("", format!("something follows it: {error}")))?;
        Ok(Self(document))
    }

    /// Returns a state as a seed. `now` is the state's own time.
    pub(crate) fn of(state: &State, now: OffsetDateTime) -> Self {
        Self(save::save(state, now))
    }

    /// Makes the state that the seed describes. `now` is the caller's time.
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

    /// Writes it, for a file. All tokens of the world stand in it.
    #[must_use]
    pub fn to_json(&self) -> String {
        // Keys are texts and numbers are finite, so nothing in it cannot be written.
        serde_json::to_string_pretty(&self.0).unwrap_or_default()
    }
}

const NO_SEED: &str = "it is a JSON object, which begins with {\"organizations\": [";

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
