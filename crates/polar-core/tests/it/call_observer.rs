//! Observers of calls: their order, the headers that they add, and the end of a call.

use std::{
    future::Future,
    pin::pin,
    sync::{Arc, Mutex},
    task::{Context, Waker},
};

use polar_core::{
    Attempt, AttemptReport, CallObserver, CallReport, CallStart, Client, Config, Observer,
    RequestHeader, Response, Transport, TransportError, TransportErrorKind, async_trait,
    customer_seats::{GetClaimInfo, Revoke},
    types::InvitationToken,
};
use polar_testkit::script::ScriptStep;

use crate::both_clients::{ACCESS_TOKEN, INVITATION, SEAT, config, invitation, run, seat_id};

/// Logs what it observes, and adds a header with its name to each attempt.
#[derive(Debug, Clone)]
struct Recorder {
    name: &'static str,
    log: Arc<Mutex<Vec<String>>>,
}

#[derive(Debug)]
struct RecordedCall {
    recorder: Recorder,
    call: u64,
}

impl Recorder {
    fn new(name: &'static str) -> Self {
        let log = Arc::default();
        Self { name, log }
    }

    fn log(&self, line: String) {
        self.log.lock().unwrap().push(line);
    }

    /// Returns what was observed of both clients, which must be the same.
    fn lines(&self) -> Vec<String> {
        let mut blocking = self.log.lock().unwrap().clone();
        let asynchronous = blocking.split_off(blocking.len() / 2);
        assert_eq!(blocking, asynchronous);
        blocking
    }
}

impl Observer for Recorder {
    fn begin(&self, start: &CallStart<'_>) -> Arc<dyn CallObserver> {
        self.log(format!(
            "begin {} {} {} at {} {}",
            start.operation, start.method, start.route, start.server_address, start.server_port
        ));
        let (recorder, call) = (self.clone(), start.call);
        Arc::new(RecordedCall { recorder, call })
    }
}

impl CallObserver for RecordedCall {
    fn headers(&self) -> Vec<RequestHeader> {
        let names = ["x-observer", "x-own"];
        let headers = names.map(|name| RequestHeader::new(name, self.recorder.name).unwrap());
        headers.into()
    }

    fn attempt(&self, report: &AttemptReport) {
        assert_eq!(report.call, self.call);
        let status = report.status.map(|status| status.as_u16());
        self.recorder
            .log(format!("attempt {} {status:?}", report.attempt));
    }

    fn end(&self, report: &CallReport<'_>) {
        let status = report.status.map(|status| status.as_u16());
        let error = report.error.map(|error| error.kind().as_str());
        self.recorder
            .log(format!("end {} {status:?} {error:?}", report.attempts));
    }
}

impl Drop for RecordedCall {
    fn drop(&mut self) {
        self.recorder.log("drop".to_owned());
    }
}

type Step = Box<dyn Fn() -> ScriptStep>;

const CLAIM_INFO: &str = include_str!("fixtures/claim_info.json");

#[test]
fn a_call_is_observed_from_its_begin_to_its_end() {
    let begin = "begin customer_seats.claim_info GET /v1/customer-seats/claim/{token} \
                 at api.polar.sh 443";
    let interrupted = || ScriptStep::fail(TransportError::not_sent(TransportErrorKind::Connect));
    let respond = |status, body: &'static str| move || ScriptStep::respond(status, body);
    let cases: [(Vec<Step>, &[&str], &str); 4] = [
        (
            vec![Box::new(interrupted), Box::new(respond(200, CLAIM_INFO))],
            &["attempt 1 None", "attempt 2 Some(200)"],
            "end 2 Some(200) None",
        ),
        (
            vec![Box::new(respond(404, ""))],
            &["attempt 1 Some(404)"],
            "end 1 Some(404) Some(\"refused\")",
        ),
        (
            vec![Box::new(respond(200, "{}"))],
            &["attempt 1 Some(200)"],
            "end 1 Some(200) Some(\"undecodable\")",
        ),
        (
            vec![
                Box::new(interrupted),
                Box::new(interrupted),
                Box::new(interrupted),
            ],
            &["attempt 1 None", "attempt 2 None", "attempt 3 None"],
            "end 3 None Some(\"transport\")",
        ),
    ];
    for (steps, attempts, end) in cases {
        let recorder = Recorder::new("one");
        let config = config().observer(recorder.clone());
        let _ = run(&config, &GetClaimInfo::new(invitation()), || {
            steps.iter().map(|step| step()).collect()
        });
        let expected = [&[begin], attempts, &[end, "drop"]].concat();
        assert_eq!(recorder.lines(), expected);
    }
}

#[test]
fn start_and_log_contain_no_id_and_no_token() {
    let recorder = Recorder::new("one");
    let base_url = "http://[::1]:8787/prefix".parse().unwrap();
    let config = config().base_url(base_url).observer(recorder.clone());
    let (result, _) = run(&config, &Revoke::new(seat_id()), || {
        vec![ScriptStep::respond(500, "")]
    });
    result.unwrap_err();
    let lines = recorder.lines();
    assert_eq!(
        lines[0],
        "begin customer_seats.revoke DELETE /v1/customer-seats/{seat_id} at ::1 8787"
    );
    for secret in [SEAT, INVITATION, ACCESS_TOKEN] {
        assert!(!lines.concat().contains(secret), "{lines:?}");
    }
}

#[test]
fn rejected_input_begins_no_call() {
    let recorder = Recorder::new("one");
    let config = Config::new().observer(recorder.clone());
    let (result, _) = run(&config, &Revoke::new(seat_id()), Vec::new);
    assert_eq!(result.unwrap_err().attempts(), 0);
    assert_eq!(recorder.lines(), [""; 0]);
}

#[test]
fn headers_are_added_to_each_attempt_and_those_of_the_configuration_replace_them() {
    let second = Recorder::new("two");
    let own = RequestHeader::new("x-own", "configured").unwrap();
    let config = config()
        .header(own)
        .observer(Recorder::new("one"))
        .observer(second.clone());
    let (_, trace) = run(&config, &GetClaimInfo::new(invitation()), || {
        vec![
            ScriptStep::respond(503, ""),
            ScriptStep::respond(200, CLAIM_INFO),
        ]
    });
    assert_eq!(trace.sent().count(), 2);
    for sent in trace.sent() {
        let values = |name| sent.headers.get_all(name).iter().collect::<Vec<_>>();
        assert_eq!(values("x-observer"), ["two"]);
        assert_eq!(values("x-own"), ["configured"]);
    }
    assert_eq!(second.lines().len(), 5);
}

/// Never responds.
#[derive(Debug)]
struct Silent;

#[async_trait]
impl Transport for Silent {
    async fn send(&self, _: Attempt) -> Result<Response, TransportError> {
        std::future::pending().await
    }

    async fn sleep(&self, _: std::time::Duration) {}
}

#[test]
fn a_dropped_call_has_no_end() {
    let recorder = Recorder::new("one");
    let client = Client::new(Silent, config().observer(recorder.clone()));
    let invitation: InvitationToken = invitation();
    {
        let seats = client.customer_seats();
        let mut call = pin!(seats.claim(&invitation));
        let mut context = Context::from_waker(Waker::noop());
        assert!(call.as_mut().poll(&mut context).is_pending());
        assert_eq!(recorder.log.lock().unwrap().len(), 1);
    }
    let log = recorder.log.lock().unwrap();
    assert_eq!(log[1..], ["drop"]);
}
