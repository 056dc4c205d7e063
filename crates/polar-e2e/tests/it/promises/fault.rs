//! What happens in each line of the table.

use std::time::Duration;

use bytes::Bytes;
use polar_e2e::{Authority, Identity};
use polar_testkit::wire::{Action, ServerPlan};

use super::{handshake, words};

/// What a server does, and what a client is given.
pub(super) struct Fault {
    pub(super) stage: Stage,
    /// The time of a whole call, where it is meant to run out.
    pub(super) timeout: Option<Duration>,
    /// The time of one attempt of a read.
    pub(super) read_timeout: Option<Duration>,
    /// The time for connecting, and for each handshake.
    pub(super) connect_timeout: Option<Duration>,
    /// Whether a first call on the same connection must be good before it.
    pub(super) kept: bool,
    /// Whether the first connection ends by itself before the call.
    pub(super) ended: bool,
    pub(super) retries: bool,
}

pub(super) enum Stage {
    /// A server of bytes.
    Wire(ServerPlan),
    /// The same, where TLS is expected.
    NoTls(ServerPlan),
    /// A server with TLS that gives good answers, if it is believed.
    Tls(Identity),
    /// A proxy of bytes, before a server that nobody gets to.
    Proxy(ServerPlan),
}

/// The fault of this name, for an operation whose good answer has this body.
pub(super) fn fault(what: &str, body: &str, authority: &Authority, trap: &str) -> Fault {
    if let Some(what) = what.strip_suffix(", with less time for connecting") {
        let mut fault = fault(what, body, authority, trap);
        fault.timeout = None;
        fault.connect_timeout = Some(SHORT * 2 / 5);
        return fault;
    }
    if let Some(what) = what.strip_prefix("tls: ") {
        return Fault::on(handshake::tls(what, authority)).short_if(what.contains("silence"));
    }
    if let Some(what) = what.strip_prefix("proxy: ") {
        let short = what == "says nothing";
        return Fault::on(Stage::Proxy(handshake::proxy(what))).short_if(short);
    }
    if what == "a good answer over TLS" {
        return Fault::on(Stage::Tls(authority.certify("127.0.0.1")));
    }
    if let Some(what) = what.strip_suffix(", without retries") {
        let mut fault = fault(what, body, authority, trap);
        fault.retries = false;
        return fault;
    }
    let good = || Action::Write(words::good(body));
    if let Some(what) = what.strip_suffix(", on a kept connection") {
        let again = acts(what, body, trap);
        let first = [vec![Action::Read, good()], again.clone()].concat();
        return Fault::on(Stage::Wire(ServerPlan::Connections(vec![first, again]))).kept();
    }
    if let Some(end) = what.strip_prefix("a kept connection that was ") {
        let end = match end {
            "closed" => Action::Close,
            "reset" => Action::Reset,
            _ => panic!("no connection is {end}"),
        };
        let first = vec![Action::Read, good(), Action::Sleep(RECOVERY), end];
        let plan = ServerPlan::Connections(vec![first, vec![Action::Read, good()]]);
        let mut fault = Fault::on(Stage::Wire(plan)).kept();
        fault.ended = true;
        return fault;
    }
    if let Some(what) = what.strip_suffix(", and then a good one") {
        let again = vec![Action::Read, good()];
        let mut first = acts(what, body, trap);
        first.truncate(2);
        let plan = vec![[first, again.clone()].concat(), again];
        return Fault::on(Stage::Wire(ServerPlan::Connections(plan)));
    }
    if what == "nobody listens" {
        return Fault::on(Stage::Wire(ServerPlan::Refuse));
    }
    if what == "the name does not exist" {
        return Fault::on(Stage::NoTls(ServerPlan::Unresolvable));
    }
    let mut fault = Fault::on(Stage::Wire(ServerPlan::Connections(vec![acts(
        what, body, trap,
    )])));
    if what.ends_with("with less time for an attempt") {
        fault.timeout = Some(SHORT);
        fault.read_timeout = Some(SHORT * 2 / 5);
        return fault;
    }
    let short = what.contains("silence") || what.contains("drips");
    fault.short_if(short)
}

