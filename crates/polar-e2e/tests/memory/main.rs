//! No server can make a client take more memory than was promised: one binary with one test, so
//! that nothing else is counted.

#![expect(
    clippy::unwrap_used,
    reason = "helpers of tests say what they expect by failing, too"
)]

use bytes::Bytes;
use peak_alloc::PeakAlloc;
use polar_e2e::{Caller, Operation, Setup, Transport};
use polar_testkit::wire::{Action, Server, response};

#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

#[test]
fn no_answer_makes_a_call_take_more_memory_than_its_limit_allows() {
    let [claim, list] = [Operation::claim(), Operation::PortalList(container())];
    // The limits are 4 MiB for a claim and 16 MiB for a list; a body that grows up to its limit is
    // copied as it grows, and the server is counted in.
    for (operation, most) in [(&claim, 16 * MIB), (&list, 60 * MIB)] {
        for (what, acts) in floods() {
            for transport in Transport::BOTH {
                let peak = peak_of(operation, &acts, transport);
                let name = operation.name();
                assert!(
                    peak < most,
                    "{name} over {transport:?}, {what}: {peak} bytes"
                );
                println!("{name} over {transport:?}, {what}: {} KiB", peak / 1024);
            }
        }
    }
}

/// The most that was taken at once during a call, beyond what there was before.
fn peak_of(operation: &Operation, acts: &[Action], transport: Transport) -> usize {
    let server = Server::start([acts.to_vec()]).unwrap();
    let setup = Setup::new(&format!("http://{}", server.address()));
    let caller = Caller::new(transport, &setup);
    let before = ALLOCATOR.current_usage();
    ALLOCATOR.reset_peak_usage();
    assert!(caller.call(operation).is_err());
    ALLOCATOR.peak_usage() - before
}

fn floods() -> Vec<(&'static str, Vec<Action>)> {
    let pour = |head: &str, piece: String| {
        vec![
            Action::Read,
            Action::Write(Bytes::from(head.to_owned())),
            Action::WriteForever(piece.into()),
        ]
    };
    let spaces = " ".repeat(64 * 1024);
    vec![
        (
            "a gigabyte that is announced",
            pour(
                "HTTP/1.1 200 OK\r\ncontent-length: 1073741824\r\n\r\n",
                spaces.clone(),
            ),
        ),
        (
            "a body without end",
            pour(
                "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n",
                spaces.clone(),
            ),
        ),
        (
            "chunks without end",
            pour(
                "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n",
                format!("10000\r\n{spaces}\r\n"),
            ),
        ),
        (
            "a chunk of an exabyte",
            pour(
                "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1000000000000000\r\n",
                spaces.clone(),
            ),
        ),
        (
            "a refusal without end",
            pour(
                "HTTP/1.1 422 No\r\nconnection: close\r\n\r\n",
                spaces.clone(),
            ),
        ),
        (
            "a head without end",
            pour("HTTP/1.1 200 OK\r\n", "x-another: field\r\n".repeat(999)),
        ),
        (
            "a field without end",
            pour("HTTP/1.1 200 OK\r\nx-long: ", spaces),
        ),
        (
            "interim answers without end",
            pour(
                "",
                "HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n".repeat(99),
            ),
        ),
        (
            "lists within lists",
            vec![
                Action::Read,
                Action::Write(response(200, &[], &"[".repeat(MIB))),
            ],
        ),
        (
            "objects within objects",
            vec![
                Action::Read,
                Action::Write(response(200, &[], &r#"{"seat":"#.repeat(MIB / 8))),
            ],
        ),
    ]
}

fn container() -> polar_core::types::Container {
    let id: polar_core::types::SubscriptionId = polar_e2e::answers::SUBSCRIPTION.parse().unwrap();
    id.into()
}

const MIB: usize = 1024 * 1024;
