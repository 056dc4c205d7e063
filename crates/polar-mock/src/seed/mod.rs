//! A world written down: what stands there when a mock starts.

mod document;
mod error;
mod ledger;
mod load;

use time::OffsetDateTime;

pub use error::SeedError;

use crate::{Polar, world::World};

/// A seed: organisations with their tokens, customers, sales and seats, as JSON; and, when there are
/// to be limits, `"rate_limits"`: `"production"` or `"sandbox"`.
///
/// ```
/// use polar_mock::{Polar, Seed};
/// use time::OffsetDateTime;
///
/// let seed = Seed::from_json(r#"{"organizations": [{
///     "name": "Acme", "slug": "acme", "member_model": true, "seats_enabled": true,
///     "tokens": [{"token": "polar_oat_test", "scopes": ["customer_seats:read"]}],
///     "customers": [{"key": "buyer", "email": "buyer@acme.com"}],
///     "products": [{"key": "plan", "name": "Team plan"}],
///     "subscriptions": [{"key": "team", "product": "plan", "customer": "buyer", "seats": 20}]
/// }]}"#)?;
/// let polar = Polar::from_seed(&seed, OffsetDateTime::UNIX_EPOCH)?;
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
        let mut reader = serde_json::Deserializer::from_str(text);
        let document = serde_path_to_error::deserialize(&mut reader).map_err(SeedError::unread)?;
        reader.end().map_err(|error| SeedError::new("", &error))?;
        Ok(Self(document))
    }
}

impl Polar {
    /// A Polar as the seed describes it; everything in it is created at `now`.
    ///
    /// # Errors
    ///
    /// When entries of the seed contradict each other, or refer to nothing.
    pub fn from_seed(seed: &Seed, now: OffsetDateTime) -> Result<Self, SeedError> {
        let mut world = World::default();
        load::load(&seed.0, &mut world, crate::polar::micros(now))?;
        Ok(Self { world })
    }
}
