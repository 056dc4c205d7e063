//! What the holder of a seat sees in the customer portal.

use std::collections::HashSet;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

use crate::{
    CustomerId, ProductId, RawJson, SubscriptionId, Timestamp, lenient, open_enum::open_enum,
};

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Page<T> {
    /// What is on this page; nothing beyond the last one.
    pub items: Vec<T>,
    /// How much there is in all.
    pub pagination: Pagination,
}

impl<T> Page<T> {
    /// One page of so many.
    #[must_use]
    pub const fn new(items: Vec<T>, pagination: Pagination) -> Self {
        Self { items, pagination }
    }
}

/// How much there is in all the pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Pagination {
    /// How many items there are. For the subscriptions of seats it can be more: a customer session
    /// in an organisation with members counts seats, and meets a subscription again on later pages
    /// (observed).
    pub total_count: u64,
    /// The last page, counted from 1; 0 when there is nothing.
    pub max_page: u64,
}

impl Pagination {
    /// So many items on so many pages.
    #[must_use]
    pub const fn new(total_count: u64, max_page: u64) -> Self {
        Self {
            total_count,
            max_page,
        }
    }
}

/// A subscription that the caller holds a claimed seat of: **the buyer's**, not the caller's.
///
/// The server sends much more, prices and the whole organisation among it; [`raw`](Self::raw) has
/// all of it, and that is what is written back. Only `id` must be there when it is read.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SeatSubscription {
    /// The subscription.
    pub id: SubscriptionId,
    /// Where it is in its life. Seats can be assigned whatever it is (observed).
    pub status: SubscriptionStatus,
    /// How many seats were bought; `None` when it is sold without.
    pub seats: Option<u64>,
    /// The buyer.
    pub customer_id: Option<CustomerId>,
    /// The product.
    pub product_id: Option<ProductId>,
    /// The product, with its name.
    pub product: Option<SeatProduct>,
    /// When the paid period ends.
    pub current_period_end: Option<Timestamp>,
    /// Whether it ends with the paid period.
    pub cancel_at_period_end: bool,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    raw: RawJson,
}

impl SeatSubscription {
    /// Drops the repetitions that the server makes, within a page and from page to page: the first
    /// of each subscription stays.
    ///
    /// Give it the items of one page, or those of all pages one after the other.
    pub fn distinct(items: impl IntoIterator<Item = Self>) -> impl Iterator<Item = Self> {
        let mut seen = HashSet::new();
        items
            .into_iter()
            .filter(move |subscription| seen.insert(subscription.id))
    }

    /// Everything the server sent of it.
    #[must_use]
    pub const fn raw(&self) -> &RawJson {
        &self.raw
    }
}

/// The product of a subscription, as far as a holder needs it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SeatProduct {
    /// The product.
    pub id: ProductId,
    /// Its name.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub name: String,
}

open_enum! {
    /// Where a subscription is in its life. Only `active` was observed; the others are the API's
    /// documented ones.
    pub enum SubscriptionStatus {
        /// The first payment is not made.
        Incomplete = "incomplete",
        /// The first payment was not made in time.
        IncompleteExpired = "incomplete_expired",
        /// Not paid for yet.
        Trialing = "trialing",
        /// Paid for.
        Active = "active",
        /// A payment failed.
        PastDue = "past_due",
        /// Over.
        Canceled = "canceled",
        /// Given up after failed payments.
        Unpaid = "unpaid",
        /// Interrupted for a while.
        Paused = "paused",
    }
}

impl Serialize for SeatSubscription {
    /// Writes what was read, whatever was set since.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.raw.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for SeatSubscription {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = RawJson::deserialize(deserializer)?;
        let known: Known = raw.parse().map_err(D::Error::custom)?;
        Ok(Self {
            id: known.id,
            status: known.status,
            seats: known.seats,
            customer_id: known.customer_id,
            product_id: known.product_id,
            product: known.product,
            current_period_end: known.current_period_end,
            cancel_at_period_end: known.cancel_at_period_end.unwrap_or_default(),
            ended_at: known.ended_at,
            raw,
        })
    }
}

#[derive(Deserialize)]
struct Known {
    id: SubscriptionId,
    #[serde(default, deserialize_with = "lenient::or_default")]
    status: SubscriptionStatus,
    seats: Option<u64>,
    #[serde(default, deserialize_with = "lenient::option")]
    customer_id: Option<CustomerId>,
    #[serde(default, deserialize_with = "lenient::option")]
    product_id: Option<ProductId>,
    product: Option<SeatProduct>,
    #[serde(default, deserialize_with = "lenient::option")]
    current_period_end: Option<Timestamp>,
    cancel_at_period_end: Option<bool>,
    #[serde(default, deserialize_with = "lenient::option")]
    ended_at: Option<Timestamp>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_server_repeats_is_kept_once() {
        let page = |ids: [u8; 2]| -> Page<SeatSubscription> {
            let item = |id: u8| format!(r#"{{"id":"00000000-0000-4000-8000-0000000000{id:02}"}}"#);
            let items = ids.map(item).join(",");
            let text =
                format!(r#"{{"items":[{items}],"pagination":{{"total_count":4,"max_page":2}}}}"#);
            serde_json::from_str(&text).unwrap()
        };
        let pages = [page([1, 2]), page([2, 3])];
        let distinct = SeatSubscription::distinct(pages.into_iter().flat_map(|page| page.items));
        let ids: Vec<_> = distinct
            .map(|item| item.id.to_string()[34..].to_owned())
            .collect();
        assert_eq!(ids, ["01", "02", "03"]);
    }
}
