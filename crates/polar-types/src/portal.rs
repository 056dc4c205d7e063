//! Types of the customer portal.

use std::collections::HashSet;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

use crate::{
    CustomerId, MemberId, MemberRole, ProductId, RawJson, SubscriptionId, Timestamp, lenient,
    open_enum::open_enum,
};

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Page<T> {
    /// The items on this page; empty after the last page.
    pub items: Vec<T>,
    /// The totals of all pages.
    pub pagination: Pagination,
}

impl<T> Page<T> {
    /// Creates a page.
    #[must_use]
    pub const fn new(items: Vec<T>, pagination: Pagination) -> Self {
        Self { items, pagination }
    }
}

/// The totals of a list with pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Pagination {
    /// The number of items. For subscriptions with seats it can be too high: a customer session in
    /// an organization with members counts seats, and the same subscription occurs again on later
    /// pages (observed).
    pub total_count: u64,
    /// The number of the last page, starting at 1; 0 if there are no items.
    pub max_page: u64,
}

impl Pagination {
    /// Creates totals.
    #[must_use]
    pub const fn new(total_count: u64, max_page: u64) -> Self {
        Self {
            total_count,
            max_page,
        }
    }
}

/// A subscription on which the user of the session holds a claimed seat. It belongs to **the
/// buyer**, not to the user.
///
/// The server sends more, such as prices and the organization; [`raw`](Self::raw) has all of it, and
/// is what is written. When read, only `id` is required.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SeatSubscription {
    /// The subscription.
    pub id: SubscriptionId,
    /// The status. Seats can be assigned in any status (observed).
    pub status: SubscriptionStatus,
    /// The number of seats that were bought; `None` if it is sold without seats.
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
    /// Returns the first occurrence of each subscription. The server repeats subscriptions within a
    /// page and on later pages.
    ///
    /// Pass the items of one page, or of all pages in order.
    pub fn distinct(items: impl IntoIterator<Item = Self>) -> impl Iterator<Item = Self> {
        let mut seen = HashSet::new();
        items
            .into_iter()
            .filter(move |subscription| seen.insert(subscription.id))
    }

    /// Returns the complete JSON from the server.
    #[must_use]
    pub const fn raw(&self) -> &RawJson {
        &self.raw
    }
}

/// The product of a subscription.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SeatProduct {
    /// The id.
    pub id: ProductId,
    /// The name.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub name: String,
}

open_enum! {
    /// The status of a subscription. Only `active` was observed; the others are documented by the
    /// API.
    pub enum SubscriptionStatus {
        /// The first payment was not made yet.
        Incomplete = "incomplete",
        /// The first payment was not made before its deadline.
        IncompleteExpired = "incomplete_expired",
        /// In a trial period.
        Trialing = "trialing",
        /// Active and paid.
        Active = "active",
        /// A payment failed.
        PastDue = "past_due",
        /// Ended.
        Canceled = "canceled",
        /// Unpaid after several failed payments.
        Unpaid = "unpaid",
        /// Paused.
        Paused = "paused",
    }
}

/// Information about a customer portal session.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SessionInfo {
    /// When it expires: one hour after the claim (observed). It cannot be renewed.
    #[serde(default, deserialize_with = "lenient::or_default")]
    #[serde(skip_serializing_if = "Timestamp::is_absent")]
    pub expires_at: Timestamp,
    /// The URL of the link back from the portal's pages.
    #[serde(default, deserialize_with = "lenient::option")]
    pub return_url: Option<String>,
}

impl SessionInfo {
    /// Creates information with an expiry.
    #[must_use]
    pub const fn new(expires_at: Timestamp) -> Self {
        Self {
            expires_at,
            return_url: None,
        }
    }
}

/// The user of a customer portal session. After a claim, it is the holder and not the buyer
/// (observed).
///
/// For the session of a customer without an email address, the server returns 422 (observed).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SessionUser {
    /// Whether it is a member or a customer.
    #[serde(rename = "type", default, deserialize_with = "lenient::or_default")]
    #[serde(skip_serializing_if = "SessionUserKind::is_absent")]
    pub kind: SessionUserKind,
    /// The name.
    #[serde(default, deserialize_with = "lenient::option")]
    pub name: Option<String>,
    /// The email address.
    #[serde(default, deserialize_with = "lenient::option")]
    pub email: Option<String>,
    /// The customer on whose behalf the session acts: for a member, **the buyer**.
    #[serde(default, deserialize_with = "lenient::option")]
    pub customer_id: Option<CustomerId>,
    /// The member, if the user is one.
    #[serde(default, deserialize_with = "lenient::option")]
    pub member_id: Option<MemberId>,
    /// The role of the member.
    #[serde(default, deserialize_with = "lenient::option")]
    pub role: Option<MemberRole>,
}

open_enum! {
    /// The kind of user of a session.
    pub enum SessionUserKind {
        /// A customer. Not observed, but documented by the API.
        Customer = "customer",
        /// A member of a customer.
        Member = "member",
    }
}

#[cfg(feature = "full")]
impl SeatSubscription {
    /// The same subscription as the whole API has it.
    #[inline]
    pub(crate) fn of(whole: &crate::customer_portal::subscriptions::PortalSubscription) -> Self {
        Self {
            id: whole.id,
            status: whole.status.clone(),
            seats: whole.seats.and_then(|seats| u64::try_from(seats).ok()),
            customer_id: Some(whole.customer_id),
            product_id: Some(whole.product_id),
            product: Some(SeatProduct {
                id: whole.product.id,
                name: whole.product.name.clone(),
            }),
            current_period_end: Some(whole.current_period_end.clone()),
            cancel_at_period_end: whole.cancel_at_period_end,
            ended_at: whole.ended_at.clone(),
            // A generated type can always be written.
            raw: RawJson::from_serialize(whole).unwrap_or_else(|_| RawJson::null()),
        }
    }
}

impl Serialize for SeatSubscription {
    /// Writes the JSON that was read. Fields that were changed since are ignored.
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
    fn distinct_removes_repeated_subscriptions() {
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
