use std::fmt;

/// A value that this version of the crate does not know, exactly as sent by the server.
///
/// A later version may add a variant for it, and then it is no longer `Unknown`. Therefore this type
/// has no method for its text: compare the enum itself with a string, which keeps working.
///
/// ```
/// use polar_types::SeatStatus;
///
/// let status = SeatStatus::from("suspended");
/// assert!(status == "suspended");
/// assert_eq!(status.as_str(), "suspended");
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct UnknownValue(Box<str>);

impl UnknownValue {
    pub(crate) fn new(text: impl Into<Box<str>>) -> Self {
        Self(text.into())
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for UnknownValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

impl fmt::Display for UnknownValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Returns the position of a text among the known ones. A loop, because a `match` on hundreds of
/// strings takes long to compile.
pub(crate) fn position(known: &[&str], text: &str) -> Option<usize> {
    known.iter().position(|known| *known == text)
}

/// Prints the variant of a text, as a derive of the enum would.
pub(crate) fn debug(
    text: &str,
    known: &[&str],
    names: &[&str],
    f: &mut fmt::Formatter<'_>,
) -> fmt::Result {
    match position(known, text).and_then(|index| names.get(index)) {
        Some(name) => f.write_str(name),
        None => f.debug_tuple("Unknown").field(&text).finish(),
    }
}

/// Defines an enum of known strings that preserves unknown ones.
macro_rules! open_enum {
    ($(#[$doc:meta])* pub enum $name:ident {
        $($(#[$variant_doc:meta])* $variant:ident = $text:literal,)+
    }) => {
        $(#[$doc])*
        ///
        /// Other values are kept as `Unknown` and written unchanged. To test for one, compare with
        /// a string, as in `value == "some_value"`: that keeps working when a later version adds a
        /// variant for it.
        #[derive(Clone, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)+
            /// Any other value. Its text is empty if the response had no value.
            Unknown($crate::UnknownValue),
        }

        impl $name {
            /// Returns the value as it is on the wire, for known and unknown values.
            #[inline]
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $text,)+
                    Self::Unknown(value) => value.as_str(),
                }
            }

            #[inline]
            fn known(text: &str) -> Option<Self> {
                const KNOWN: &[$name] = &[$($name::$variant),+];
                let index = $crate::open_enum::position(&[$($text),+], text)?;
                KNOWN.get(index).cloned()
            }

            /// Returns whether the response had no value. An absent value is omitted when written.
            #[inline]
            #[must_use]
            pub fn is_absent(&self) -> bool {
                self.as_str().is_empty()
            }
        }

        impl std::fmt::Debug for $name {
            #[inline]
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                const NAMES: &[&str] = &[$(stringify!($variant)),+];
                $crate::open_enum::debug(self.as_str(), &[$($text),+], NAMES, f)
            }
        }

        impl Default for $name {
            /// Returns the absent value.
            #[inline]
            fn default() -> Self {
                Self::Unknown($crate::UnknownValue::new(""))
            }
        }

        impl From<&str> for $name {
            #[inline]
            fn from(text: &str) -> Self {
                Self::known(text)
                    .unwrap_or_else(|| Self::Unknown($crate::UnknownValue::new(text)))
            }
        }

        impl From<String> for $name {
            #[inline]
            fn from(text: String) -> Self {
                Self::known(&text)
                    .unwrap_or_else(|| Self::Unknown($crate::UnknownValue::new(text)))
            }
        }

        impl std::str::FromStr for $name {
            type Err = std::convert::Infallible;

            /// Accepts every string.
            #[inline]
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Ok(Self::from(text))
            }
        }

        /// Compares with the value on the wire.
        impl PartialEq<str> for $name {
            #[inline]
            fn eq(&self, text: &str) -> bool {
                self.as_str() == text
            }
        }

        /// Compares with the value on the wire.
        impl PartialEq<&str> for $name {
            #[inline]
            fn eq(&self, text: &&str) -> bool {
                self.as_str() == *text
            }
        }

        impl std::fmt::Display for $name {
            #[inline]
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl serde::Serialize for $name {
            #[inline]
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            #[inline]
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::lenient::strict_text(deserializer)
            }
        }

        #[cfg(feature = "full")]
        impl $crate::value::Value for $name {
            #[inline]
            fn absent() -> Self {
                Self::default()
            }

            #[inline]
            fn is_absent(&self) -> bool {
                self.is_absent()
            }

            #[inline]
            fn view(&self) -> $crate::value::View<'_> {
                $crate::value::View::Text(self.as_str().into())
            }

            #[inline]
            fn null(&mut self) -> $crate::value::Taken {
                Err($crate::value::Mismatch::Ignored)
            }

            #[inline]
            fn text(&mut self, text: &str) -> $crate::value::Taken {
                *self = Self::from(text);
                Ok(())
            }

            #[inline]
            fn sample(&mut self, _: &$crate::value::At<'_>) {
                *self = Self::from($crate::value::At::word(&[$($text),+]));
            }
        }

        impl $crate::lenient::Lenient for $name {
            #[inline]
            fn from_text(text: &str) -> Option<Self> {
                Some(Self::from(text))
            }
        }
    };
}

pub(crate) use open_enum;
