//! The baseline of a claim: what a careful person would write without the SDK.

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Request, header};
use serde::{Deserialize, Serialize};

use crate::Failure;

/// The request of a claim, with the headers that the SDK sends.
///
/// # Errors
///
/// When the base does not begin a URL.
pub fn request(base: &str, invitation_token: &str) -> Result<Request<Bytes>, Failure> {
    let body = serde_json::to_vec(&Body { invitation_token })?;
    let request = Request::post(format!("{base}/v1/customer-seats/claim"))
        .header(header::USER_AGENT, HeaderValue::from_static("by-hand/1.0"))
        .header(header::ACCEPT, JSON)
        .header(VERSION, HeaderValue::from_static("2026-10"))
        .header(header::CONTENT_TYPE, JSON)
        .header(header::CONTENT_LENGTH, body.len())
        .body(Bytes::from(body))?;
    Ok(request)
}

/// The least that is worth having of the answer: whose session it is, and its token.
///
/// # Errors
///
/// When the answer is not that of a claim.
pub fn session_token(answer: &[u8]) -> Result<String, Failure> {
    let claim: Claim<'_> = serde_json::from_slice(answer)?;
    std::hint::black_box(claim.seat.id);
    Ok(claim.customer_session_token.to_owned())
}

#[derive(Serialize)]
struct Body<'a> {
    invitation_token: &'a str,
}

#[derive(Deserialize)]
struct Claim<'a> {
    #[serde(borrow)]
    seat: Slot<'a>,
    customer_session_token: &'a str,
}

#[derive(Deserialize)]
struct Slot<'a> {
    id: &'a str,
}

const JSON: HeaderValue = HeaderValue::from_static("application/json");
const VERSION: HeaderName = HeaderName::from_static("polar-version");
