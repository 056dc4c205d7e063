//! Properties that hold for any input.

use std::time::Duration;

use polar_webhooks::{Scheme, Signer, Verifier, VerifyError, WebhookId, types::WebhookSecret};
use proptest::{collection::vec, prelude::*};

use crate::fixtures::{at, secret, signature};

fn header_name() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        Just(b"webhook-id".to_vec()),
        Just(b"Webhook-Timestamp".to_vec()),
        Just(b"WEBHOOK-SIGNATURE".to_vec()),
        vec(any::<u8>(), 0..20),
    ]
}

fn header_value() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        vec(any::<u8>(), 0..80),
        any::<i64>().prop_map(|number| number.to_string().into_bytes()),
        "(v1,[A-Za-z0-9+/]{0,50}={0,3} ?){0,4}".prop_map(String::into_bytes),
        "[0-9a-f-]{36}".prop_map(String::into_bytes),
    ]
}

/// Text that decodes to zeros is refused, for example.
fn is_secret(text: &String) -> bool {
    WebhookSecret::new(text).is_ok()
}

/// Bodies that are events with arbitrary data.
fn event() -> impl Strategy<Value = Vec<u8>> {
    any::<String>().prop_map(|text| {
        serde_json::to_vec(&serde_json::json!({"type": "benefit.created", "data": text})).unwrap()
    })
}

proptest! {
    #[test]
    fn signed_request_verifies_in_both_schemes(
        key in vec(any::<u8>(), 1..100).prop_filter("zeros are refused", |key| *key != vec![0; key.len()]),
        standard: bool,
        id in "[!-\\-/-~]{1,256}",
        seconds in 0_u64..253_402_300_799,
        body in event(),
    ) {
        use base64::{Engine, engine::general_purpose::STANDARD};
        let secret = secret(&format!("whsec_{}", STANDARD.encode(&key)));
        let scheme = if standard { Scheme::Standard } else { Scheme::Original };
        let signer = Signer::new(&secret, scheme).unwrap();
        let id = WebhookId::new(id).unwrap();
        let headers = signer.sign(&id, at(seconds), &body);
        let verified = Verifier::new(&secret).verify(headers, &body, at(seconds)).unwrap();
        prop_assert_eq!(verified.id(), &id);
        prop_assert_eq!(verified.sent_at().unix_seconds(), i64::try_from(seconds).ok());
    }

    #[test]
    fn signature_of_arbitrary_bytes_matches(
        secret_text in "\\PC{1,60}".prop_filter("refused", is_secret),
        body in vec(any::<u8>(), 0..200),
    ) {
        let secret = secret(&secret_text);
        let id = WebhookId::new("msg_1").unwrap();
        let headers = Signer::new(&secret, Scheme::Original).unwrap().sign(&id, at(7), &body);
        prop_assert_eq!(
            &headers[2].1,
            &format!("v1,{}", signature(secret_text.as_bytes(), "msg_1", "7", &body))
        );
        let verified = Verifier::new(&secret).verify(headers, &body, at(7));
        let signed = verified.as_ref().map_or_else(VerifyError::is_signed, |_| true);
        prop_assert!(signed, "{:?}", verified);
    }

    #[test]
    fn other_secret_does_not_verify(
        one in "[ -~]{1,60}".prop_filter("refused", is_secret),
        other in "[ -~]{1,60}".prop_filter("refused", is_secret),
        body in event(),
    ) {
        prop_assume!(one != other && !one.starts_with("whsec_"));
        let id = WebhookId::new("msg_1").unwrap();
        let headers = Signer::new(&secret(&one), Scheme::Original).unwrap().sign(&id, at(7), &body);
        prop_assert_eq!(
            Verifier::new(&secret(&other)).verify(headers, &body, at(7)),
            Err(VerifyError::NoMatch)
        );
    }

    #[test]
    fn arbitrary_headers_do_not_verify(
        secret_text in any::<String>().prop_filter("refused", is_secret),
        headers in vec((header_name(), header_value()), 0..8),
        body in vec(any::<u8>(), 0..200),
        seconds: u32,
        tolerance: u64,
    ) {
        let verifier = Verifier::new(&secret(&secret_text))
            .tolerance(Duration::from_secs(tolerance));
        let error = verifier.verify(headers, &body, at(seconds.into())).unwrap_err();
        prop_assert!(!error.is_signed(), "{:?}", error);
        prop_assert!(!error.to_string().is_empty());
    }
}
