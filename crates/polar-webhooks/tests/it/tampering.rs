//! A change of a single bit makes the verification fail.

use std::collections::BTreeMap;

use polar_webhooks::{Verifier, VerifyError, types::WebhookSecret};

use crate::fixtures::{Delivery, delivery, secret, signed_with};

/// Returns every copy of the bytes with one bit flipped.
fn flips(bytes: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    (0..bytes.len() * 8).map(|bit| {
        let mut flipped = bytes.to_vec();
        flipped[bit / 8] ^= 1 << (bit % 8);
        flipped
    })
}

/// Returns the error for a delivery with one header replaced.
fn error_with(delivery: &Delivery, name: &str, value: Vec<u8>) -> VerifyError {
    let mut headers: BTreeMap<&str, Vec<u8>> = delivery
        .headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.clone().into_bytes()))
        .collect();
    headers.insert(name, value);
    Verifier::new(&delivery.secret())
        .verify(&headers, delivery.body.as_bytes(), delivery.sent())
        .unwrap_err()
}

#[test]
fn changed_body_does_not_verify() {
    let delivery = delivery("claimed-member");
    let verifier = Verifier::new(&delivery.secret());
    for body in flips(delivery.body.as_bytes()) {
        let error = verifier
            .verify(&delivery.headers, &body, delivery.sent())
            .unwrap_err();
        assert_eq!(error, VerifyError::NoMatch);
    }
}

#[test]
fn shortened_or_extended_body_does_not_verify() {
    let delivery = delivery("claimed-member");
    let verifier = Verifier::new(&delivery.secret());
    let body = &delivery.body;
    for changed in [
        "",
        &body[1..],
        &body[..body.len() - 1],
        &format!("{body}\n"),
    ] {
        let error = verifier
            .verify(&delivery.headers, changed.as_bytes(), delivery.sent())
            .unwrap_err();
        assert_eq!(error, VerifyError::NoMatch);
    }
}

#[test]
fn changed_id_does_not_verify() {
    let delivery = delivery("revoked-member");
    for id in flips(delivery.header("webhook-id").as_bytes()) {
        let error = error_with(&delivery, "webhook-id", id.clone());
        let visible = |b: &u8| b.is_ascii_graphic() && *b != b'.';
        match error {
            VerifyError::MalformedId(_) => assert!(!id.iter().all(visible), "{id:?}"),
            // A space at an end is trimmed, which leaves another id.
            error => assert_eq!(error, VerifyError::NoMatch, "{id:?}"),
        }
    }
}

#[test]
fn changed_timestamp_does_not_verify() {
    let delivery = delivery("revoked-member");
    for timestamp in flips(delivery.header("webhook-timestamp").as_bytes()) {
        let number = std::str::from_utf8(&timestamp).is_ok_and(|text| text.parse::<u64>().is_ok());
        let error = error_with(&delivery, "webhook-timestamp", timestamp.clone());
        if number {
            assert_eq!(error, VerifyError::NoMatch, "{timestamp:?}");
        } else {
            assert!(
                matches!(
                    error,
                    VerifyError::MalformedTimestamp | VerifyError::NoMatch
                ),
                "{timestamp:?}: {error:?}"
            );
        }
    }
}

#[test]
fn changed_signature_does_not_verify() {
    for name in ["assigned-legacy", "claimed-member", "revoked-legacy"] {
        let delivery = delivery(name);
        for signature in flips(delivery.header("webhook-signature").as_bytes()) {
            let still_v1 = signature.starts_with(b"v1,");
            let error = error_with(&delivery, "webhook-signature", signature);
            let expected = if still_v1 {
                VerifyError::NoMatch
            } else {
                VerifyError::NoSignature
            };
            assert_eq!(error, expected);
        }
    }
}

#[test]
fn changed_secret_does_not_verify_in_either_scheme() {
    let recorded = delivery("assigned-legacy");
    let standard_secret = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    let standard_headers = signed_with(
        &(0..32).collect::<Vec<u8>>(),
        recorded.header("webhook-timestamp"),
        recorded.body.as_bytes(),
    );
    let is_rejected = |secret: &WebhookSecret, headers: &[(&str, String)]| {
        let headers = headers.iter().map(|(name, value)| (*name, value));
        Verifier::new(secret).verify(headers, recorded.body.as_bytes(), recorded.sent())
            == Err(VerifyError::NoMatch)
    };
    let recorded_headers: Vec<(&str, String)> = recorded
        .headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.clone()))
        .collect();
    for (valid, headers) in [
        (recorded.secret.as_str(), recorded_headers.as_slice()),
        (standard_secret, &standard_headers),
    ] {
        assert!(!is_rejected(&secret(valid), headers));
        for changed in flips(valid.as_bytes()) {
            let Ok(changed) = String::from_utf8(changed) else {
                continue;
            };
            assert!(is_rejected(&secret(&changed), headers), "{changed:?}");
        }
    }
}

#[test]
fn signature_of_another_delivery_does_not_verify() {
    let (one, other) = (delivery("claimed-member"), delivery("revoked-member"));
    assert_eq!(one.secret, other.secret);
    let signature = other.header("webhook-signature").as_bytes().to_vec();
    assert_eq!(
        error_with(&one, "webhook-signature", signature),
        VerifyError::NoMatch
    );
}

#[test]
fn signed_bytes_cannot_be_split_at_another_full_stop() {
    // If ids could contain full stops, an id that contains the old timestamp, with a timestamp
    // taken from the body, would have the same signed bytes.
    let body = br#"1795411400.{"type":"order.paid","data":{}}"#;
    let key = b"whsec_key";
    let original = signed_with(key, "1795411300", body);
    let [(_, id), _, (_, signature)] = &original;
    let moved = [
        ("webhook-id", format!("{id}.1795411300")),
        ("webhook-timestamp", "1795411400".to_owned()),
        ("webhook-signature", signature.clone()),
    ];
    let error = Verifier::new(&secret("whsec_key"))
        .verify(moved, &body[11..], crate::fixtures::at(1_795_411_400))
        .unwrap_err();
    assert!(matches!(error, VerifyError::MalformedId(_)), "{error:?}");
}
