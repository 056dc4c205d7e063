//! Response bodies in the form observed on the server.

/// The seat in the responses.
pub const SEAT_ID: &str = "dcb2c1b9-2f64-4c8c-90e6-d261c78b3eb2";
/// The subscription of the seat.
pub const SUBSCRIPTION: &str = "4663fc95-f630-47e4-8260-a644811e7711";
/// A pending seat.
pub const SEAT: &str = include_str!("responses/seat.json");
/// The response to a claim. Its token is [`GRANTED`](crate::canary::GRANTED).
pub const CLAIMED: &str = include_str!("responses/claimed.json");
/// Claim info.
pub const CLAIM_INFO: &str = include_str!("responses/claim_info.json");
/// A list with a pending, a claimed and a revoked seat.
pub const LIST: &str = include_str!("responses/list.json");
/// A page of subscriptions.
pub const SUBSCRIPTIONS: &str = include_str!("responses/subscriptions.json");
/// A session.
pub const SESSION: &str = include_str!("responses/session.json");
/// The user of a session.
pub const USER: &str = include_str!("responses/user.json");
