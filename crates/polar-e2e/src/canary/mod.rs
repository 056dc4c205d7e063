//! Secrets that are planted in every call, and the search for them in whatever is shown.

pub(crate) mod logbook;
mod secrets;

use std::{error::Error as StdError, fmt::Write as _, time::Duration};

use polar_core::{
    BaseUrl, Config, Error, RetryPolicy, is_terminal_unsafe,
    types::{AccessToken, CustomerSessionToken, InvitationToken},
};

pub use self::secrets::{ACCESS, GRANTED, INVITATION, SECRETS, SESSION};

/// Settings with planted tokens, ample time, and back-offs of a millisecond.
#[must_use]
pub fn config(base_url: &str) -> Config {
    logbook::watch();
    let soon = Duration::from_millis(1);
    let retry = RetryPolicy::default().base(soon).throttled_base(soon);
    let base_url: BaseUrl = base_url.parse().unwrap();
    Config::new()
        .base_url(base_url)
        .access_token(AccessToken::new(ACCESS).unwrap())
        .timeout(AMPLE)
        .read_timeout(AMPLE)
        .retry(retry)
        .jitter_seed(7)
}

/// The planted invitation.
#[must_use]
pub fn invitation() -> InvitationToken {
    InvitationToken::new(INVITATION).unwrap()
}

/// The planted session.
#[must_use]
pub fn session() -> CustomerSessionToken {
    CustomerSessionToken::new(SESSION).unwrap()
}

/// Fails when a planted secret stands in a text.
#[track_caller]
pub fn assert_clean(what: &str, text: &str) {
    for secret in SECRETS {
        assert!(!text.contains(secret), "{what} shows {secret}: {text}");
    }
}

/// Fails when an error, in whatever way it is printed, shows a secret or could steer a terminal.
#[track_caller]
pub fn assert_fit(error: &Error) {
    let shown = shown(error);
    assert_clean("an error", &shown);
    assert_clean("an error", &format!("{error:?} {error:#?}"));
    let found = shown.chars().find(|one| is_terminal_unsafe(*one));
    assert_eq!(found, None, "unsafe on a terminal: {shown:?}");
}

/// Everything that a person may be shown of an error, down its chain.
#[must_use]
pub fn shown(error: &Error) -> String {
    let mut shown = error.to_string();
    if let Some(step) = error.next_step() {
        write!(shown, " {step}").unwrap();
    }
    if let Some(refusal) = error.api_error() {
        write!(shown, " {refusal} {:?}", refusal.message()).unwrap();
        write!(shown, " {:?}", refusal.missing_scope()).unwrap();
        for field in refusal.fields() {
            write!(shown, " {:?} {:?}", field.path(), field.msg).unwrap();
        }
    }
    let mut source = error.source();
    while let Some(error) = source {
        write!(shown, " {error} {error:?}").unwrap();
        source = error.source();
    }
    shown
}

/// More than any call needs that is not meant to run out of time.
const AMPLE: Duration = Duration::from_secs(20);
