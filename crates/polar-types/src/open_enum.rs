use std::fmt;

/// A value that this version has no name for, exactly as the server wrote it.
///
/// A later version may name it, and then it is `Unknown` no more. So do not ask this for its text:
/// compare the enum itself with the word, which goes on to be right.
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

/// Makes an enum of known words that also keeps every other one.
macro_rules! open_enum {
    ($(#[$doc:meta])* pub enum $name:ident {
        $($(#[$variant_doc:meta])* $variant:ident = $text:literal,)+
    }) => {
        $(#[$doc])*
        ///
        /// A value that is not listed is kept as `Unknown` and written back unchanged. To ask for
        /// one, compare with its word, as in `value == "some_word"`: that stays right when a later
        /// version gives it a name.
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)+
            /// Another value than those above; empty text when the answer had none.
            Unknown($crate::UnknownValue),
        }

        impl $name {
            /// The word as it is on the wire, whether it has a name here or not.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $text,)+
                    Self::Unknown(value) => value.as_str(),
                }
            }

            fn known(text: &str) -> Option<Self> {
                match text {
                    $($text => Some(Self::$variant),)+
                    _ => None,
                }
            }

            /// Whether the answer had no value here. Such a value is left out when written.
            #[must_use]
            pub fn is_absent(&self) -> bool {
                self.as_str().is_empty()
            }
        }

        impl Default for $name {
            /// No value at all, as when an answer leaves it out.
            fn default() -> Self {
                Self::Unknown($crate::UnknownValue::new(""))
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self::known(text)
                    .unwrap_or_else(|| Self::Unknown($crate::UnknownValue::new(text)))
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self::known(&text)
                    .unwrap_or_else(|| Self::Unknown($crate::UnknownValue::new(text)))
            }
        }

        impl std::str::FromStr for $name {
            type Err = std::convert::Infallible;

            /// Every word is a value, known or not.
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Ok(Self::from(text))
            }
        }

        /// By the word on the wire.
        impl PartialEq<str> for $name {
            fn eq(&self, word: &str) -> bool {
                self.as_str() == word
            }
        }

        /// By the word on the wire.
        impl PartialEq<&str> for $name {
            fn eq(&self, word: &&str) -> bool {
                self.as_str() == *word
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::lenient::strict_text(deserializer)
            }
        }

        impl $crate::lenient::Lenient for $name {
            fn from_text(text: &str) -> Option<Self> {
                Some(Self::from(text))
            }
        }
    };
}

pub(crate) use open_enum;
