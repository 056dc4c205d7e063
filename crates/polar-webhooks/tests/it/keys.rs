//! Both signature schemes, and several secrets.

use polar_webhooks::{Scheme, Signer, UnusableSecret, Verifier, VerifyError, WebhookId};

use crate::fixtures::{EVENT, ID, at, deliveries, delivery, secret, signature, signed_with};

const NOW: u64 = 1_795_411_307;
const STANDARD_SECRET: &str = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

fn verifies(secret_text: &str, key: &[u8]) -> bool {
    let headers = signed_with(key, &NOW.to_string(), EVENT);
    Verifier::new(&secret(secret_text))
        .verify(headers, EVENT, at(NOW))
        .is_ok()
}

#[test]
fn prefixed_secret_verifies_in_both_schemes() {
    let key: Vec<u8> = (0..32).collect();
    assert!(verifies(STANDARD_SECRET, &key));
    assert!(verifies(STANDARD_SECRET, STANDARD_SECRET.as_bytes()));
    assert!(!verifies(STANDARD_SECRET, &STANDARD_SECRET.as_bytes()[6..]));
}

#[test]
fn old_and_custom_secrets_verify_in_the_original_scheme() {
    for text in [
        "polar_whs_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "a custom secret, not ASCII: b\u{e4}d",
    ] {
        assert!(verifies(text, text.as_bytes()), "{text}");
    }
}

#[test]
fn custom_base64_secret_verifies_in_the_standard_scheme() {
    assert!(verifies(
        "AAECAwQFBgcICQoLDA0ODxAREhMUFRYX",
        &(0..24).collect::<Vec<u8>>()
    ));
}

#[test]
fn empty_key_does_not_verify() {
    assert!(!verifies("whsec_====", b""));
    assert!(!verifies("whsec_a", b""));
}

#[test]
fn example_of_the_standard_webhooks_specification_verifies() {
    // From the Standard Webhooks specification.
    let headers = [
        ("webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJek"),
        ("webhook-timestamp", "1614265330"),
        (
            "webhook-signature",
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
        ),
    ];
    let error = Verifier::new(&secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"))
        .verify(headers, br#"{"test": 2432232314}"#, at(1_614_265_330))
        .unwrap_err();
    assert!(matches!(error, VerifyError::NotAnEvent(_)), "{error:?}");
}

#[test]
fn also_accepts_the_old_and_the_new_secret() {
    let both = Verifier::new(&delivery("assigned-member").secret())
        .also(&delivery("assigned-legacy").secret())
        .also(&secret(STANDARD_SECRET));
    for delivery in deliveries() {
        let verified = both.verify(&delivery.headers, delivery.body.as_bytes(), delivery.sent());
        assert!(verified.is_ok(), "{}", delivery.name);
    }
    let headers = signed_with(&(0..32).collect::<Vec<u8>>(), &NOW.to_string(), EVENT);
    assert!(both.verify(headers, EVENT, at(NOW)).is_ok());

    let new_only = Verifier::new(&secret(STANDARD_SECRET));
    for delivery in deliveries() {
        assert_eq!(
            new_only.verify(&delivery.headers, delivery.body.as_bytes(), delivery.sent()),
            Err(VerifyError::NoMatch)
        );
    }
}

#[test]
fn remembering_the_last_key_does_not_exclude_the_others() {
    let decoded: Vec<u8> = (0..32).collect();
    let one = Verifier::new(&secret(STANDARD_SECRET));
    let two = one.clone().also(&secret("whsec_new"));
    for key in [
        b"whsec_new",
        &*decoded,
        STANDARD_SECRET.as_bytes(),
        &*decoded,
        b"whsec_new",
        b"unknown",
    ] {
        let verifies = |verifier: &Verifier| {
            let headers = signed_with(key, &NOW.to_string(), EVENT);
            verifier.verify(headers, EVENT, at(NOW)).is_ok()
        };
        assert_eq!(verifies(&two), key != b"unknown");
        assert_eq!(
            verifies(&one),
            key != b"unknown" && key != b"whsec_new",
            "a clone shares the index of the last key, not the keys"
        );
    }
}

#[test]
fn one_matching_signature_of_several_is_sufficient() {
    let timestamp = NOW.to_string();
    let valid = signature(b"whsec_key", ID, &timestamp, EVENT);
    let other = signature(b"whsec_old", ID, &timestamp, EVENT);
    for (header, expected) in [
        (format!("v1,{other} v1,{valid}"), true),
        (format!("v1,{valid} v1,{other}"), true),
        (format!("v1a,{valid}  v2, v1,{valid}"), true),
        (format!("v1,{other} v2,{valid}"), false),
        (format!("v1,{other}{valid}"), false),
        (format!("v1,{}", valid.trim_end_matches('=')), false),
    ] {
        let mut headers = signed_with(b"", &timestamp, EVENT);
        headers[2].1.clone_from(&header);
        let verified = Verifier::new(&secret("whsec_key")).verify(headers, EVENT, at(NOW));
        assert_eq!(verified.is_ok(), expected, "{header}");
    }
}

#[test]
fn signer_reproduces_the_recorded_signatures() {
    for delivery in deliveries() {
        let id = WebhookId::new(delivery.header("webhook-id")).unwrap();
        let signer = Signer::new(&delivery.secret(), Scheme::Original).unwrap();
        for (name, value) in signer.sign(&id, delivery.sent(), delivery.body.as_bytes()) {
            assert_eq!(value, delivery.header(name));
        }
    }
}

#[test]
fn secret_that_is_not_base64_is_unusable_in_the_standard_scheme() {
    let signer = |text| Signer::new(&secret(text), Scheme::Standard);
    assert!(signer(STANDARD_SECRET).is_ok());
    let error: UnusableSecret = signer("whsec_ not base64").unwrap_err();
    assert!(error.to_string().contains("use the original scheme"));
}
