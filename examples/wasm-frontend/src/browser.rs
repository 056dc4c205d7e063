//! What the page calls. Everything goes over as text, so that the page needs no type of ours.

use time::OffsetDateTime;
use wasm_bindgen::prelude::*;

/// A line for each taken seat of a list, which is the body of the server's answer. `now` is
/// `Date.now()`: there is no clock in here.
///
/// # Errors
///
/// When the text is not a list of seats.
#[wasm_bindgen(js_name = seatLines)]
pub fn seat_lines(list: &str, now: f64) -> Result<Vec<String>, JsError> {
    let lines = crate::lines(list, moment(now)?)?;
    Ok(lines.iter().map(ToString::to_string).collect())
}

/// The body to send for an invitation.
///
/// # Errors
///
/// With the words to show beside the form.
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

fn moment(milliseconds: f64) -> Result<OffsetDateTime, JsError> {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a part of a millisecond does not matter, and what is beyond i64 is refused below"
    )]
    let seconds = (milliseconds / 1000.0) as i64;
    Ok(OffsetDateTime::from_unix_timestamp(seconds)?)
}
