//! What the errors of the recipes have in common.

use polar_types::ErrorName;

use crate::Error;

/// The error of a recipe, as a table of the reasons that the recipe found out itself: each with its
/// fields, the outcome, the message and the next step. `Failed` has the errors of calls.
macro_rules! recipe_error {
    (
        $(#[$doc:meta])*
        pub enum $name:ident {
            $(
                $(#[$variant_doc:meta])*
                $variant:ident $({ $( $(#[$field_doc:meta])* $field:ident: $type:ty, )* })?
                => $outcome:ident, $message:literal, $next_step:literal;
            )*
        }
    ) => {
        $(#[$doc])*
        ///
        /// `{error}` is one line. `{error:#}` adds the sources and the
        /// [`next_step`](Self::next_step).
        #[derive(Debug)]
        #[non_exhaustive]
        pub enum $name {
            $(
                $(#[$variant_doc])*
                $variant $({ $( $(#[$field_doc])* $field: $type, )* })?,
            )*
            /// A call failed.
            Failed($crate::Error),
        }

        impl $name {
            /// Returns the error of the call that failed, if one did.
            #[must_use]
            #[inline]
            pub const fn cause(&self) -> Option<&$crate::Error> {
                match self {
                    $( Self::$variant { .. } => None, )*
                    Self::Failed(error) => Some(error),
                }
            }

            /// Returns whether it was carried out.
            #[must_use]
            #[inline]
            pub fn outcome(&self) -> $crate::Outcome {
                match self {
                    $( Self::$variant { .. } => $crate::Outcome::$outcome, )*
                    Self::Failed(error) => error.outcome(),
                }
            }

            /// Returns what a person can do now, in one or two sentences, if there is something to
            /// do.
            #[must_use]
            #[inline]
            pub fn next_step(&self) -> Option<String> {
                match self {
                    $( Self::$variant { .. } => Some($next_step.to_owned()), )*
                    Self::Failed(error) => error.next_step(),
                }
            }
        }

        impl std::fmt::Display for $name {
            #[inline]
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                match self {
                    $( Self::$variant { .. } => f.write_str($message)?, )*
                    Self::Failed(error) => return error.fmt(f),
                }
                if f.alternate() {
                    $crate::error::fmt_sources(f, self, self.next_step())
                } else {
                    Ok(())
                }
            }
        }

        impl std::error::Error for $name {
            #[inline]
            fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
                self.cause().and_then(std::error::Error::source)
            }
        }

        impl From<$crate::Error> for $name {
            #[inline]
            fn from(error: $crate::Error) -> Self {
                Self::Failed(error)
            }
        }
    };
}

/// Returns whether a field breaks a rule of Polar's. A malformed value has another name, and a longer
/// path.
#[inline]
pub(super) fn breaks_rule(error: &Error, path: &str) -> bool {
    error.api_error().is_some_and(|error| {
        error.name() == Some(&ErrorName::PolarRequestValidationError)
            && error.fields().iter().any(|field| field.path() == path)
    })
}

pub(super) use recipe_error;
