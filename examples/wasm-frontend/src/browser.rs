//! The functions that the page calls. Arguments and results are text, so that the page needs no types.

use time::OffsetDateTime;
use wasm_bindgen::prelude::*;

/// Returns a line for each assigned seat of a list, which is the JSON from the server. `now` is
/// `Date.now()`, because WebAssembly has no clock.
///
/// # Errors
///
/// Returns an error if the text is not a list of seats.
#[wasm_bindgen(js_name = seatLines)]
pub fn seat_lines(list: &str, now: f64) -> Result<Vec<String>, JsError> {
    let lines = crate::lines(list, to_time(now)?)?;
    Ok(lines.iter().map(ToString::to_string).collect())
}

/// Returns the body of the request for an invitation.
///
/// # Errors
///
/// Returns a message to show beside the form.
#[wasm_bindgen(js_name = checkInvitation)]
pub fn check_invitation(
    subscription: &str,
    email: &str,
    note: &str,
    list: &str,
) -> Result<String, JsError> {
    let subscription: polar_types::SubscriptionId = subscription.parse()?;
    let list = serde_json::from_str(list)?;
    let request = crate::invitation(subscription, email, note, &list)?;
    Ok(serde_json::to_string(&request)?)
}

fn to_time(milliseconds: f64) -> Result<OffsetDateTime, JsError> {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "fractions do not matter, and values beyond i64 fail below"
    )]
    let seconds = (milliseconds / 1000.0) as i64;
    Ok(OffsetDateTime::from_unix_timestamp(seconds)?)
}
