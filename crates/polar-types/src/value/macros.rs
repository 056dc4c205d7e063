//! The tables that the generated types are written as.
//!
//! Before each field stands its rule:
//!
//! | rule | type | where a document does not have it |
//! |---|---|---|
//! | `required` | `T` | an error |
//! | `lenient` | `T` | empty |
//! | `optional` | `Option<T>` | `None`, which is left out when written |
//! | `nullable` | `Option<T>` | `None`, which is written as `null` |
//! | `patch` | `Patch<T>` | `Keep`, which is left out when written |

/// A struct, from the table of its fields. A `request` has a constructor and setters besides.
macro_rules! object {
    (
        $(#[$doc:meta])*
        pub request $name:ident $(with $($const_key:literal = $const_value:tt),+)? {
            $( $(#[$field_doc:meta])* $rule:ident $field:ident $(as $key:literal)? $(by $($by:ident).+)?: $type:ty, )*
        }
    ) => {
        $crate::value::object! {
            $(#[$doc])*
            pub struct $name $(with $($const_key = $const_value),+)? {
                $( $(#[$field_doc])* $rule $field $(as $key)? $(by $($by).+)?: $type, )*
            }
        }

        impl $name {
            $crate::value::constructor! { [] [] $( $rule $field: $type, )* }
            $( $crate::value::setter! { $(#[$field_doc])* $rule $field: $type } )*
        }

        $crate::value::default! { $name $($rule)* }
    };
    (
        $(#[$doc:meta])*
        pub struct $name:ident $(with $($const_key:literal = $const_value:tt),+)? {
            $( $(#[$field_doc:meta])* $rule:ident $field:ident $(as $key:literal)? $(by $($by:ident).+)?: $type:ty, )*
        }
    ) => {
        $(#[$doc])*
        #[derive(Clone)]
        #[non_exhaustive]
        pub struct $name {
            $( $(#[$field_doc])* pub $field: $crate::value::field_type!($rule $type), )*
        }

        impl $crate::value::Struct for $name {
            const TABLE: &'static $crate::value::Table = &$crate::value::Table::new(
                stringify!($name),
                concat!($( $crate::value::key!($field $($key)?), )* $( $($const_key),+ )?),
                [
                    $( (
                        $crate::value::key!($field $($key)?),
                        $crate::value::Rule::$rule,
                        <$type as $crate::value::Value>::IS_RAW,
                    ), )*
                    $( $( ($const_key, $crate::value::Rule::constant, false), )+ )?
                ],
            );

            #[inline]
            fn empty() -> Self {
                Self { $( $field: $crate::value::Value::absent(), )* }
            }

            #[inline]
            fn take_field(
                &mut self,
                left: usize,
                token: $crate::value::Token<'_>,
            ) -> $crate::value::Taken<'_> {
                $(
                    if left == 0 {
                        return $crate::value::Value::take(&mut self.$field, token);
                    }
                    let left = left - 1;
                )*
                let _ = (left, token);
                Err($crate::value::Refused::Ignored)
            }

            #[inline]
            fn view_field(&self, left: usize) -> $crate::value::View<'_> {
                $(
                    if left == 0 {
                        return $crate::value::Value::view(&self.$field);
                    }
                    let left = left - 1;
                )*
                $( $(
                    if left == 0 {
                        return $crate::value::constant!($const_value);
                    }
                    let left = left - 1;
                )+ )?
                let _ = left;
                $crate::value::View::Absent
            }

            $crate::value::resolve! { $( $($field by $($by).+,)? )* }
        }

        $crate::value::serde!($name);
    };
}

/// `new`, with what must be there as its arguments.
macro_rules! constructor {
    ([$($field:ident: $type:ty,)*] [$($rest:ident)*] required $next:ident: $next_type:ty, $($more:tt)*) => {
        $crate::value::constructor! { [$($field: $type,)* $next: $next_type,] [$($rest)*] $($more)* }
    };
    ([$($field:ident: $type:ty,)*] [$($rest:ident)*] lenient $next:ident: $next_type:ty, $($more:tt)*) => {
        $crate::value::constructor! { [$($field: $type,)* $next: $next_type,] [$($rest)*] $($more)* }
    };
    ([$($field:ident: $type:ty,)*] [$($rest:ident)*] $rule:ident $next:ident: $next_type:ty, $($more:tt)*) => {
        $crate::value::constructor! { [$($field: $type,)*] [$($rest)* $next] $($more)* }
    };
    ([$($field:ident: $type:ty,)*] [$($rest:ident)*]) => {
        /// With what must be there. The setters add the rest.
        #[must_use]
        #[inline]
        pub fn new($($field: impl Into<$type>),*) -> Self {
            Self {
                $( $field: $field.into(), )*
                $( $rest: $crate::value::Value::absent(), )*
            }
        }
    };
}

/// `Default` for a request in which nothing must be there.
macro_rules! default {
    ($name:ident required $($rest:ident)*) => {};
    ($name:ident lenient $($rest:ident)*) => {};
    ($name:ident $rule:ident $($rest:ident)*) => {
        $crate::value::default! { $name $($rest)* }
    };
    ($name:ident) => {
        impl Default for $name {
            #[inline]
            fn default() -> Self {
                Self::new()
            }
        }
    };
}

/// A setter for what need not be there.
macro_rules! setter {
    ($(#[$doc:meta])* required $($rest:tt)*) => {};
    ($(#[$doc:meta])* lenient $($rest:tt)*) => {};
    ($(#[$doc:meta])* patch $field:ident: $type:ty) => {
        $(#[$doc])*
        #[must_use]
        #[inline]
        pub fn $field(mut self, $field: impl Into<$crate::Patch<$type>>) -> Self {
            self.$field = $field.into();
            self
        }
    };
    ($(#[$doc:meta])* $rule:ident $field:ident: $type:ty) => {
        $(#[$doc])*
        #[must_use]
        #[inline]
        pub fn $field(mut self, $field: impl Into<$type>) -> Self {
            self.$field = Some($field.into());
            self
        }
    };
}

/// An enum of object types. What distinguishes them stands behind `by`: a key inside, or (`key`) which
/// key is there. Without it, it is a field beside the union.
macro_rules! union {
    (
        $(#[$doc:meta])*
        pub enum $name:ident by key {
            $( $(#[$variant_doc:meta])* $word:literal => $variant:ident($type:ty), )*
        }
    ) => {
        $crate::value::union! { @ $(#[$doc])* $name { $( $(#[$variant_doc])* $word => $variant($type), )* } {
            Key $($word)*
        } }
        $crate::value::from_variants! { $name $( $variant($type) )* }
    };
    (
        $(#[$doc:meta])*
        pub enum $name:ident by $tag:literal {
            $( $(#[$variant_doc:meta])* $word:literal => $variant:ident($type:ty), )*
        }
    ) => {
        $crate::value::union! { @ $(#[$doc])* $name { $( $(#[$variant_doc])* $word => $variant($type), )* } {
            Tag $tag
        } }
        $crate::value::from_variants! { $name $( $variant($type) )* }
    };
    (
        $(#[$doc:meta])*
        pub enum $name:ident {
            $( $(#[$variant_doc:meta])* $word:literal => $variant:ident($type:ty), )*
        }
    ) => {
        $crate::value::union! { @ $(#[$doc])* $name { $( $(#[$variant_doc])* $word => $variant($type), )* } {
            Beside
        } }
    };
    (
        @ $(#[$doc:meta])* $name:ident {
            $( $(#[$variant_doc:meta])* $word:literal => $variant:ident($type:ty), )*
        } { $by:ident $($key:literal)* }
    ) => {
        $(#[$doc])*
        #[derive(Clone)]
        #[non_exhaustive]
        pub enum $name {
            $( $(#[$variant_doc])* $variant($type), )*
            /// A variant that this version does not know, as the server wrote it.
            Unknown($crate::RawJson),
        }

        impl $crate::value::Union for $name {
            const BY: $crate::value::By = $crate::value::By::$by;
            const KEYS: &'static $crate::value::Table = &$crate::value::Table::new(
                stringify!($name),
                concat!($($key),*),
                [$( ($key, $crate::value::Rule::lenient, false) ),*],
            );
            const FIRST: &'static str = $crate::value::first!($($word)*);

            #[inline]
            fn choose(word: &str) -> Option<Self> {
                $( if word == $word { return Some(Self::$variant($crate::value::Value::absent())); } )*
                None
            }

            #[inline]
            fn take_inner(&mut self, token: $crate::value::Token<'_>) -> $crate::value::Taken<'_> {
                match self {
                    $( Self::$variant(inner) => $crate::value::Value::take(inner, token), )*
                    Self::Unknown(_) => Err($crate::value::Refused::Wrong),
                }
            }

            #[inline]
            fn unknown(raw: $crate::RawJson) -> Self {
                Self::Unknown(raw)
            }

            #[inline]
            fn as_unknown(&self) -> Option<&$crate::RawJson> {
                match self {
                    Self::Unknown(raw) => Some(raw),
                    _ => None,
                }
            }
        }

        impl $crate::value::Value for $name {
            const IS_RAW: bool = true;

            #[inline]
            fn absent() -> Self {
                Self::Unknown($crate::value::Value::absent())
            }

            #[inline]
            fn take(&mut self, token: $crate::value::Token<'_>) -> $crate::value::Taken<'_> {
                $crate::value::take(self, token)
            }

            #[inline]
            fn view(&self) -> $crate::value::View<'_> {
                match self {
                    $( Self::$variant(inner) => $crate::value::Value::view(inner), )*
                    Self::Unknown(raw) => $crate::value::view_unknown(raw),
                }
            }
        }

        $crate::value::serde!($name);
    };
}

macro_rules! serde {
    ($name:ident) => {
        impl PartialEq for $name {
            #[inline]
            fn eq(&self, other: &Self) -> bool {
                $crate::value::equal(self, other)
            }
        }

        impl std::fmt::Debug for $name {
            #[inline]
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                $crate::value::debug(self, f)
            }
        }

        impl serde::Serialize for $name {
            #[inline]
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                $crate::value::write(self, serializer)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            #[inline]
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::value::read(deserializer)
            }
        }
    };
}

macro_rules! first {
    ($first:literal $($rest:literal)*) => {
        $first
    };
}

macro_rules! from_variants {
    ($name:ident $( $variant:ident($type:ty) )*) => {
        $( impl From<$type> for $name {
            #[inline]
            fn from(inner: $type) -> Self {
                Self::$variant(inner)
            }
        } )*
    };
}

/// Resolves the unions that a field beside them distinguishes, where there are any.
macro_rules! resolve {
    () => {};
    ($($field:ident by $($by:ident).+,)+) => {
        #[inline]
        fn resolve_unions(
            &mut self,
            sampler: Option<&dyn $crate::value::Sampler>,
        ) -> Result<(), $crate::value::Inner> {
            $(
                let word = self.$($by).+.as_str();
                $crate::value::Beside::resolve(&mut self.$field, word, sampler)
                    .map_err(|inner| inner.at(stringify!($field)))?;
            )+
            Ok(())
        }
    };
}

macro_rules! field_type {
    (required $type:ty) => { $type };
    (lenient $type:ty) => { $type };
    (optional $type:ty) => { Option<$type> };
    (nullable $type:ty) => { Option<$type> };
    (patch $type:ty) => { $crate::Patch<$type> };
}

/// What is always written for a key: text or `null`.
macro_rules! constant {
    (null) => {
        $crate::value::View::Null
    };
    ($text:literal) => {
        $crate::value::View::Text($text)
    };
}

macro_rules! key {
    ($field:ident) => {
        stringify!($field)
    };
    ($field:ident $key:literal) => {
        $key
    };
}

pub(crate) use {
    constant, constructor, default, field_type, first, from_variants, key, object, resolve, serde,
    setter, union,
};
