//! The baseline for a claim: careful code without the SDK.

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Request, header};
use serde::{Deserialize, Serialize};

use crate::BoxError;

/// Returns the request of a claim, with the headers that the SDK sends.
///
/// # Errors
///
/// Returns an error if the base URL is invalid.
pub fn request(base: &str, invitation_token: &str) -> Result<Request<Bytes>, BoxError> {
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

/// Reads the seat's id and the session token from the response to a claim, and returns the token.
///
/// # Errors
///
/// Returns an error if the body is not the response to a claim.
pub fn session_token(body: &[u8]) -> Result<String, BoxError> {
    let claim: Claim<'_> = serde_json::from_slice(body)?;
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
