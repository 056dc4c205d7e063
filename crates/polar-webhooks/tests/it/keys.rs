//! Both schemes, and several secrets.

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
fn a_prefixed_secret_verifies_with_its_text_and_with_what_it_is_base64_of() {
    let key: Vec<u8> = (0..32).collect();
    assert!(verifies(STANDARD_SECRET, &key));
    assert!(verifies(STANDARD_SECRET, STANDARD_SECRET.as_bytes()));
    assert!(!verifies(STANDARD_SECRET, &STANDARD_SECRET.as_bytes()[6..]));
}

#[test]
fn secrets_of_older_forms_and_of_ones_own_verify_with_their_text() {
    for text in [
        "polar_whs_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "a secret of our own, with b\u{e4}d signs",
    ] {
        assert!(verifies(text, text.as_bytes()), "{text}");
    }
}

#[test]
fn a_secret_of_ones_own_made_after_the_change_verifies_as_base64_without_prefix() {
    assert!(verifies(
        "AAECAwQFBgcICQoLDA0ODxAREhMUFRYX",
        &(0..24).collect::<Vec<u8>>()
    ));
}

#[test]
fn nobody_signs_with_an_empty_key() {
    assert!(!verifies("whsec_====", b""));
    assert!(!verifies("whsec_a", b""));
}

#[test]
fn the_standards_own_example_verifies() {
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
fn while_secrets_are_replaced_the_old_and_the_new_one_verify() {
    let both = Verifier::new(&delivery("assigned-member").secret())
        .also(&delivery("assigned-legacy").secret())
        .also(&secret(STANDARD_SECRET));
    for delivery in deliveries() {
        let verified = both.verify(&delivery.headers, delivery.body.as_bytes(), delivery.sent());
        assert!(verified.is_ok(), "{}", delivery.name);
    }
    let headers = signed_with(&(0..32).collect::<Vec<u8>>(), &NOW.to_string(), EVENT);
    assert!(both.verify(headers, EVENT, at(NOW)).is_ok());

    let new_alone = Verifier::new(&secret(STANDARD_SECRET));
    for delivery in deliveries() {
        assert_eq!(
            new_alone.verify(&delivery.headers, delivery.body.as_bytes(), delivery.sent()),
            Err(VerifyError::NoMatch)
        );
    }
}

#[test]
fn whichever_key_fitted_last_the_others_go_on_fitting() {
    let decoded: Vec<u8> = (0..32).collect();
    let one = Verifier::new(&secret(STANDARD_SECRET));
    let two = one.clone().also(&secret("whsec_new"));
    for key in [
        b"whsec_new",
        &*decoded,
        STANDARD_SECRET.as_bytes(),
        &*decoded,
        b"whsec_new",
        b"nobody's",
    ] {
        let verifies = |verifier: &Verifier| {
            let headers = signed_with(key, &NOW.to_string(), EVENT);
            verifier.verify(headers, EVENT, at(NOW)).is_ok()
        };
        assert_eq!(verifies(&two), key != b"nobody's");
        assert_eq!(
            verifies(&one),
            key != b"nobody's" && key != b"whsec_new",
            "a clone knows which key fitted last, and not the keys"
        );
    }
}

#[test]
fn any_of_several_signatures_does() {
    let timestamp = NOW.to_string();
    let right = signature(b"whsec_key", ID, &timestamp, EVENT);
    let wrong = signature(b"whsec_old", ID, &timestamp, EVENT);
    for (header, expected) in [
        (format!("v1,{wrong} v1,{right}"), true),
        (format!("v1,{right} v1,{wrong}"), true),
        (format!("v1a,{right}  v2, v1,{right}"), true),
        (format!("v1,{wrong} v2,{right}"), false),
        (format!("v1,{wrong}{right}"), false),
        (format!("v1,{}", right.trim_end_matches('=')), false),
    ] {
        let mut headers = signed_with(b"", &timestamp, EVENT);
        headers[2].1.clone_from(&header);
        let verified = Verifier::new(&secret("whsec_key")).verify(headers, EVENT, at(NOW));
        assert_eq!(verified.is_ok(), expected, "{header}");
    }
}

#[test]
fn the_signer_signs_as_the_server_did() {
    for delivery in deliveries() {
        let id = WebhookId::new(delivery.header("webhook-id")).unwrap();
        let signer = Signer::new(&delivery.secret(), Scheme::Original).unwrap();
        for (name, value) in signer.sign(&id, delivery.sent(), delivery.body.as_bytes()) {
            assert_eq!(value, delivery.header(name));
        }
    }
}

#[test]
fn a_secret_without_base64_cannot_sign_the_standard_way() {
    let signer = |text| Signer::new(&secret(text), Scheme::Standard);
    assert!(signer(STANDARD_SECRET).is_ok());
    let error: UnusableSecret = signer("whsec_ not base64").unwrap_err();
    assert!(error.to_string().contains("sign with the original scheme"));
}
