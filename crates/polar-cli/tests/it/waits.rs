//! Bulk commands whose server asks to wait, and interrupts.

use std::{
    process::Child,
    thread,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

#[cfg(unix)]
use crate::support::interrupt;
use crate::support::{Response, SEAT_ID, Stub, TRANSPORTS, Team, assert_values, seat};

/// Much shorter than the waits in these tests, and enough for a busy machine.
const SOON: Duration = Duration::from_secs(15);

fn list() -> Response {
    let expired = seat("pending");
    Response::json(
        200,
        &json!({"seats": [expired], "available_seats": 40, "total_seats": 41}),
    )
}

fn wait(status: u16, headers: &str) -> Response {
    Response::text(status, headers, "")
}

fn people() -> Team {
    let team = Team::new(40);
    team.people(12);
    team
}

/// Returns the exit code, the result and the errors of a program. If it does not end soon, it is killed
/// and has no exit code.
#[track_caller]
fn wait_for_output(mut child: Child) -> (i32, Value, String) {
    let begun = Instant::now();
    while child.try_wait().unwrap().is_none() && begun.elapsed() < SOON {
        thread::sleep(Duration::from_millis(10));
    }
    child.kill().unwrap();
    let output = child.wait_with_output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(!stderr.contains("panicked"), "{stderr}");
    let code = output.status.code().expect(&stderr);
    let result = serde_json::from_slice(&output.stdout).unwrap_or_default();
    (code, result, stderr)
}

/// Waits until a server has received a number of requests, and for more that may follow.
#[cfg(unix)]
fn until_seen(stub: &Stub, requests: usize) -> usize {
    let begun = Instant::now();
    while stub.requests().len() < requests {
        assert!(begun.elapsed() < SOON, "{:?}", stub.requests());
        thread::sleep(Duration::from_millis(10));
    }
    thread::sleep(Duration::from_millis(500));
    stub.requests().len()
}

#[test]
fn a_wait_of_more_than_an_hour_ends_the_import() {
    let team = people();
    for (headers, duration) in [
        ("retry-after: 3601\r\n", "1 h 1 s"),
        ("retry-after: 31536000\r\n", "365 days"),
        ("retry-after: 9223372036854000000\r\n", "100 years or more"),
        ("retry-after: 9223372036854775807\r\n", "100 years or more"),
        ("retry-after: 18446744073709551615\r\n", "100 years or more"),
        ("retry-after: 99999999999999999999\r\n", "100 years or more"),
        (
            "date: Sun, 06 Nov 1994 08:49:37 GMT\r\nretry-after: Sun, 06 Nov 1994 10:49:37 GMT\r\n",
            "2 h",
        ),
        (
            "retry-after: Fri, 31 Dec 9999 23:59:59 GMT\r\n",
            "100 years or more",
        ),
    ] {
        for transport in TRANSPORTS {
            let stub = Stub::new([list(), wait(429, headers)]);
            let line = format!(
                "import people.csv $SUB --yes --json --rate 1000000 --concurrency 8 --no-journal \
                 --transport {transport}"
            );
            let (code, summary, stderr) = wait_for_output(team.program(&stub.url, &line).start());
            assert_eq!(code, 4, "{headers}{stderr}");
            assert_values(&summary, &json!({"not_done": 12, "interrupted": false}));
            assert!(
                stderr.contains(&format!("the server asked to wait {duration}; ")),
                "{headers}{stderr}"
            );
            let error: Value = serde_json::from_str(stderr.lines().last().unwrap()).unwrap();
            assert!(error["error"]["retry_after"].as_u64().unwrap() > 3600);
            // One for each thread, and no list afterwards.
            assert!(stub.requests().len() <= 9, "{headers}");
        }
    }
}

#[test]
fn a_long_wait_for_the_first_list_ends_every_bulk_command() {
    let team = people();
    for line in [
        "import people.csv $SUB --yes",
        "import people.csv $SUB --dry-run",
        "sync people.csv $SUB --revoke --yes",
        "renew --all-expired $SUB --yes",
    ] {
        for status in [429, 503] {
            let stub = Stub::new([wait(status, "retry-after: 31536000\r\n")]);
            let (code, _, stderr) = wait_for_output(team.program(&stub.url, line).start());
            assert_eq!((code, stub.requests().len()), (4, 1), "{line}: {stderr}");
            assert!(
                stderr.starts_with("error: nothing was changed\n") && stderr.contains("365 days"),
                "{line}: {stderr}"
            );
        }
    }
}

#[test]
fn a_long_wait_ends_renewals_and_revocations() {
    let team = people();
    for (line, counted) in [
        (format!("renew {SEAT_ID} $SUB"), "not_done"),
        (
            "sync people.csv $SUB --revoke --max-revoke 9".into(),
            "not_revoked",
        ),
    ] {
        let stub = Stub::new([list(), wait(429, "retry-after: 7200\r\n")]);
        let line = format!("{line} --yes --json --no-journal");
        let (code, result, stderr) = wait_for_output(team.program(&stub.url, &line).start());
        assert_eq!((code, stub.requests().len()), (4, 2), "{line}: {stderr}");
        assert!(stderr.contains("asked to wait 2 h"), "{line}: {stderr}");
        assert!(!result[counted].is_null(), "{line}: {result}");
    }
}

#[test]
#[cfg(unix)]
fn an_interrupt_ends_a_wait_without_another_request() {
    let team = people();
    // The first is longer than the timeout of a call; a call waits for the second.
    for seconds in [60, 25, 3600] {
        for transport in TRANSPORTS {
            for threads in [1, 4] {
                let stub = Stub::new([list(), wait(429, &format!("retry-after: {seconds}\r\n"))]);
                let line = format!(
                    "import people.csv $SUB --yes --json --rate 1000000 --no-journal \
                     --concurrency {threads} --transport {transport}"
                );
                let child = team.program(&stub.url, &line).start();
                let before = until_seen(&stub, 2);
                interrupt(&child);
                let (code, summary, stderr) = wait_for_output(child);
                assert_eq!(code, 4, "{line}: {stderr}");
                assert_values(&summary, &json!({"interrupted": true, "not_done": 12}));
                assert_eq!(stub.requests().len(), before, "{line}: {stderr}");
                let waits = stderr.matches("Rate limited by Polar: no requests for");
                assert_eq!(waits.count(), 1, "{stderr}");
                assert!(stderr.contains("interrupted: 12 not assigned yet"));
            }
        }
    }
}

#[test]
#[cfg(unix)]
fn an_interrupt_before_any_change_exits_at_once() {
    let team = people();
    for line in [
        "import people.csv $SUB --yes --json",
        "sync people.csv $SUB --revoke --yes --json",
        "renew --all-expired $SUB --yes --json",
    ] {
        let stub = Stub::new([wait(429, "retry-after: 60\r\n")]);
        let child = team.program(&stub.url, line).start();
        until_seen(&stub, 1);
        interrupt(&child);
        let (code, _, stderr) = wait_for_output(child);
        assert_eq!((code, stub.requests().len()), (4, 1), "{line}: {stderr}");
        let error: Value = serde_json::from_str(stderr.lines().last().unwrap()).unwrap();
        assert_eq!(error["error"]["interrupted"], true, "{stderr}");
        let message = &error["error"]["message"];
        assert_eq!(message, "interrupted; nothing was changed");
    }
}

#[test]
#[cfg(unix)]
fn interrupt_ends_wait_of_renewal() {
    let team = people();
    for transport in TRANSPORTS {
        let stub = Stub::new([list(), wait(429, "retry-after: 25\r\n")]);
        let line =
            format!("renew {SEAT_ID} $SUB --yes --json --no-journal --transport {transport}");
        let child = team.program(&stub.url, &line).start();
        let before = until_seen(&stub, 2);
        interrupt(&child);
        let (code, result, stderr) = wait_for_output(child);
        assert_eq!(
            (code, &result["interrupted"]),
            (4, &json!(true)),
            "{stderr}"
        );
        assert_eq!(stub.requests().len(), before, "{stderr}");
    }
}