/// What happens on each connection.
fn acts(what: &str, body: &str, trap: &str) -> Vec<Action> {
    let then = |bytes: Bytes, end: Action| vec![Action::Read, Action::Write(bytes), end];
    let good = words::good(body);
    if let Some(answer) = what.strip_prefix("an answer ") {
        return words::acts(answer, body, trap);
    }
    match what {
        "a reset at the first byte" => vec![Action::ReadBytes(1), Action::Reset],
        "a close before the first byte" => vec![Action::Close],
        "a close instead of an answer" => vec![Action::Read, Action::Close],
        "a reset instead of an answer" => vec![Action::Read, Action::Reset],
        "silence" | "silence, with less time for an attempt" => {
            vec![Action::Read, Action::KeepOpen]
        }
        "silence, and nothing is read" => vec![Action::KeepOpen],
        "half a head and silence" => then(HALF_A_HEAD.into(), Action::KeepOpen),
        "a head that is cut" => then(HALF_A_HEAD.into(), Action::Close),
        "a head that drips" => drip("", &"x-drip: 1\r\n".repeat(99)),
        "another protocol (101)" => then(SWITCH.into(), Action::KeepOpen),
        "a head without end" => vec![
            Action::Read,
            Action::Write("HTTP/1.1 200 OK\r\n".into()),
            Action::WriteForever("x-another: field\r\n".repeat(99).into()),
        ],
        "a field without end" => vec![
            Action::Read,
            Action::Write("HTTP/1.1 200 OK\r\nx-long: ".into()),
            Action::WriteForever("long ".repeat(999).into()),
        ],
        "seventeen interim answers" => then(interim(17), Action::Write(good)),
        "interim answers without end" => vec![Action::Read, Action::WriteForever(interim(99))],
        "an interim answer and the end" => then(interim(1), Action::Close),
        "half a body and silence" => then(words::half(200, body), Action::KeepOpen),
        "a body that drips" => drip(&format!("content-length: {}\r\n\r\n", body.len()), body),
        "a chunk that is cut" => then(words::chunked(body, body.len() / 2, ""), Action::Close),
        "chunks without the last one" => then(words::chunked(body, body.len(), ""), Action::Close),
        "a chunk whose size is no number" => then(
            words::chunked(body, body.len(), "seven\r\n"),
            Action::KeepOpen,
        ),
        "a body without end" => vec![
            Action::Read,
            Action::Write("HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n".into()),
            Action::WriteForever(" ".repeat(64 * 1024).into()),
        ],
        "chunks without end" => vec![
            Action::Read,
            Action::Write("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n".into()),
            Action::WriteForever(format!("10000\r\n{}\r\n", " ".repeat(65536)).into()),
        ],
        "a good answer in chunks" => {
            then(words::chunked(body, body.len(), "0\r\n\r\n"), Action::Read)
        }
        "a good answer until the end of the connection" => then(
            format!("HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n{body}").into(),
            Action::Close,
        ),
        "a good answer of HTTP/1.0" => then(
            format!(
                "HTTP/1.0 200 OK\r\ncontent-length: {}\r\n\r\n{body}",
                body.len()
            )
            .into(),
            Action::Close,
        ),
        "a good answer one byte at a time" => {
            vec![
                Action::Read,
                Action::WriteSlowly(good, Duration::ZERO),
                Action::Read,
            ]
        }
        "a good answer after sixteen interim ones" => then(interim(16), Action::Write(good)),
        "a good answer and garbage after it" => then(
            [&*good, b"garbage\r\n\r\n"].concat().into(),
            Action::KeepOpen,
        ),
        "a good answer before the request was read" => vec![Action::Write(good), Action::Read],
        head => then(bad_head(head), Action::KeepOpen),
    }
}

fn bad_head(what: &str) -> Bytes {
    match what {
        "nonsense" => "220 smtp.acme.test ESMTP ready\r\n\r\n",
        "HTTP/0.9" => "<html>hello</html>\r\n\r\n",
        "HTTP/2" => {
            "\0\0\x12\x04\0\0\0\0\0\0\x03\0\0\0\x64\0\x04\0\x10\0\0\0\x06\0\0\x40\0\r\n\r\n"
        }
        "two lengths" => {
            "HTTP/1.1 200 OK\r\ncontent-length: 7\r\ncontent-length: 6\r\n\r\n{\"a\":1}"
        }
        "a length that is no number" => "HTTP/1.1 200 OK\r\ncontent-length: seven\r\n\r\n{\"a\":1}",
        "a length beside chunks" => {
            "HTTP/1.1 200 OK\r\ncontent-length: 12\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"
        }
        "a transfer coding without chunks" => {
            "HTTP/1.1 200 OK\r\ntransfer-encoding: identity\r\n\r\n{}"
        }
        _ => panic!("no such fault: {what}"),
    }
    .into()
}

fn interim(count: usize) -> Bytes {
    "HTTP/1.1 103 Early Hints\r\nlink: </a.css>; rel=preload\r\n\r\n"
        .repeat(count)
        .into()
}

/// The beginning of a good head, and then something that comes in time byte by byte, and not whole.
fn drip(head: &str, rest: &str) -> Vec<Action> {
    let head = format!("HTTP/1.1 200 OK\r\n{head}");
    let rest = Bytes::copy_from_slice(rest.as_bytes());
    vec![
        Action::Read,
        Action::Write(head.into()),
        Action::WriteSlowly(rest, SHORT / 20),
        Action::KeepOpen,
    ]
}

impl Fault {
    const fn on(stage: Stage) -> Self {
        Self {
            stage,
            timeout: None,
            read_timeout: None,
            connect_timeout: None,
            kept: false,
            ended: false,
            retries: true,
        }
    }

    const fn kept(mut self) -> Self {
        self.kept = true;
        self
    }

    const fn short_if(mut self, short: bool) -> Self {
        if short {
            self.timeout = Some(SHORT);
        }
        self
    }
}

/// The time of a call that is meant to run out of it.
const SHORT: Duration = Duration::from_millis(700);
/// Long enough for an answer to be read before a reset that would take it away.
const RECOVERY: Duration = Duration::from_millis(300);
const HALF_A_HEAD: &str = "HTTP/1.1 200 OK\r\ncontent-le";
const SWITCH: &str =
    "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: h2c\r\n\r\n";
