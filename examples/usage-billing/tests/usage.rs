//! The job against the offline Polar: killed, with lost responses, and with events that Polar rejects.

#![expect(
    clippy::unwrap_used,
    reason = "test helpers are outside of #[test] functions"
)]

use std::{
    io,
    net::{TcpListener, TcpStream},
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use example_usage_billing::{Run, Usage, UsageLog, compare, run};
use polar_mock::{InjectedFault, Mock, Organization};
use polar_mock_server::MockServer;
use polar_ureq::{
    Client, Config, events,
    types::{
        MeterId,
        common::{Filter, FilterEntry},
        meters::{Aggregation, MeterCreate},
    },
};
use tempfile::TempDir;

/// An organization with a meter, and a service with its log of usage.
struct Service {
    mock: Mock,
    acme: Organization,
    polar: Client,
    meter: MeterId,
    folder: TempDir,
}

impl Service {
    fn new() -> Self {
        let mock = Mock::new();
        let acme = mock.organization("Acme");
        let config = Config::new().access_token(acme.access_token());
        let polar = Client::new(mock.blocking_transport(), config);
        let calls = Filter::all([FilterEntry::clause("name", "eq", "api.call")]);
        let meter = MeterCreate::new("API calls", calls, Aggregation::sum("units"));
        let meter = polar.meters().create(meter).unwrap().id;
        Self {
            mock,
            acme,
            polar,
            meter,
            folder: tempfile::tempdir().unwrap(),
        }
    }

    fn log(&self) -> UsageLog {
        UsageLog::open(self.folder.path().join("usage.db")).unwrap()
    }

    /// Stores this many uses of two units, a minute ago.
    fn record(&self, count: u32) {
        let log = self.log();
        for number in 0..count {
            let used_at = self.mock.now();
            let usage = Usage::new(&format!("request-{number}"), "usr_kim", 2, used_at);
            log.record(&usage).unwrap();
        }
        self.mock.advance(Duration::from_secs(60));
    }

    fn run(&self) -> Run {
        run(&self.polar, &mut self.log()).unwrap()
    }

    /// The number of events that Polar has.
    fn events(&self) -> usize {
        let list = events::List::new().name(["api.call"]).limit(100_u32);
        self.polar.pages(list).count()
    }

    fn units_at_polar(&self) -> f64 {
        let difference = compare(&self.polar, &self.log(), self.meter, "usr_kim", self.days());
        let difference = difference.unwrap();
        assert!(difference.is_none(), "{difference:?}");
        difference.at_polar
    }

    /// Yesterday and today.
    fn days(&self) -> (i64, i64) {
        let today = self.mock.now().unix_timestamp() / DAY * DAY;
        (today - DAY, today + DAY)
    }
}

fn inserted(inserted: u64) -> Run {
    Run {
        inserted,
        ..Run::default()
    }
}

#[test]
fn usage_is_sent_once_and_in_batches() {
    let service = Service::new();
    service.record(1200);
    assert_eq!(service.run(), inserted(1200));
    assert_eq!(service.run(), inserted(0));
    assert_eq!(service.events(), 1200);
    assert!((service.units_at_polar() - 2400.0).abs() < f64::EPSILON);

    // The service repeats a request, and stores its usage again.
    service.record(1200);
    assert_eq!(service.run(), inserted(0));
    assert_eq!(service.events(), 1200);
}

#[test]
fn next_run_continues_after_lost_responses() {
    let service = Service::new();
    service.record(3);
    service.mock.fail_next(2, InjectedFault::ResponseLost);
    run(&service.polar, &mut service.log()).unwrap_err();
    assert_eq!(service.events(), 3);
    assert_eq!(service.log().pending(10).unwrap().len(), 3);

    let again = service.run();
    let expected = Run {
        duplicates: 3,
        ..Run::default()
    };
    assert_eq!(again, expected);
    assert_eq!(service.events(), 3);
    assert!((service.units_at_polar() - 6.0).abs() < f64::EPSILON);
}

#[test]
fn job_that_is_killed_while_it_waits_is_resumed_without_a_second_charge() {
    let service = Service::new();
    service.record(5);
    let server = MockServer::start(service.mock.clone()).unwrap();
    let job = |url: String| {
        let mut job = Command::new(env!("CARGO_BIN_EXE_example-usage-billing"));
        job.arg("ingest")
            .env("POLAR_BASE_URL", url)
            .env("POLAR_ACCESS_TOKEN", service.acme.access_token().expose())
            .env("USAGE_DB", service.folder.path().join("usage.db"))
            .stdout(Stdio::piped())
            .spawn()
            .unwrap()
    };
    let mut killed = job(without_responses(&server));
    let started = Instant::now();
    while service.events() < 5 {
        assert!(started.elapsed() < Duration::from_secs(60), "no events");
        assert!(killed.try_wait().unwrap().is_none(), "the job ended");
        thread::sleep(Duration::from_millis(50));
    }
    killed.kill().unwrap();
    killed.wait().unwrap();
    assert_eq!(service.log().pending(10).unwrap().len(), 5);

    let output = job(server.url()).wait_with_output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(text, "inserted 0, known 5, rejected 0\n");
    assert_eq!(service.events(), 5);
    assert!((service.units_at_polar() - 10.0).abs() < f64::EPSILON);
}

#[test]
fn outage_sends_nothing_and_loses_nothing() {
    let service = Service::new();
    service.record(3);
    service.mock.fail_one_in(1, 1, InjectedFault::RequestLost);
    run(&service.polar, &mut service.log()).unwrap_err();
    service.mock.clear_faults();
    assert_eq!(service.run(), inserted(3));
}

#[test]
fn rejected_event_is_set_aside_and_stops_no_other() {
    let service = Service::new();
    service.record(4);
    // The clock of the service is an hour ahead.
    let ahead = service.mock.now() + Duration::from_secs(3600);
    let log = service.log();
    log.record(&Usage::new("request-ahead", "usr_kim", 2, ahead))
        .unwrap();
    let expected = Run {
        inserted: 4,
        rejected: 1,
        ..Run::default()
    };
    assert_eq!(service.run(), expected);
    let rejected = log.rejected().unwrap();
    let [rejected] = &rejected[..] else {
        panic!("{rejected:?}");
    };
    assert_eq!(rejected.usage.id, "request-ahead");
    assert!(
        rejected.reason.contains("must be in the past"),
        "{}",
        rejected.reason
    );
    assert_eq!(service.run(), inserted(0));

    // An hour later its time is past.
    service.mock.advance(Duration::from_secs(3601));
    log.retry("request-ahead").unwrap();
    assert_eq!(service.run(), inserted(1));
    assert!(log.rejected().unwrap().is_empty());
    assert!((service.units_at_polar() - 10.0).abs() < f64::EPSILON);
}

#[test]
fn missing_scope_rejects_no_usage() {
    let mut service = Service::new();
    service.record(2);
    let token = service.acme.access_token_with(&["events:read"]);
    let config = Config::new().access_token(token);
    service.polar = Client::new(service.mock.blocking_transport(), config);
    run(&service.polar, &mut service.log()).unwrap_err();
    let log = service.log();
    assert_eq!(log.pending(10).unwrap().len(), 2);
    assert!(log.rejected().unwrap().is_empty());
}

#[test]
fn comparison_finds_usage_that_another_program_sent() {
    let service = Service::new();
    service.record(2);
    service.run();
    let elsewhere = UsageLog::open(service.folder.path().join("other.db")).unwrap();
    let usage = Usage::new("other-1", "usr_kim", 7, service.mock.now());
    elsewhere.record(&usage).unwrap();
    service.mock.advance(Duration::from_secs(60));
    let mut elsewhere = elsewhere;
    run(&service.polar, &mut elsewhere).unwrap();
    let difference = compare(
        &service.polar,
        &service.log(),
        service.meter,
        "usr_kim",
        service.days(),
    );
    let difference = difference.unwrap();
    assert!(!difference.is_none());
    assert_eq!(difference.here, 4);
    assert!((difference.at_polar - 11.0).abs() < f64::EPSILON);
}

#[test]
fn demo_sends_each_event_once() {
    let demo = Command::new(env!("CARGO_BIN_EXE_example-usage-billing"))
        .output()
        .unwrap();
    assert!(demo.status.success(), "{demo:?}");
    let text = String::from_utf8(demo.stdout).unwrap();
    for line in [
        "the second run: inserted 1500, known 1000, rejected 0\n",
        "the third run: inserted 0, known 0, rejected 0\n",
        "units here: 5000, at Polar: 5000\n",
    ] {
        assert!(text.contains(line), "{line}: {text}");
    }
}

/// Starts a proxy that passes requests on and holds the responses back, and returns its URL.
fn without_responses(server: &MockServer) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let upstream = server.url().replace("http://", "");
    thread::spawn(move || {
        for client in listener.incoming() {
            let (mut client, mut server) =
                (client.unwrap(), TcpStream::connect(&upstream).unwrap());
            thread::spawn(move || io::copy(&mut client, &mut server));
        }
    });
    url
}

const DAY: i64 = 24 * 60 * 60;
