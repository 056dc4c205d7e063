use std::time::Duration;

use bytes::Bytes;
use http::Request;
use polar_core::{Attempt, BlockingTransport, Sent, Transport, TransportError, TransportErrorKind};
use polar_testkit::script::{Event, Outcome, ScriptedTransport, Step, VirtualClock, block_on};

fn attempt() -> Attempt {
    let request = Request::post("http://polar.test/v1/customer-seats/claim?x=1")
        .header("content-type", "application/json")
        .body(Bytes::from_static(b"{\"a\":1}"))
        .unwrap();
    Attempt::new(request, Duration::from_secs(10), 1024)
}

fn blocking(step: Step) -> Result<polar_core::Response, TransportError> {
    BlockingTransport::send(&ScriptedTransport::new([step]), attempt())
}

fn long_script() -> [Step; 4] {
    [
        Step::reply(429, "").header("retry-after", "2"),
        Step::fail(TransportError::unknown(TransportErrorKind::Interrupted).on_reused_connection()),
        Step::silence(),
        Step::reply(200, "{}").takes(Duration::from_secs(3)),
    ]
}

#[test]
fn steps_are_played_in_order() {
    let transport = ScriptedTransport::new(long_script());
    let send = || BlockingTransport::send(&transport, attempt());
    let limited = send().unwrap();
    assert_eq!(
        (limited.status().as_u16(), &limited.headers()["retry-after"]),
        (429, &"2".parse().unwrap())
    );
    let cut = send().unwrap_err();
    assert!(cut.reused_connection() && cut.sent() == Sent::Unknown);
    assert_eq!(send().unwrap_err().kind(), TransportErrorKind::Timeout);
    assert_eq!(transport.remaining(), 1);
    assert_eq!(send().unwrap().body(), &Bytes::from_static(b"{}"));
    assert_eq!(transport.clock().elapsed(), Duration::from_secs(13));
}

#[test]
fn both_kinds_of_transport_leave_the_same_trace() {
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
fn the_trace_tells_what_was_sent_and_when() {
    let transport = ScriptedTransport::new([Step::reply(500, "").takes(Duration::from_secs(1))]);
    BlockingTransport::sleep(&transport, Duration::from_secs(2));
    BlockingTransport::send(&transport, attempt()).unwrap();
    let trace = transport.trace();
    let [Event::Slept { at, duration }, Event::Sent(sent)] = trace.events() else {
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
        sent.outcome,
        Outcome::Replied(http::StatusCode::INTERNAL_SERVER_ERROR)
    );
}

#[test]
fn a_trace_prints_a_line_for_each_event() {
    let transport = ScriptedTransport::new([Step::silence()]);
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
            "Timeout (Unknown) after 10s\n",
            "            content-type: \"application/json\"\n",
            "            authorization: Sensitive\n",
            "            {\\\"a\\\":1}\n",
            "       10s  slept 150ms\n",
        )
    );
}

#[test]
fn an_attempt_ends_at_exactly_its_timeout() {
    for (takes, in_time) in [(9_999, true), (10_000, true), (10_001, false)] {
        let step = Step::reply(200, "").takes(Duration::from_millis(takes));
        let transport = ScriptedTransport::new([step]);
        let result = BlockingTransport::send(&transport, attempt());
        assert_eq!(result.is_ok(), in_time, "{takes}");
        assert!(transport.clock().elapsed() <= Duration::from_secs(10));
    }
}

#[test]
fn a_slow_connect_that_times_out_was_not_sent() {
    let slow = Step::fail(TransportError::not_sent(TransportErrorKind::Connect))
        .takes(Duration::from_secs(60));
    let error = blocking(slow).unwrap_err();
    assert_eq!(
        (error.sent(), error.kind()),
        (Sent::No, TransportErrorKind::Timeout)
    );
    let error = blocking(Step::silence()).unwrap_err();
    assert_eq!(
        (error.sent(), error.kind()),
        (Sent::Unknown, TransportErrorKind::Timeout)
    );
}

#[test]
fn replies_keep_the_size_rules_of_the_seam() {
    let error = blocking(Step::reply(200, vec![b'x'; 1025])).unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::TooLarge);
    let error = blocking(Step::reply(200, "{").header("content-encoding", "gzip")).unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::Encoded);
    let error = blocking(Step::reply(200, "{").cut_off()).unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::Interrupted);
    assert_eq!(error.status(), Some(http::StatusCode::OK));
    let reply = blocking(Step::reply(400, "{").cut_off()).unwrap();
    assert_eq!(reply.body(), &Bytes::from_static(b"{"));
}

#[test]
#[should_panic(expected = "the script is over, and after 1s another attempt came: POST http://")]
fn an_attempt_beyond_the_script_says_so() {
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
