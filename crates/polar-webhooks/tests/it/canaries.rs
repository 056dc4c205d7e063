//! Secrets stay where they are.

use polar_webhooks::{Scheme, Signer, Verifier, VerifyError, types::InvalidEvent};

use crate::fixtures::{EVENT, at, secret, signed_with};

/// Base64 too, so that both keys are made of it.
const CANARY: &str = "whsec_canarycanarycanarycanary";

fn is_silent(text: &str) -> bool {
    // The key in hexadecimal and as a list of bytes, besides the text.
    ["canary", "71a9da", "113, 169, 218"]
        .iter()
        .all(|trace| !text.contains(trace))
}

#[test]
fn no_debug_shows_a_secret() {
    let secret = secret(CANARY);
    let verifier = Verifier::new(&secret).also(&secret);
    assert_eq!(
        format!("{verifier:?}"),
        "Verifier { secrets: 2, tolerance: 300s, .. }"
    );
    for scheme in [Scheme::Original, Scheme::Standard] {
        let signer = Signer::new(&secret, scheme).unwrap();
        assert_eq!(format!("{signer:?}"), "Signer(Key([redacted]))");
    }
}

#[test]
fn no_error_has_anything_of_the_secret_the_headers_or_the_body() {
    let verifier = Verifier::new(&secret(CANARY));
    let seconds = "1795411307";
    let key = CANARY.as_bytes();
    let canary_body = br#"{"type":"canary","data":"#;
    let with = |index: usize, value: &str| {
        let mut headers = signed_with(key, seconds, EVENT);
        headers[index].1 = value.to_owned();
        headers
    };
    let errors = [
        verifier.verify(with(0, "canary canary"), EVENT, at(0)),
        verifier.verify(with(1, "canary"), EVENT, at(0)),
        verifier.verify(with(2, "canary"), EVENT, at(0)),
        verifier.verify(with(2, "v1,canary"), EVENT, at(0)),
        verifier.verify(signed_with(key, seconds, EVENT), EVENT, at(0)),
        verifier.verify(signed_with(key, "0", canary_body), canary_body, at(0)),
    ];
    for error in errors {
        let error = error.unwrap_err();
        let source = std::error::Error::source(&error).map(ToString::to_string);
        assert!(
            is_silent(&format!("{error} {error:?} {source:?}")),
            "{error:?}"
        );
    }
    let error = Signer::new(&secret("whsec_canary!"), Scheme::Standard).unwrap_err();
    assert!(is_silent(&format!("{error} {error:?}")));
}

#[test]
fn an_error_says_what_to_do_in_one_line() {
    for error in [
        VerifyError::MissingHeader { name: "webhook-id" },
        VerifyError::RepeatedHeader { name: "webhook-id" },
        VerifyError::MalformedTimestamp,
        VerifyError::NoSignature,
        VerifyError::NoMatch,
    ] {
        let text = error.to_string();
        assert!(text.contains(": "), "{text}");
        assert!(!text.contains('\n'), "{text}");
    }
    let text = VerifyError::NotAnEvent(InvalidEvent::Envelope).to_string();
    assert_eq!(text, "the webhook is signed by Polar, and is not an event");
}
