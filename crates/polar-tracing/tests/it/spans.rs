use opentelemetry::trace::SpanKind;
use polar_core::{
    Config, Operation, TransportError, TransportErrorKind,
    customer_portal::seats::Subscriptions,
    customer_seats::{Claim, GetClaimInfo, Resend, Revoke},
    types::{AssignSeat, Recipient, SubscriptionId},
};
use polar_testkit::script::ScriptStep;
use polar_tracing::Tracing;

use crate::collect::{
    ACCESS_TOKEN, INVITATION, SEAT, SESSION_TOKEN, config, invitation, observe, pairs, seat_id,
};

const CLAIM_INFO: &str = r#"{
    "product_name": "Team plan", "product_id": "8f1f4c21-61cc-4a7f-9e52-2f4c8b3b4d3e",
    "organization_name": "Acme", "organization_slug": "acme",
    "customer_email": "zoe@acme.com", "can_claim": true
}"#;

fn traced() -> Config {
    config().observer(Tracing::new())
}

#[test]
fn a_call_is_a_span_with_an_event_for_each_attempt() {
    let steps = || {
        vec![
            ScriptStep::fail(TransportError::not_sent(TransportErrorKind::Connect)),
            ScriptStep::respond(503, ""),
            ScriptStep::respond(200, CLAIM_INFO),
        ]
    };
    for observed in observe(&traced(), &GetClaimInfo::new(invitation()), steps) {
        let span = &observed.span;
        assert_eq!(span.name, "GET /v1/customer-seats/claim/{token}");
        assert_eq!(span.span_kind, SpanKind::Client);
        assert_eq!(span.parent_span_id, observed.parent.span_context.span_id());
        assert!(!observed.is_error());
        assert_eq!(
            observed.attributes(),
            pairs(&[
                ("http.request.method", "GET"),
                ("http.request.resend_count", "2"),
                ("http.response.status_code", "200"),
                ("polar.operation", "customer_seats.claim_info"),
                ("server.address", "api.polar.sh"),
                ("server.port", "443"),
                ("url.template", "/v1/customer-seats/claim/{token}"),
            ])
        );
        let names: Vec<_> = span.events.iter().map(|event| &*event.name).collect();
        assert_eq!(names, ["attempt"; 3]);
        let mut events = observed.events();
        for (event, has_wait) in events.iter_mut().zip([true, true, false]) {
            assert!(event.remove("polar.attempt.duration").is_some());
            assert_eq!(event.remove("polar.attempt.wait").is_some(), has_wait);
        }
        assert_eq!(
            events,
            [
                pairs(&[("error.type", "connect")]),
                pairs(&[
                    ("error.type", "503"),
                    ("http.request.resend_count", "1"),
                    ("http.response.status_code", "503"),
                ]),
                pairs(&[
                    ("http.request.resend_count", "2"),
                    ("http.response.status_code", "200"),
                ]),
            ]
        );
    }
}

#[test]
fn a_failed_call_has_the_type_of_its_error_and_its_outcome() {
    let cases: [(fn() -> ScriptStep, _, _, _); 6] = [
        (
            || ScriptStep::respond(404, ""),
            Some("404"),
            "404",
            "refused",
        ),
        (
            || ScriptStep::respond(500, ""),
            Some("500"),
            "500",
            "unknown",
        ),
        (
            || ScriptStep::respond(307, ""),
            Some("307"),
            "307",
            "unknown",
        ),
        (
            || ScriptStep::respond(200, "{}"),
            Some("200"),
            "undecodable",
            "unknown",
        ),
        (
            || ScriptStep::fail(TransportError::unknown(TransportErrorKind::Timeout)),
            None,
            "timeout",
            "unknown",
        ),
        (
            || {
                ScriptStep::fail(
                    TransportError::unknown(TransportErrorKind::TooLarge)
                        .with_status(polar_core::http::StatusCode::OK),
                )
            },
            Some("200"),
            "too_large",
            "unknown",
        ),
    ];
    for (step, status, error, outcome) in cases {
        for observed in observe(&traced(), &Claim::new(invitation()), || vec![step()]) {
            let attributes = observed.attributes();
            let get = |key: &str| attributes.get(key).map(String::as_str);
            assert_eq!(get("http.response.status_code"), status, "{error}");
            assert_eq!(get("error.type"), Some(error));
            assert_eq!(get("polar.outcome"), Some(outcome), "{error}");
            assert_eq!(get("http.request.resend_count"), None);
            assert!(observed.is_error());
        }
    }
}

#[test]
fn the_template_has_no_query() {
    let steps = || vec![ScriptStep::respond(404, "")];
    for observed in observe(&traced(), &Subscriptions::new().limit(7), steps) {
        let attributes = observed.attributes();
        let template = attributes.get("url.template").unwrap();
        assert_eq!(template, "/v1/customer-portal/seats/subscriptions");
        assert!(observed.span.name.ends_with(template));
    }
}

#[test]
fn nothing_exported_identifies_a_person_or_a_token() {
    let id: SubscriptionId = "11111111-1111-4111-8111-111111111111".parse().unwrap();
    let assign = AssignSeat::new(id, Recipient::email("planted@acme.com"));
    check(&assign);
    check(&Claim::new(invitation()));
    check(&GetClaimInfo::new(invitation()));
    check(&Revoke::new(seat_id()));
    check(&Resend::new(seat_id()));
    check(&Subscriptions::new());
}

/// Searches what is exported of an operation, whatever its status, for what was planted.
fn check<O: Operation + Clone>(operation: &O) {
    let refused = format!(
        r#"{{"error":"{SEAT}","detail":"planted@acme.com has {INVITATION} and {ACCESS_TOKEN}"}}"#
    );
    for status in [200, 307, 403, 422, 429, 500] {
        let steps = || {
            let step = || {
                ScriptStep::respond(status, refused.clone())
                    .header("location", &format!("/{SEAT}"))
                    .header("x-request-id", SEAT)
            };
            vec![step(), step(), step()]
        };
        for observed in observe(&traced(), operation, steps) {
            let text = format!("{:?}", observed.span);
            for planted in [
                SEAT,
                INVITATION,
                ACCESS_TOKEN,
                SESSION_TOKEN,
                "planted",
                "11111111-1111-4111",
            ] {
                assert!(!text.contains(planted), "{planted} in {text}");
            }
        }
    }
}

#[test]
fn rejected_input_has_no_span() {
    let spans = crate::collect::collect(|| {
        let client = polar_ureq::Client::new(
            polar_testkit::script::ScriptedTransport::new([]),
            Config::new().observer(Tracing::new()),
        );
        client.customer_seats().revoke(seat_id()).unwrap_err();
    });
    assert!(spans.is_empty());
}
