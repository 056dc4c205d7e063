use polar_types::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use time::OffsetDateTime;

use crate::world::micros;

/// The time of a caller, by whatever clock. What is beyond all timestamps counts as 1970.
pub(crate) fn told(now: impl TryInto<Timestamp>) -> OffsetDateTime {
    let instant = now.try_into().ok().and_then(|now| now.instant());
    instant.unwrap_or(OffsetDateTime::UNIX_EPOCH)
}

/// A time as a seed has it: RFC 3339, to the microsecond.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Moment(pub(crate) OffsetDateTime);

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Timestamp::from(self.0).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let instant = Timestamp::from(text.as_str()).instant();
        instant
            .map(|instant| Self(micros(instant)))
            .ok_or_else(|| de::Error::custom("expected a time such as 2026-07-01T12:00:00Z"))
    }
}
