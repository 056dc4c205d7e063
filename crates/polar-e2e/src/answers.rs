//! Good answers, in the form in which the server was seen to write them.

/// The seat in the answers.
pub const SEAT_ID: &str = "dcb2c1b9-2f64-4c8c-90e6-d261c78b3eb2";
/// The subscription that it is on.
pub const SUBSCRIPTION: &str = "4663fc95-f630-47e4-8260-a644811e7711";
/// A pending seat.
pub const SEAT: &str = include_str!("answers/seat.json");
/// The answer to a claim. Its token is [`GRANTED`](crate::canary::GRANTED).
pub const CLAIMED: &str = include_str!("answers/claimed.json");
/// What an invitation is for.
pub const CLAIM_INFO: &str = include_str!("answers/claim_info.json");
/// A list with a pending, a claimed and a revoked seat.
pub const LIST: &str = include_str!("answers/list.json");
/// A page of subscriptions.
pub const SUBSCRIPTIONS: &str = include_str!("answers/subscriptions.json");
/// Until when a session lasts.
pub const SESSION: &str = include_str!("answers/session.json");
/// Whose session it is.
pub const USER: &str = include_str!("answers/user.json");
