//! No response makes a client use more memory than documented. One binary with one test, so that
//! nothing else is measured.

#![expect(clippy::unwrap_used, reason = "test helpers fail by panicking")]

use bytes::Bytes;
use peak_alloc::PeakAlloc;
use polar_e2e::{Caller, Operation, Setup, Transport};
use polar_testkit::wire::{Action, Server, response};

#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

#[test]
fn memory_of_a_call_is_limited_for_every_response() {
    let [claim, list] = [Operation::claim(), Operation::PortalList(container())];
    // The size limits are 4 MiB for a claim and 16 MiB for a list. A growing buffer is copied, and
    // the memory of the server is included.
    for (operation, limit) in [(&claim, 16 * MIB), (&list, 60 * MIB)] {
        for (what, actions) in floods() {
            for transport in Transport::BOTH {
                let peak = peak_of(operation, &actions, transport);
                let name = operation.name();
                assert!(
                    peak < limit,
                    "{name} over {transport:?}, {what}: {peak} bytes"
                );
                println!("{name} over {transport:?}, {what}: {} KiB", peak / 1024);
            }
        }
    }
}

/// Returns the additional peak memory during a call.
fn peak_of(operation: &Operation, actions: &[Action], transport: Transport) -> usize {
    let server = Server::start([actions.to_vec()]).unwrap();
    let setup = Setup::new(&format!("http://{}", server.address()));
    let caller = Caller::new(transport, &setup);
    let before = ALLOCATOR.current_usage();
    ALLOCATOR.reset_peak_usage();
    assert!(caller.call(operation).is_err());
    ALLOCATOR.peak_usage() - before
}

fn floods() -> Vec<(&'static str, Vec<Action>)> {
    let endless = |head: &str, piece: String| {
        vec![
            Action::Read,
            Action::Write(Bytes::from(head.to_owned())),
            Action::WriteForever(piece.into()),
        ]
    };
    let spaces = " ".repeat(64 * 1024);
    vec![
        (
            "a body of 1 GiB",
            endless(
                "HTTP/1.1 200 OK\r\ncontent-length: 1073741824\r\n\r\n",
                spaces.clone(),
            ),
        ),
        (
            "an endless body",
            endless(
                "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n",
                spaces.clone(),
            ),
        ),
        (
            "endless chunks",
            endless(
                "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n",
                format!("10000\r\n{spaces}\r\n"),
            ),
        ),
        (
            "a chunk of an exabyte",
            endless(
                "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1000000000000000\r\n",
                spaces.clone(),
            ),
        ),
        (
            "an endless error body",
            endless(
                "HTTP/1.1 422 No\r\nconnection: close\r\n\r\n",
                spaces.clone(),
            ),
        ),
        (
            "an endless head",
            endless("HTTP/1.1 200 OK\r\n", "x-another: field\r\n".repeat(999)),
        ),
        (
            "an endless header",
            endless("HTTP/1.1 200 OK\r\nx-long: ", spaces),
        ),
        (
            "endless interim responses",
            endless(
                "",
                "HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n".repeat(99),
            ),
        ),
        (
            "nested lists",
            vec![
                Action::Read,
                Action::Write(response(200, &[], &"[".repeat(MIB))),
            ],
        ),
        (
            "nested objects",
            vec![
                Action::Read,
                Action::Write(response(200, &[], &r#"{"seat":"#.repeat(MIB / 8))),
            ],
        ),
    ]
}

fn container() -> polar_core::types::Container {
    let id: polar_core::types::SubscriptionId = polar_e2e::responses::SUBSCRIPTION.parse().unwrap();
    id.into()
}

const MIB: usize = 1024 * 1024;
