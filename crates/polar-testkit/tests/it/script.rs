use std::time::Duration;

use bytes::Bytes;
use http::Request;
use polar_core::{
    Attempt, BlockingTransport, Sent, Transport, TransportError,
    TransportErrorKind::{Connect, Encoded, Interrupted, Timeout, TooLarge},
};
use polar_testkit::script::{
    AttemptResult, ScriptStep, ScriptedTransport, TraceEvent, VirtualClock, block_on,
};

fn attempt() -> Attempt {
    let request = Request::post("http://polar.test/v1/customer-seats/claim?x=1")
        .header("content-type", "application/json")
        .body(Bytes::from_static(b"{\"a\":1}"))
        .unwrap();
    Attempt::new(request, Duration::from_secs(10), 1024)
}

fn blocking(step: ScriptStep) -> Result<polar_core::Response, TransportError> {
    BlockingTransport::send(&ScriptedTransport::new([step]), attempt())
}

fn long_script() -> [ScriptStep; 4] {
    [
        ScriptStep::respond(429, "").header("retry-after", "2"),
        ScriptStep::fail(TransportError::unknown(Interrupted).on_reused_connection()),
        ScriptStep::never_respond(),
        ScriptStep::respond(200, "{}").takes(Duration::from_secs(3)),
    ]
}

#[test]
fn steps_are_used_in_order() {
    let transport = ScriptedTransport::new(long_script());
    let send = || BlockingTransport::send(&transport, attempt());
    let limited = send().unwrap();
    assert_eq!(
        (limited.status().as_u16(), &limited.headers()["retry-after"]),
        (429, &"2".parse().unwrap())
    );
    let interrupted = send().unwrap_err();
    assert!(interrupted.reused_connection() && interrupted.sent() == Sent::Unknown);
    assert_eq!(send().unwrap_err().kind(), Timeout);
    assert_eq!(transport.remaining(), 1);
    assert_eq!(send().unwrap().body(), &Bytes::from_static(b"{}"));
    assert_eq!(transport.clock().elapsed(), Duration::from_secs(13));
}

#[test]
fn async_and_blocking_calls_leave_the_same_trace() {
    let one = ScriptedTransport::new(long_script());
    for pause in 0..4 {
        let _ = BlockingTransport::send(&one, attempt());
        BlockingTransport::sleep(&one, Duration::from_millis(pause));
    }
    let other = ScriptedTransport::new(long_script());
    block_on(async {
        for pause in 0..4 {
            let _ = Transport::send(&other, attempt()).await;
            Transport::sleep(&other, Duration::from_millis(pause)).await;
        }
    });
    assert_eq!(one.trace(), other.trace());
    assert_ne!(one.trace(), ScriptedTransport::new([]).trace());
}

#[test]
fn trace_records_what_was_sent_and_when() {
    let transport =
        ScriptedTransport::new([ScriptStep::respond(500, "").takes(Duration::from_secs(1))]);
    BlockingTransport::sleep(&transport, Duration::from_secs(2));
    BlockingTransport::send(&transport, attempt()).unwrap();
    let trace = transport.trace();
    let [TraceEvent::Slept { at, duration }, TraceEvent::Sent(sent)] = trace.events() else {
        panic!("{trace}");
    };
    assert_eq!((*at, *duration), (Duration::ZERO, Duration::from_secs(2)));
    assert_eq!(sent.at, Duration::from_secs(2));
    assert_eq!(sent.took, Duration::from_secs(1));
    assert_eq!(
        (sent.timeout, sent.max_body),
        (Duration::from_secs(10), 1024)
    );
    assert_eq!(sent.uri.path(), "/v1/customer-seats/claim");
    assert_eq!(sent.headers["content-type"], "application/json");
    assert_eq!(sent.body, "{\"a\":1}");
    assert_eq!(
        sent.result,
        AttemptResult::Response(http::StatusCode::INTERNAL_SERVER_ERROR)
    );
}

#[test]
fn trace_prints_a_line_for_each_event() {
    let transport = ScriptedTransport::new([ScriptStep::never_respond()]);
    let mut secret = attempt();
    let mut token = http::HeaderValue::from_static("Bearer polar_oat_planted");
    token.set_sensitive(true);
    secret.request.headers_mut().insert("authorization", token);
    BlockingTransport::send(&transport, secret).unwrap_err();
    BlockingTransport::sleep(&transport, Duration::from_millis(150));
    let printed = format!("{}", transport.trace());
    assert_eq!(
        printed,
        concat!(
            "       0ns  POST http://polar.test/v1/customer-seats/claim?x=1 (timeout 10s) -> ",
            "Timeout (sent: Unknown) after 10s\n",
            "            content-type: \"application/json\"\n",
            "            authorization: Sensitive\n",
            "            {\\\"a\\\":1}\n",
            "       10s  slept 150ms\n",
        )
    );
}

#[test]
fn attempt_ends_at_exactly_its_timeout() {
    for (takes, succeeds) in [(9_999, true), (10_000, true), (10_001, false)] {
        let step = ScriptStep::respond(200, "").takes(Duration::from_millis(takes));
        let transport = ScriptedTransport::new([step]);
        let result = BlockingTransport::send(&transport, attempt());
        assert_eq!(result.is_ok(), succeeds, "{takes}");
        assert!(transport.clock().elapsed() <= Duration::from_secs(10));
    }
}

#[test]
fn slow_connect_that_times_out_is_reported_as_not_sent() {
    let slow = ScriptStep::fail(TransportError::not_sent(Connect)).takes(Duration::from_secs(60));
    let error = blocking(slow).unwrap_err();
    assert_eq!((error.sent(), error.kind()), (Sent::No, Timeout));
    let error = blocking(ScriptStep::never_respond()).unwrap_err();
    assert_eq!((error.sent(), error.kind()), (Sent::Unknown, Timeout));
}

#[test]
fn responses_follow_the_rules_of_incoming() {
    let error = blocking(ScriptStep::respond(200, vec![b'x'; 1025])).unwrap_err();
    assert_eq!(error.kind(), TooLarge);
    let error =
        blocking(ScriptStep::respond(200, "{").header("content-encoding", "gzip")).unwrap_err();
    assert_eq!(error.kind(), Encoded);
    let error = blocking(ScriptStep::respond(200, "{").truncated()).unwrap_err();
    assert_eq!(error.kind(), Interrupted);
    assert_eq!(error.status(), Some(http::StatusCode::OK));
    let response = blocking(ScriptStep::respond(400, "{").truncated()).unwrap();
    assert_eq!(response.body(), &Bytes::from_static(b"{"));
}

#[test]
#[should_panic(expected = "unexpected attempt after the end of the script, at 1s: POST http://")]
fn attempt_after_the_last_step_panics() {
    let transport = ScriptedTransport::new([]);
    transport.clock().advance(Duration::from_secs(1));
    let _ = BlockingTransport::send(&transport, attempt());
}

#[test]
fn transports_can_share_a_clock() {
    let clock = VirtualClock::new();
    let one = ScriptedTransport::on_clock(clock.clone(), []);
    let other = ScriptedTransport::on_clock(clock, []);
    BlockingTransport::sleep(&one, Duration::from_secs(1));
    assert_eq!(BlockingTransport::now(&other), Transport::now(&one));
}
