//! One bit is enough.

use std::collections::BTreeMap;

use polar_webhooks::{Verifier, VerifyError, types::WebhookSecret};

use crate::fixtures::{Delivery, delivery, secret, signed_with};

/// Every text of bytes that differs in one bit.
fn flips(bytes: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    (0..bytes.len() * 8).map(|bit| {
        let mut flipped = bytes.to_vec();
        flipped[bit / 8] ^= 1 << (bit % 8);
        flipped
    })
}

/// How the verifier refuses the delivery with one header replaced.
fn refusal(delivery: &Delivery, name: &str, value: Vec<u8>) -> VerifyError {
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
fn no_bit_of_the_body_can_change() {
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
fn nothing_can_be_added_to_the_body_or_taken_away() {
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
fn no_bit_of_the_id_can_change() {
    let delivery = delivery("revoked-member");
    for id in flips(delivery.header("webhook-id").as_bytes()) {
        let error = refusal(&delivery, "webhook-id", id.clone());
        let visible = |b: &u8| b.is_ascii_graphic() && *b != b'.';
        match error {
            VerifyError::MalformedId(_) => assert!(!id.iter().all(visible), "{id:?}"),
            // A space at an end does not belong to the value, so what is left is another id.
            error => assert_eq!(error, VerifyError::NoMatch, "{id:?}"),
        }
    }
}

#[test]
fn no_bit_of_the_timestamp_can_change() {
    let delivery = delivery("revoked-member");
    for timestamp in flips(delivery.header("webhook-timestamp").as_bytes()) {
        let number = std::str::from_utf8(&timestamp).is_ok_and(|text| text.parse::<i64>().is_ok());
        let error = refusal(&delivery, "webhook-timestamp", timestamp.clone());
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
fn no_bit_of_the_signature_can_change() {
    for name in ["assigned-legacy", "claimed-member", "revoked-legacy"] {
        let delivery = delivery(name);
        for signature in flips(delivery.header("webhook-signature").as_bytes()) {
            let still_v1 = signature.starts_with(b"v1,");
            let error = refusal(&delivery, "webhook-signature", signature);
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
fn no_bit_of_the_secret_can_differ_in_either_scheme() {
    let recorded = delivery("assigned-legacy");
    let standard_secret = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    let standard_headers = signed_with(
        &(0..32).collect::<Vec<u8>>(),
        recorded.header("webhook-timestamp"),
        recorded.body.as_bytes(),
    );
    let refused = |secret: &WebhookSecret, headers: &[(&str, String)]| {
        let headers = headers.iter().map(|(name, value)| (*name, value));
        Verifier::new(secret).verify(headers, recorded.body.as_bytes(), recorded.sent())
            == Err(VerifyError::NoMatch)
    };
    let recorded_headers: Vec<(&str, String)> = recorded
        .headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.clone()))
        .collect();
    for (right, headers) in [
        (recorded.secret.as_str(), recorded_headers.as_slice()),
        (standard_secret, &standard_headers),
    ] {
        assert!(!refused(&secret(right), headers));
        for wrong in flips(right.as_bytes()) {
            let Ok(wrong) = String::from_utf8(wrong) else {
                continue;
            };
            assert!(refused(&secret(&wrong), headers), "{wrong:?}");
        }
    }
}

#[test]
fn a_signature_is_worth_nothing_for_another_delivery() {
    let (one, other) = (delivery("claimed-member"), delivery("revoked-member"));
    assert_eq!(one.secret, other.secret);
    let signature = other.header("webhook-signature").as_bytes().to_vec();
    assert_eq!(
        refusal(&one, "webhook-signature", signature),
        VerifyError::NoMatch
    );
}

#[test]
fn what_was_signed_cannot_be_cut_at_another_full_stop() {
    // Without care, an id with the old timestamp in it and a timestamp out of the body would have
    // the same signed bytes.
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
