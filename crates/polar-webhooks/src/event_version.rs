use polar_types::{Timestamp, WebhookEvent};

use crate::seat_version::micros;

/// The version of the snapshot in an event about a subscription, an order, a customer, a benefit grant
/// or any other object. A later snapshot of the same object has a greater version.
///
/// It is when the object last changed, and then when the event occurred. Most changes have several
/// events with one snapshot, such as `subscription.updated`, `subscription.canceled` and
/// `subscription.revoked`; each is a version of its own. The second part decides where the server
/// does not count a change: a new amount of a subscription's meter leaves its `modified_at`, and so
/// do the subscriptions and benefits in `customer.state_changed` (all observed).
///
/// Store both numbers with the object, and ignore events that are not [newer](Self::is_newer). The
/// statement that writes can compare them:
///
/// ```sql
/// INSERT INTO subscriptions (id, changed, at, status) VALUES (?1, ?2, ?3, ?4)
/// ON CONFLICT (id) DO UPDATE
///     SET changed = excluded.changed, at = excluded.at, status = excluded.status
///     WHERE (excluded.changed, excluded.at) > (subscriptions.changed, subscriptions.at)
/// ```
///
/// Versions of different objects are not comparable, and a customer and the state of a customer are
/// different objects with one id. For seats, which have no such events, a
/// [`SeatVersion`](crate::SeatVersion) is one number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EventVersion {
    changed: i64,
    at: i64,
}

impl EventVersion {
    /// Returns the version of the object in an event.
    ///
    /// Returns `None` if neither the object nor the event has a time, which was never observed; fetch
    /// the object from the API in that case.
    #[must_use]
    pub fn of(event: &WebhookEvent) -> Option<Self> {
        let at = micros(event.timestamp());
        let changed = event.changed_at().as_ref().and_then(micros).or(at)?;
        Some(Self {
            changed,
            at: at.unwrap_or(changed),
        })
    }

    /// Returns the version of an object from the API, by its `created_at` and `modified_at`, so that you
    /// can merge a list with the events you received. Events of the same change are newer.
    ///
    /// Returns `None` if it has neither time.
    #[must_use]
    pub fn of_object(created_at: &Timestamp, modified_at: Option<&Timestamp>) -> Option<Self> {
        let changed = modified_at
            .and_then(micros)
            .or_else(|| micros(created_at))?;
        Some(Self {
            changed,
            at: i64::MIN,
        })
    }

    /// Creates a version from the two stored numbers.
    #[must_use]
    pub const fn from_micros(changed: i64, at: i64) -> Self {
        Self { changed, at }
    }

    /// Returns the two numbers to store, in microseconds since 1970: when the object changed, and when
    /// the event occurred.
    #[must_use]
    pub const fn as_micros(self) -> (i64, i64) {
        (self.changed, self.at)
    }

    /// Returns whether this version is newer than the stored one. Every version is newer than `None`.
    ///
    /// ```
    /// # use polar_webhooks::EventVersion;
    /// let updated = EventVersion::from_micros(1_796_036_853_729_020, 1_796_036_853_785_319);
    /// let canceled = EventVersion::from_micros(1_796_036_853_729_020, 1_796_036_853_846_397);
    /// assert!(canceled.is_newer(Some(updated)));
    /// assert!(!canceled.is_newer(Some(canceled)));
    /// assert!(canceled.is_newer(None));
    /// ```
    #[must_use]
    pub fn is_newer(self, stored: Option<Self>) -> bool {
        Some(self) > stored
    }
}
