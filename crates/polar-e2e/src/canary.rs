//! Canary secrets that are part of every call, and checks that they appear in no output.

use std::{
    error::Error as StdError,
    fmt::Write as _,
    sync::{Mutex, Once, PoisonError},
    time::Duration,
};

use log::{LevelFilter, Log, Metadata, Record};
use polar_core::{
    BaseUrl, Config, Error, RetryPolicy, is_terminal_unsafe,
    types::{AccessToken, CustomerSessionToken, InvitationToken},
};

/// Returns settings with canary tokens, long timeouts, and backoffs of a millisecond.
#[must_use]
pub fn config(base_url: &str) -> Config {
    watch_logs();
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

/// Returns the canary invitation.
#[must_use]
pub fn invitation() -> InvitationToken {
    InvitationToken::new(INVITATION).unwrap()
}

/// Returns the canary session.
#[must_use]
pub fn session() -> CustomerSessionToken {
    CustomerSessionToken::new(SESSION).unwrap()
}

/// Asserts that a text contains no canary.
#[track_caller]
pub fn assert_clean(what: &str, text: &str) {
    for secret in SECRETS {
        assert!(!text.contains(secret), "{what} contains {secret}: {text}");
    }
}

/// Asserts that an error contains no canary in any format, and no terminal control characters.
#[track_caller]
pub fn assert_safe_to_print(error: &Error) {
    let printed = printed(error);
    assert_clean("an error", &printed);
    assert_clean("an error", &format!("{error:?} {error:#?}"));
    let found = printed.chars().find(|one| is_terminal_unsafe(*one));
    assert_eq!(found, None, "unsafe on a terminal: {printed:?}");
}

/// Returns everything that a program may print of an error, including its sources.
#[must_use]
pub fn printed(error: &Error) -> String {
    let mut printed = error.to_string();
    if let Some(step) = error.next_step() {
        write!(printed, " {step}").unwrap();
    }
    if let Some(api_error) = error.api_error() {
        write!(printed, " {api_error} {:?}", api_error.message()).unwrap();
        write!(printed, " {:?}", api_error.missing_scope()).unwrap();
        for field in api_error.fields() {
            write!(printed, " {:?} {:?}", field.path(), field.msg).unwrap();
        }
    }
    let mut source = error.source();
    while let Some(error) = source {
        write!(printed, " {error} {error:?}").unwrap();
        source = error.source();
    }
    printed
}

/// Longer than any call takes that is not meant to time out.
const AMPLE: Duration = Duration::from_secs(20);

/// Starts to check everything that any crate logs, up to the level `debug`.
///
/// At `trace`, ureq logs every byte that it sends, as the documentation of polar-ureq says.
fn watch_logs() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        log::set_logger(&LOGBOOK).unwrap();
        log::set_max_level(LevelFilter::Debug);
    });
}

/// Asserts that no canary has been logged since the start of the process.
#[track_caller]
pub(crate) fn assert_clean_logs() {
    let leaks = LOGBOOK.0.lock().unwrap_or_else(PoisonError::into_inner);
    assert!(leaks.is_empty(), "secrets were logged: {leaks:?}");
}

/// A logger that stores only the lines that contain a canary.
struct Logbook(Mutex<Vec<String>>);

static LOGBOOK: Logbook = Logbook(Mutex::new(Vec::new()));

impl Log for Logbook {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &Record<'_>) {
        let line = record.args().to_string();
        if SECRETS.iter().any(|secret| line.contains(secret)) {
            let line = format!("{} {}: {line}", record.level(), record.target());
            self.0
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(line);
        }
    }

    fn flush(&self) {}
}

/// The access token of the organization.
pub const ACCESS: &str = "polar_oat_CANARYaccess0123456789abcdefghijklmnop";
/// The token of the portal session.
pub const SESSION: &str = "polar_mst_CANARYsession0123456789abcdefghijklmno";
/// The invitation token, in the server's format. Starts with a dash, as some of them do.
pub const INVITATION: &str = "-CANARYinvitation_O3niuDp2vythTAFUbnc-SQlBSo";
/// The session token in the response to a claim.
pub const GRANTED: &str = "polar_mst_GRANTED0123456789abcdefghijklmnopqrstu";

/// What the sample of any secret begins with.
pub const SAMPLE: &str = "sample_";

/// All canaries.
pub const SECRETS: [&str; 5] = [ACCESS, SESSION, INVITATION, GRANTED, SAMPLE];
