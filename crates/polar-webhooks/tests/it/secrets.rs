//! Secrets do not appear in `Debug` output or errors.

use polar_webhooks::{Scheme, Signer, Verifier, VerifyError, types::InvalidEvent};

use crate::fixtures::{EVENT, at, secret, signed_with};

/// Valid base64, so that it has a key in both schemes.
const CANARY: &str = "whsec_canarycanarycanarycanary";

/// Returns whether a text contains neither the secret nor its key in hexadecimal or as bytes.
fn has_no_secret(text: &str) -> bool {
    ["canary", "71a9da", "113, 169, 218"]
        .iter()
        .all(|trace| !text.contains(trace))
}

#[test]
fn debug_output_has_no_secret() {
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
fn errors_contain_nothing_of_the_secret_the_headers_or_the_body() {
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
            has_no_secret(&format!("{error} {error:?} {source:?}")),
            "{error:?}"
        );
    }
    let error = Signer::new(&secret("whsec_canary!"), Scheme::Standard).unwrap_err();
    assert!(has_no_secret(&format!("{error} {error:?}")));
}

#[test]
fn error_messages_contain_a_hint_in_one_line() {
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
    assert_eq!(
        text,
        "the webhook has a valid signature, but its body is not an event"
    );
}
