//! What is missing, doubled, or not what it should be.

use polar_webhooks::{
    Verifier, VerifyError, WEBHOOK_ID, WEBHOOK_SIGNATURE, WEBHOOK_TIMESTAMP,
    types::{InvalidEvent, WebhookEvent},
};

use crate::fixtures::{EVENT, at, secret, signature, signed_with};

const KEY: &str = "whsec_key";
const NOW: u64 = 1_795_411_307;

fn right() -> Vec<(&'static str, String)> {
    signed_with(KEY.as_bytes(), &NOW.to_string(), EVENT).to_vec()
}

fn refusal(headers: Vec<(&str, String)>) -> VerifyError {
    Verifier::new(&secret(KEY))
        .verify(headers, EVENT, at(NOW))
        .unwrap_err()
}

#[test]
fn a_missing_header_is_named() {
    for name in [WEBHOOK_ID, WEBHOOK_TIMESTAMP, WEBHOOK_SIGNATURE] {
        let mut headers = right();
        headers.retain(|(header, _)| *header != name);
        let error = refusal(headers);
        assert_eq!(error, VerifyError::MissingHeader { name });
        assert!(error.to_string().contains(name));
    }
    let none: [(&str, &str); 0] = [];
    let error = Verifier::new(&secret(KEY)).verify(none, EVENT, at(NOW));
    assert!(matches!(error, Err(VerifyError::MissingHeader { .. })));
}

#[test]
fn two_ids_or_two_times_are_refused_even_when_they_are_equal() {
    for name in [WEBHOOK_ID, WEBHOOK_TIMESTAMP] {
        let mut headers = right();
        let again = headers.iter().find(|(header, _)| *header == name).cloned();
        headers.extend(again);
        assert_eq!(refusal(headers), VerifyError::RepeatedHeader { name });
    }
}

#[test]
fn signatures_may_be_spread_over_several_headers() {
    let mut headers = right();
    headers.insert(0, ("Webhook-Signature", "v1,AAAA".to_owned()));
    assert!(
        Verifier::new(&secret(KEY))
            .verify(headers, EVENT, at(NOW))
            .is_ok()
    );
}

#[test]
fn names_have_any_case_and_values_space_around_them() {
    let headers = right()
        .into_iter()
        .map(|(name, value)| (name.to_uppercase(), format!(" \t{value} ")));
    assert!(
        Verifier::new(&secret(KEY))
            .verify(headers, EVENT, at(NOW))
            .is_ok()
    );
}

#[test]
fn a_signature_header_without_a_signature_says_so() {
    for header in ["", "v1", "v1a,AAAA", "AAAA", "v2,AAAA v3,"] {
        let mut headers = right();
        headers[2].1 = header.to_owned();
        assert_eq!(refusal(headers), VerifyError::NoSignature, "{header:?}");
    }
}

#[test]
fn a_timestamp_that_is_no_whole_number_is_refused_although_it_is_signed() {
    for timestamp in [
        "",
        "1795411307.5",
        "1e9",
        "0x10",
        "NaN",
        "1795411307 0",
        "\u{663}",
    ] {
        let headers = signed_with(KEY.as_bytes(), timestamp, EVENT).to_vec();
        assert_eq!(
            refusal(headers),
            VerifyError::MalformedTimestamp,
            "{timestamp:?}"
        );
    }
}

#[test]
fn an_event_of_another_type_is_verified_like_any_other_and_kept() {
    let headers = right();
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
fn a_genuine_request_that_is_no_event_is_told_from_a_forged_one() {
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
