//! Fields of an update.

/// What an update does to a field: keep it, clear it, or set it.
///
/// Setters take it from a value, from an `Option` (`None` clears), or as it is:
///
/// ```
/// use polar_types::Patch;
///
/// assert_eq!(Patch::from("Zoe"), Patch::Set("Zoe"));
/// assert_eq!(Patch::<&str>::from(None), Patch::Clear);
/// assert_eq!(Patch::<&str>::default(), Patch::Keep);
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Patch<T> {
    /// The field keeps its value: it is not sent.
    #[default]
    Keep,
    /// The field loses its value: `null` is sent.
    Clear,
    /// The field gets this value.
    Set(T),
}

impl<T> Patch<T> {
    /// The value to set.
    #[must_use]
    pub const fn value(&self) -> Option<&T> {
        match self {
            Self::Set(value) => Some(value),
            Self::Keep | Self::Clear => None,
        }
    }

    /// Whether the field keeps its value.
    #[must_use]
    pub const fn is_keep(&self) -> bool {
        matches!(self, Self::Keep)
    }
}

impl<T> From<T> for Patch<T> {
    fn from(value: T) -> Self {
        Self::Set(value)
    }
}

impl<T> From<Option<T>> for Patch<T> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Clear, Self::Set)
    }
}

impl From<&str> for Patch<String> {
    fn from(text: &str) -> Self {
        Self::Set(text.to_owned())
    }
}
