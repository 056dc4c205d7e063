//! Missing, repeated and malformed headers.

use polar_webhooks::{
    Verifier, VerifyError, WEBHOOK_ID, WEBHOOK_SIGNATURE, WEBHOOK_TIMESTAMP,
    types::{InvalidEvent, WebhookEvent},
};

use crate::fixtures::{EVENT, at, secret, signature, signed_with};

const KEY: &str = "whsec_key";
const NOW: u64 = 1_795_411_307;

fn valid_headers() -> Vec<(&'static str, String)> {
    signed_with(KEY.as_bytes(), &NOW.to_string(), EVENT).to_vec()
}

fn error(headers: Vec<(&str, String)>) -> VerifyError {
    Verifier::new(&secret(KEY))
        .verify(headers, EVENT, at(NOW))
        .unwrap_err()
}

#[test]
fn missing_header_is_named_in_the_error() {
    for name in [WEBHOOK_ID, WEBHOOK_TIMESTAMP, WEBHOOK_SIGNATURE] {
        let mut headers = valid_headers();
        headers.retain(|(header, _)| *header != name);
        let error = error(headers);
        assert_eq!(error, VerifyError::MissingHeader { name });
        assert!(error.to_string().contains(name));
    }
    let none: [(&str, &str); 0] = [];
    let error = Verifier::new(&secret(KEY)).verify(none, EVENT, at(NOW));
    assert!(matches!(error, Err(VerifyError::MissingHeader { .. })));
}

#[test]
fn repeated_id_or_timestamp_is_an_error_even_if_equal() {
    for name in [WEBHOOK_ID, WEBHOOK_TIMESTAMP] {
        let mut headers = valid_headers();
        let again = headers.iter().find(|(header, _)| *header == name).cloned();
        headers.extend(again);
        assert_eq!(error(headers), VerifyError::RepeatedHeader { name });
    }
}

#[test]
fn signatures_in_several_headers_are_all_tried() {
    let mut headers = valid_headers();
    headers.insert(0, ("Webhook-Signature", "v1,AAAA".to_owned()));
    let verified = Verifier::new(&secret(KEY)).verify(headers, EVENT, at(NOW));
    assert!(verified.is_ok());
}

#[test]
fn header_names_match_in_any_case_and_values_are_trimmed() {
    let headers = valid_headers()
        .into_iter()
        .map(|(name, value)| (name.to_uppercase(), format!(" \t{value} ")));
    let verified = Verifier::new(&secret(KEY)).verify(headers, EVENT, at(NOW));
    assert!(verified.is_ok());
}

#[test]
fn signature_header_without_v1_signature_is_an_error() {
    for header in ["", "v1", "v1a,AAAA", "AAAA", "v2,AAAA v3,"] {
        let mut headers = valid_headers();
        headers[2].1 = header.to_owned();
        assert_eq!(error(headers), VerifyError::NoSignature, "{header:?}");
    }
}

#[test]
fn invalid_timestamp_is_an_error_even_if_signed() {
    for timestamp in [
        "",
        "-1",
        "-9223372036854775808",
        "18446744073709551616",
        "1795411307.5",
        "1e9",
        "0x10",
        "NaN",
        "1795411307 0",
        "\u{663}",
    ] {
        let headers = signed_with(KEY.as_bytes(), timestamp, EVENT).to_vec();
        assert_eq!(
            error(headers),
            VerifyError::MalformedTimestamp,
            "{timestamp:?}"
        );
    }
}

#[test]
fn event_of_unknown_type_is_verified_and_kept() {
    let headers = valid_headers();
    let verified = Verifier::new(&secret(KEY))
        .verify(headers, EVENT, at(NOW))
        .unwrap();
    let WebhookEvent::Unknown(event) = verified.event() else {
        unreachable!("{verified:?}")
    };
    assert_eq!(
        (event.kind.as_str(), event.data.as_str()),
        ("order.paid", "{}")
    );
    assert_eq!(serde_json::to_vec(verified.event()).unwrap(), EVENT);
}

#[test]
fn signed_body_that_is_not_an_event_has_its_own_error() {
    for (body, reason) in [
        (&b""[..], InvalidEvent::Envelope),
        (b"\xff\xfe", InvalidEvent::Envelope),
        (br#"{"content":"a chat message"}"#, InvalidEvent::Envelope),
        (
            br#"{"type":"customer_seat.claimed","data":{}}"#,
            InvalidEvent::Seat,
        ),
    ] {
        let timestamp = NOW.to_string();
        let mut headers = signed_with(KEY.as_bytes(), &timestamp, body);
        let verifier = Verifier::new(&secret(KEY));
        let error = verifier.verify(headers.clone(), body, at(NOW)).unwrap_err();
        assert_eq!(error, VerifyError::NotAnEvent(reason));
        assert!(error.is_signed());
        assert!(std::error::Error::source(&error).is_some());

        headers[2].1 = format!("v1,{}", signature(b"x", "x", &timestamp, body));
        assert_eq!(
            verifier.verify(headers, body, at(NOW)),
            Err(VerifyError::NoMatch)
        );
    }
}
