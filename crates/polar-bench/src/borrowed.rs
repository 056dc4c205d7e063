//! The baseline for decoding: handwritten structs that borrow their strings.
//!
//! `I` is the type of ids, and `M` of timestamps. With `&str`, ids and timestamps are not parsed.
//! With [`Uuid`](uuid::Uuid) and [`UtcTime`], they are, as most programs need.

#![expect(
    missing_docs,
    reason = "the fields of the wire, which polar-types documents"
)]

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _, ser::Error as _};
use serde_json::value::RawValue;
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

/// A point in time, read and written by the `time` crate.
#[derive(Debug, Clone, Copy)]
pub struct UtcTime(OffsetDateTime);

#[derive(Debug, Serialize, Deserialize)]
pub struct Claim<'a, I, M> {
    #[serde(borrow)]
    pub seat: Seat<'a, I, M>,
    pub customer_session_token: &'a str,
}

#[derive(Debug, Serialize, Deserialize)]
pub struct Seat<'a, I, M> {
    pub created_at: M,
    pub modified_at: Option<M>,
    pub id: I,
    pub subscription_id: Option<I>,
    pub order_id: Option<I>,
    pub status: &'a str,
    pub customer_id: Option<I>,
    pub member_id: Option<I>,
    #[serde(borrow)]
    pub member: Option<Member<'a, I, M>>,
    pub email: Option<&'a str>,
    pub customer_email: Option<&'a str>,
    pub invitation_token_expires_at: Option<M>,
    pub claimed_at: Option<M>,
    pub revoked_at: Option<M>,
    #[serde(borrow)]
    pub seat_metadata: Option<&'a RawValue>,
}

#[derive(Debug, Serialize, Deserialize)]
pub struct Member<'a, I, M> {
    pub id: I,
    pub created_at: M,
    pub modified_at: Option<M>,
    pub customer_id: I,
    pub email: Option<&'a str>,
    pub name: Option<&'a str>,
    pub external_id: Option<&'a str>,
    pub role: &'a str,
}

#[derive(Debug, Serialize, Deserialize)]
pub struct SeatsList<'a, I, M> {
    #[serde(borrow)]
    pub seats: Vec<Seat<'a, I, M>>,
    pub available_seats: u64,
    pub total_seats: u64,
}

#[derive(Debug, Serialize, Deserialize)]
pub struct ClaimInfo<'a, I> {
    pub product_name: &'a str,
    pub product_id: I,
    pub organization_name: &'a str,
    pub organization_slug: &'a str,
    pub customer_email: &'a str,
    pub can_claim: bool,
}

#[derive(Debug, Serialize, Deserialize)]
pub struct ApiError<'a> {
    pub error: &'a str,
    pub detail: &'a str,
}

#[derive(Debug, Serialize, Deserialize)]
pub struct Subscriptions<'a, I, M> {
    #[serde(borrow)]
    pub items: Vec<Subscription<'a, I, M>>,
    pub pagination: Pagination,
}

#[derive(Debug, Serialize, Deserialize)]
pub struct Subscription<'a, I, M> {
    pub id: I,
    pub status: &'a str,
    pub seats: Option<u64>,
    pub customer_id: Option<I>,
    pub product_id: Option<I>,
    #[serde(borrow)]
    pub product: Option<Product<'a, I>>,
    pub current_period_end: Option<M>,
    pub cancel_at_period_end: bool,
    pub ended_at: Option<M>,
}

#[derive(Debug, Serialize, Deserialize)]
pub struct Product<'a, I> {
    pub id: I,
    pub name: &'a str,
}

#[derive(Debug, Serialize, Deserialize)]
pub struct Pagination {
    pub total_count: u64,
    pub max_page: u64,
}

#[derive(Debug, Serialize, Deserialize)]
pub struct SeatEvent<'a, I, M> {
    #[serde(rename = "type")]
    pub kind: &'a str,
    pub timestamp: M,
    #[serde(borrow)]
    pub data: Seat<'a, I, M>,
}

#[derive(Debug, Serialize, Deserialize)]
pub struct OtherEvent<'a, M> {
    #[serde(rename = "type")]
    pub kind: &'a str,
    pub timestamp: M,
    #[serde(borrow)]
    pub data: &'a RawValue,
}

#[derive(Debug, Serialize, Deserialize)]
pub struct Assign<'a, I> {
    pub subscription_id: I,
    pub email: &'a str,
    #[serde(borrow)]
    pub metadata: &'a RawValue,
}

#[derive(Debug, Serialize, Deserialize)]
pub struct SessionInfo<'a, M> {
    pub expires_at: M,
    pub return_url: Option<&'a str>,
}

#[derive(Debug, Serialize, Deserialize)]
pub struct SessionUser<'a, I> {
    #[serde(rename = "type")]
    pub kind: &'a str,
    pub name: Option<&'a str>,
    pub email: Option<&'a str>,
    pub customer_id: Option<I>,
    pub member_id: Option<I>,
    pub role: Option<&'a str>,
}

impl<'de> Deserialize<'de> for UtcTime {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <&str>::deserialize(deserializer)?;
        let time = OffsetDateTime::parse(text, &Rfc3339).map_err(D::Error::custom)?;
        Ok(Self(time))
    }
}

impl Serialize for UtcTime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let text = self.0.format(&Rfc3339).map_err(S::Error::custom)?;
        serializer.serialize_str(&text)
    }
}
