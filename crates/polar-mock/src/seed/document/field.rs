use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A key that may be absent, null, or have a value.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::seed) enum Written<T> {
    #[default]
    Absent,
    Null,
    As(T),
}

impl<T> Written<T> {
    pub(in crate::seed) const fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }
}

impl<T> From<Option<T>> for Written<T> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Self::As)
    }
}

impl<T: Serialize> Serialize for Written<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::As(value) => value.serialize(serializer),
            Self::Absent | Self::Null => serializer.serialize_none(),
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Written<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Option::deserialize(deserializer).map(Self::from)
    }
}

/// A key that may be null, but not absent.
pub(super) fn present<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    Option::deserialize(deserializer)
}
