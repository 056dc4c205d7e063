//! A world written down: what stands there when a mock starts, or what stood there once.

mod document;
mod error;
mod ledger;
mod load;
mod save;

use polar_types::Timestamp;
use time::OffsetDateTime;

pub use error::SeedError;

use crate::{Polar, moment::told, random::Random, world::World};

/// A world, written down as JSON: organisations with their tokens, customers, sales and seats.
///
/// It is written by hand, or taken from a mock ([`Polar::to_seed`]) as it stands. All keys are in
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
    /// fit together is seen by [`Polar::from_seed`].
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

    /// Writes it, for a file. All tokens of the world stand in it.
    #[must_use]
    pub fn to_json(&self) -> String {
        // Keys are texts and numbers are finite, so nothing in it cannot be written.
        serde_json::to_string_pretty(&self.0).unwrap_or_default()
    }
}

impl Polar {
    /// A Polar as the seed describes it. What has no time of its own is created at its start, which
    /// is `now`, or the seed's own `now`; from there its clock goes on.
    ///
    /// # Errors
    ///
    /// When entries of the seed contradict each other, or refer to nothing.
    pub fn from_seed(seed: &Seed, now: impl TryInto<Timestamp>) -> Result<Self, SeedError> {
        let now = told(now);
        let mut world = World::default();
        if let Some(state) = seed.0.random {
            world.random = Random::seeded(state);
        }
        if let Some(start) = seed.0.now
            && !world.shift.begin(start.0, now)
        {
            return Err(SeedError::new("now", "the clock ends with the year 9998"));
        }
        let start = world.shift.apply(now);
        load::load(&seed.0, &mut world, start)?;
        Ok(Self { world })
    }

    /// This Polar as a seed that starts an equal one: it gives the same answers from there on, the
    /// same new ids and tokens included.
    ///
    /// Sessions and rate windows that have ended are left out, and so are claim streams, which end
    /// with their connections.
    #[must_use]
    pub fn to_seed(&self, now: impl TryInto<Timestamp>) -> Seed {
        Seed(save::save(&self.world, self.world.shift.apply(told(now))))
    }
}

/// A world as a seed in JSON, at its own time.
pub(crate) fn state(world: &World, now: OffsetDateTime) -> String {
    Seed(save::save(world, now)).to_json()
}

const NO_SEED: &str = "it is a JSON object, which begins with {\"organizations\": [";
