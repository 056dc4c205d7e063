use std::{cmp::Ordering, fmt};

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

/// The texts of an enum, in one text, because a pointer to each would take more space than most of
/// them, and would be relocated when a program starts. They are compared in a loop, because a `match` on hundreds of
/// strings takes long to compile.
pub(crate) struct Words<E: ?Sized = [u16]> {
    text: &'static str,
    /// Whether a word can be searched for by halves.
    is_sorted: bool,
    /// Where each ends.
    ends: E,
}

impl<const N: usize> Words<[u16; N]> {
    /// A list of words, which are given once more in one text.
    #[expect(
        clippy::indexing_slicing,
        clippy::cast_possible_truncation,
        reason = "evaluated at compile time, and the length is checked"
    )]
    pub(crate) const fn new(text: &'static str, words: [&str; N]) -> Self {
        assert!(text.len() <= u16::MAX as usize, "the words are too long");
        let (mut ends, mut index, mut end, mut is_sorted) = ([0; N], 0, 0, true);
        while index < N {
            end += words[index].len() as u16;
            ends[index] = end;
            is_sorted &= index == 0 || is_before(words[index - 1], words[index]);
            index += 1;
        }
        Self {
            text,
            is_sorted,
            ends,
        }
    }
}

#[expect(clippy::indexing_slicing, reason = "evaluated at compile time")]
const fn is_before(one: &str, other: &str) -> bool {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    let mut index = 0;
    while index < one.len() && index < other.len() {
        if one[index] != other[index] {
            return one[index] < other[index];
        }
        index += 1;
    }
    one.len() < other.len()
}

impl Words {
    /// The word at a position.
    pub(crate) fn get(&self, index: usize) -> Option<&'static str> {
        let end = *self.ends.get(index)?;
        let before = index.checked_sub(1).and_then(|index| self.ends.get(index));
        let start = before.copied().unwrap_or_default();
        self.text.get(start.into()..end.into())
    }

    /// The position of a word.
    pub(crate) fn position(&self, word: &str) -> Option<usize> {
        if self.is_sorted {
            return self.search(word);
        }
        let (text, word) = (self.text.as_bytes(), word.as_bytes());
        let mut start = 0;
        self.ends.iter().position(|end| {
            let end = usize::from(*end);
            let is_found = end - start == word.len() && text.get(start..end) == Some(word);
            start = end;
            is_found
        })
    }

    /// The position of a word among sorted ones.
    fn search(&self, word: &str) -> Option<usize> {
        let (mut first, mut end) = (0, self.ends.len());
        while first < end {
            let middle = usize::midpoint(first, end);
            match self.get(middle)?.cmp(word) {
                Ordering::Less => first = middle + 1,
                Ordering::Equal => return Some(middle),
                Ordering::Greater => end = middle,
            }
        }
        None
    }
}

/// An enum of known strings. What is not written in the enum itself is here, generic and not inlined:
/// so a program contains it once for each enum that it uses, and the crate itself for none.
pub(crate) trait OpenEnum: Clone + 'static {
    /// The known values.
    const KNOWN: &'static [Self];

    /// Their texts.
    const TEXTS: &'static Words;

    fn unknown(text: UnknownValue) -> Self;

    fn as_unknown(&self) -> Option<&UnknownValue>;

    /// The position of a known value.
    fn position(&self) -> usize;

    #[inline(never)]
    fn of(text: &str) -> Self {
        let position = Self::TEXTS.position(text);
        match position.and_then(|position| Self::KNOWN.get(position)) {
            Some(known) => known.clone(),
            None => Self::unknown(UnknownValue::new(text)),
        }
    }

    #[inline(never)]
    fn text(&self) -> &str {
        match self.as_unknown() {
            Some(unknown) => unknown.as_str(),
            None => Self::TEXTS.get(self.position()).unwrap_or_default(),
        }
    }

    /// Prints the name of the variant, as a derive would.
    fn debug(&self, names: &[&str], f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match names.get(self.position()) {
            Some(name) => f.write_str(name),
            None => f.debug_tuple("Unknown").field(&self.text()).finish(),
        }
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

        impl $crate::open_enum::OpenEnum for $name {
            const KNOWN: &'static [Self] = &[$(Self::$variant),+];
            const TEXTS: &'static $crate::open_enum::Words =
                &$crate::open_enum::Words::new(concat!($($text),+), [$($text),+]);

            #[inline]
            fn unknown(text: $crate::UnknownValue) -> Self {
                Self::Unknown(text)
            }

            #[inline]
            fn as_unknown(&self) -> Option<&$crate::UnknownValue> {
                match self {
                    Self::Unknown(text) => Some(text),
                    _ => None,
                }
            }

            #[inline]
            fn position(&self) -> usize {
                enum Position { $($variant,)+ Unknown }
                match self {
                    $(Self::$variant => Position::$variant as usize,)+
                    Self::Unknown(_) => Position::Unknown as usize,
                }
            }
        }

        impl $name {
            /// Returns the value as it is on the wire, for known and unknown values.
            #[inline]
            #[must_use]
            pub fn as_str(&self) -> &str {
                $crate::open_enum::OpenEnum::text(self)
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
                $crate::open_enum::OpenEnum::debug(self, &[$(stringify!($variant)),+], f)
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
                $crate::open_enum::OpenEnum::of(text)
            }
        }

        impl From<String> for $name {
            #[inline]
            fn from(text: String) -> Self {
                $crate::open_enum::OpenEnum::of(&text)
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
            fn take(&mut self, token: $crate::value::Token<'_>) -> $crate::value::Taken<'_> {
                $crate::value::take_word(self, token)
            }

            #[inline]
            fn view(&self) -> $crate::value::View<'_> {
                $crate::value::View::text(self.as_str())
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
