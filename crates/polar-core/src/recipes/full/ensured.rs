use std::future::Future;

use super::write::{Written, write_once};
use crate::Error;

/// The result of a recipe that creates something unless it exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ensured<T> {
    /// This call created it. It did not exist before the call, so if the response was lost and it
    /// exists afterwards, it counts as created.
    Created(T),
    /// It existed already.
    Found(T),
}

impl<T> Ensured<T> {
    /// Returns what was created or found.
    #[must_use]
    #[inline]
    pub const fn get(&self) -> &T {
        match self {
            Self::Created(value) | Self::Found(value) => value,
        }
    }

    /// Returns what was created or found, consuming `self`.
    #[must_use]
    #[inline]
    pub fn into_inner(self) -> T {
        match self {
            Self::Created(value) | Self::Found(value) => value,
        }
    }

    /// Returns whether this call created it.
    #[must_use]
    #[inline]
    pub const fn is_created(&self) -> bool {
        matches!(self, Self::Created(_))
    }
}

/// Creates something unless it was `found`. It is created at most once: see [`write_once`].
#[inline]
pub(super) async fn ensure<T>(
    found: Option<T>,
    create: impl Future<Output = Result<T, Error>>,
    is_existing: impl Fn(&Error) -> bool,
    look: impl Future<Output = Result<Option<T>, Error>>,
) -> Result<Ensured<T>, Error> {
    if let Some(found) = found {
        return Ok(Ensured::Found(found));
    }
    Ok(match write_once(create, is_existing, look).await? {
        Written::Returned(created) | Written::Found(created) => Ensured::Created(created),
        Written::Existing(existing) => Ensured::Found(existing),
    })
}
