//! Checks of the timestamp.

use std::time::{Duration, SystemTime};

use polar_webhooks::{Scheme, Signer, Verified, Verifier, VerifyError, WebhookId};

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
fn default_tolerance_is_five_minutes_inclusive() {
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
fn tolerance_can_be_set() {
    let none = Verifier::new(&secret(KEY)).tolerance(Duration::ZERO);
    assert!(verify(&none, "1795411307", at(NOW)).is_ok());
    assert!(verify(&none, "1795411307", at(NOW + 1)).is_err());
    assert!(verify(&none, "1795411307", at(NOW - 1)).is_err());

    let hour = Verifier::new(&secret(KEY)).tolerance(Duration::from_secs(3600));
    assert!(verify(&hour, "1795411307", at(NOW + 3600)).is_ok());
    assert!(verify(&hour, "1795411307", at(NOW + 3601)).is_err());
}

#[test]
fn extreme_timestamps_are_errors_unless_the_check_is_disabled() {
    let before_1970 = SystemTime::UNIX_EPOCH - Duration::from_millis(500);
    for now in [before_1970, at(NOW), at(253_402_300_799)] {
        assert!(matches!(
            sent("900000000000", now),
            Err(VerifyError::TooNew { .. })
        ));
        for timestamp in ["-1", "18446744073709551615", "18446744073709551616"] {
            assert_eq!(sent(timestamp, now), Err(VerifyError::MalformedTimestamp));
        }
        let unchecked = Verifier::new(&secret(KEY)).tolerance(Duration::MAX);
        for (timestamp, sent_at) in [
            ("0", "1970-01-01T00:00:00Z"),
            ("253402300799", "9999-12-31T23:59:59Z"),
            ("253402300800", "253402300800"),
        ] {
            let verified = verify(&unchecked, timestamp, now).unwrap();
            assert_eq!(verified.sent_at().to_string(), sent_at);
        }
    }
}

#[test]
fn signer_counts_a_time_before_1970_as_1970() {
    let signer = Signer::new(&secret(KEY), Scheme::Original).unwrap();
    let id = WebhookId::new("msg_1").unwrap();
    let now = SystemTime::UNIX_EPOCH - Duration::from_millis(500);
    let headers = signer.sign(&id, now, EVENT);
    assert_eq!(headers[1].1, "0");
    let verified = Verifier::new(&secret(KEY)).verify(headers, EVENT, now);
    assert_eq!(verified.unwrap().sent_at().unix_seconds(), Some(0));
}

#[test]
fn signature_is_checked_before_the_time() {
    let headers = signed_with(KEY.as_bytes(), "1795411307", EVENT);
    let error = Verifier::new(&secret(KEY))
        .verify(headers.clone(), EVENT, at(NOW + 3600))
        .unwrap_err();
    assert!(error.is_signed());
    assert_eq!(
        error.to_string(),
        "the webhook was sent 3600 s ago, but at most 300 s are allowed: check the clock of this \
         machine; if it is correct, an old request is being replayed"
    );
    let error = Verifier::new(&secret("whsec_other"))
        .verify(headers, EVENT, at(NOW + 3600))
        .unwrap_err();
    assert_eq!(error, VerifyError::NoMatch);
    assert!(!error.is_signed());
}

#[test]
fn verify_now_uses_the_system_clock() {
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
