//! What the recipes have in common: write at most once, and look when a write may have taken effect.

use std::future::Future;

use crate::{Error, Outcome};

/// How a recipe learned the result of its write.
pub(super) enum Written<T> {
    /// Polar returned it.
    Returned(T),
    /// No response arrived. The recipe looked and found it.
    Found(T),
    /// Polar refused the write because of this, which the recipe looked for and found.
    Existing(T),
}

/// Writes once. Looks afterwards if the outcome is unknown, or if `is_existing` recognizes an error
/// that Polar returns because there is nothing left to do.
///
/// Both are futures, of which `look` is not polled unless it is needed. Only looking shows what happened. If that fails or finds nothing, the result is the error of the
/// write.
pub(super) async fn write_once<T>(
    write: impl Future<Output = Result<T, Error>>,
    is_existing: impl Fn(&Error) -> bool,
    look: impl Future<Output = Result<Option<T>, Error>>,
) -> Result<Written<T>, Error> {
    let error = match write.await {
        Ok(value) => return Ok(Written::Returned(value)),
        Err(error) => error,
    };
    let is_existing = is_existing(&error);
    if !is_existing && error.outcome() != Outcome::Unknown {
        return Err(error);
    }
    match look.await {
        Ok(Some(value)) if is_existing => Ok(Written::Existing(value)),
        Ok(Some(value)) => Ok(Written::Found(value)),
        Ok(None) | Err(_) => Err(error),
    }
}
