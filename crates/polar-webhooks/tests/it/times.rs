//! Too old, too new, and just right.

use std::time::{Duration, SystemTime};

use polar_webhooks::{Verified, Verifier, VerifyError};

use crate::fixtures::{EVENT, at, secret, signed_with};

const KEY: &str = "whsec_key";
const NOW: u64 = 1_795_411_307;

fn sent(timestamp: &str, now: SystemTime) -> Result<Verified, VerifyError> {
    let verifier = Verifier::new(&secret(KEY));
    verify(&verifier, timestamp, now)
}

fn verify(verifier: &Verifier, timestamp: &str, now: SystemTime) -> Result<Verified, VerifyError> {
    let headers = signed_with(KEY.as_bytes(), timestamp, EVENT);
    verifier.verify(headers, EVENT, now)
}

#[test]
fn five_minutes_are_accepted_on_both_sides_and_a_nanosecond_more_is_not() {
    let timestamp = NOW.to_string();
    let five_minutes = Duration::from_secs(300);
    let nanosecond = Duration::from_nanos(1);
    for now in [at(NOW), at(NOW) + five_minutes, at(NOW) - five_minutes] {
        assert!(sent(&timestamp, now).is_ok(), "{now:?}");
    }
    assert_eq!(
        sent(&timestamp, at(NOW) + five_minutes + nanosecond),
        Err(VerifyError::TooOld {
            age: five_minutes + nanosecond,
            tolerance: five_minutes
        })
    );
    assert_eq!(
        sent(&timestamp, at(NOW) - five_minutes - nanosecond),
        Err(VerifyError::TooNew {
            ahead: five_minutes + nanosecond,
            tolerance: five_minutes
        })
    );
}

#[test]
fn the_tolerance_is_as_wide_as_it_is_set() {
    let none = Verifier::new(&secret(KEY)).tolerance(Duration::ZERO);
    assert!(verify(&none, "1795411307", at(NOW)).is_ok());
    assert!(verify(&none, "1795411307", at(NOW + 1)).is_err());
    assert!(verify(&none, "1795411307", at(NOW - 1)).is_err());

    let hour = Verifier::new(&secret(KEY)).tolerance(Duration::from_secs(3600));
    assert!(verify(&hour, "1795411307", at(NOW + 3600)).is_ok());
    assert!(verify(&hour, "1795411307", at(NOW + 3601)).is_err());
}

#[test]
fn the_ends_of_time_are_too_far_and_nothing_worse() {
    for now in [SystemTime::UNIX_EPOCH, at(NOW), at(253_402_300_799)] {
        assert!(matches!(
            sent(&i64::MIN.to_string(), now),
            Err(VerifyError::TooOld { .. })
        ));
        assert!(matches!(
            sent(&i64::MAX.to_string(), now),
            Err(VerifyError::TooNew { .. })
        ));
        assert!(sent("9223372036854775808", now) == Err(VerifyError::MalformedTimestamp));
        let endless = Verifier::new(&secret(KEY)).tolerance(Duration::MAX);
        for (timestamp, sent_at) in [
            (i64::MIN, "-9223372036854775808"),
            (-1, "1969-12-31T23:59:59Z"),
            (0, "1970-01-01T00:00:00Z"),
            (i64::MAX, "9223372036854775807"),
        ] {
            let verified = verify(&endless, &timestamp.to_string(), now).unwrap();
            assert_eq!(verified.sent_at().to_string(), sent_at);
        }
    }
}

#[test]
fn an_old_request_is_known_to_be_genuine_and_a_forged_old_one_is_not() {
    let headers = signed_with(KEY.as_bytes(), "1795411307", EVENT);
    let error = Verifier::new(&secret(KEY))
        .verify(headers.clone(), EVENT, at(NOW + 3600))
        .unwrap_err();
    assert!(error.is_signed());
    assert_eq!(
        error.to_string(),
        "the webhook was sent 3600 s ago, and 300 s are allowed: look at the clock of this \
         machine; if it is right, somebody repeats an old request"
    );
    let error = Verifier::new(&secret("whsec_other"))
        .verify(headers, EVENT, at(NOW + 3600))
        .unwrap_err();
    assert_eq!(error, VerifyError::NoMatch);
    assert!(!error.is_signed());
}

#[test]
fn the_systems_clock_does_for_what_is_sent_now() {
    let now = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap()
        .as_secs();
    let verifier = Verifier::new(&secret(KEY));
    let verify = |timestamp: u64| {
        let headers = signed_with(KEY.as_bytes(), &timestamp.to_string(), EVENT);
        verifier.verify_now(headers, EVENT)
    };
    assert!(verify(now).is_ok());
    assert!(verify(now - 3600).is_err());
    assert!(verify(now + 3600).is_err());
}
