//! The conditions in the rows of the table.

use std::time::Duration;

use bytes::Bytes;
use polar_e2e::{Authority, Identity};
use polar_testkit::wire::{Action, ServerPlan};

use super::{handshake, responses};

/// What a server does, and the settings of the client.
pub(super) struct Condition {
    pub(super) stage: Stage,
    /// The timeout of the call, if it is meant to expire.
    pub(super) timeout: Option<Duration>,
    /// The timeout of an attempt of a read.
    pub(super) read_timeout: Option<Duration>,
    /// The timeout for connecting, and for each handshake.
    pub(super) connect_timeout: Option<Duration>,
    /// Whether a successful call on the same connection comes first.
    pub(super) is_reused: bool,
    /// Whether the server closes this connection before the call.
    pub(super) is_closed: bool,
    pub(super) retries: bool,
}

pub(super) enum Stage {
    /// A raw server.
    Wire(ServerPlan),
    /// A raw server for a client that expects TLS.
    NoTls(ServerPlan),
    /// A TLS server with good responses.
    Tls(Identity),
    /// A raw server as a proxy, which does not connect to any server.
    Proxy(ServerPlan),
}

/// Returns the condition with this name, for an operation whose good response has this body.
pub(super) fn condition(what: &str, body: &str, authority: &Authority, trap: &str) -> Condition {
    if let Some(what) = what.strip_suffix(", with a short connect timeout") {
        let mut condition = condition(what, body, authority, trap);
        condition.timeout = None;
        condition.connect_timeout = Some(SHORT * 2 / 5);
        return condition;
    }
    if let Some(what) = what.strip_prefix("tls: ") {
        return Condition::on(handshake::tls(what, authority))
            .short_if(what.contains("no response"));
    }
    if let Some(what) = what.strip_prefix("proxy: ") {
        let short = what == "does not respond";
        return Condition::on(Stage::Proxy(handshake::proxy(what))).short_if(short);
    }
    if what == "a good response over TLS" {
        return Condition::on(Stage::Tls(authority.certify("127.0.0.1")));
    }
    if let Some(what) = what.strip_suffix(", without retries") {
        let mut condition = condition(what, body, authority, trap);
        condition.retries = false;
        return condition;
    }
    let good = || Action::Write(responses::good(body));
    if let Some(what) = what.strip_suffix(", on a reused connection") {
        let again = actions(what, body, trap);
        let first = [vec![Action::Read, good()], again.clone()].concat();
        return Condition::on(Stage::Wire(ServerPlan::Connections(vec![first, again]))).reused();
    }
    if let Some(end) = what.strip_prefix("an idle connection that was ") {
        let end = match end {
            "closed" => Action::Close,
            "reset" => Action::Reset,
            _ => panic!("unknown end of a connection: {end}"),
        };
        let first = vec![Action::Read, good(), Action::Sleep(READ_TIME), end];
        let plan = ServerPlan::Connections(vec![first, vec![Action::Read, good()]]);
        let mut condition = Condition::on(Stage::Wire(plan)).reused();
        condition.is_closed = true;
        return condition;
    }
    if let Some(what) = what.strip_suffix(", then a good one") {
        let again = vec![Action::Read, good()];
        let mut first = actions(what, body, trap);
        first.truncate(2);
        let plan = vec![[first, again.clone()].concat(), again];
        return Condition::on(Stage::Wire(ServerPlan::Connections(plan)));
    }
    if what == "no listener" {
        return Condition::on(Stage::Wire(ServerPlan::Refuse));
    }
    if what == "the name cannot be resolved" {
        return Condition::on(Stage::NoTls(ServerPlan::Unresolvable));
    }
    let mut condition = Condition::on(Stage::Wire(ServerPlan::Connections(vec![actions(
        what, body, trap,
    )])));
    if what.ends_with("with a short read timeout") {
        condition.timeout = Some(SHORT);
        condition.read_timeout = Some(SHORT * 2 / 5);
        return condition;
    }
    let short = ["no response", "then nothing", "slow"];
    let short = short.iter().any(|words| what.contains(words));
    condition.short_if(short)
}

/// Returns the actions for each connection.
fn actions(what: &str, body: &str, trap: &str) -> Vec<Action> {
    let then = |bytes: Bytes, end: Action| vec![Action::Read, Action::Write(bytes), end];
    let good = responses::good(body);
    if let Some(response) = what.strip_prefix("a response ") {
        return responses::actions(response, body, trap);
    }
    match what {
        "a reset at the first byte" => vec![Action::ReadBytes(1), Action::Reset],
        "a close before the first byte" => vec![Action::Close],
        "a close instead of a response" => vec![Action::Read, Action::Close],
        "a reset instead of a response" => vec![Action::Read, Action::Reset],
        "no response" | "no response, with a short read timeout" => {
            vec![Action::Read, Action::KeepOpen]
        }
        "no response, request not read" => vec![Action::KeepOpen],
        "half a head, then nothing" => then(HALF_A_HEAD.into(), Action::KeepOpen),
        "a truncated head" => then(HALF_A_HEAD.into(), Action::Close),
        "a slow head" => slow("", &"x-drip: 1\r\n".repeat(99)),
        "a switch of protocols (101)" => then(SWITCH.into(), Action::KeepOpen),
        "an endless head" => vec![
            Action::Read,
            Action::Write("HTTP/1.1 200 OK\r\n".into()),
            Action::WriteForever("x-another: field\r\n".repeat(99).into()),
        ],
        "an endless header" => vec![
            Action::Read,
            Action::Write("HTTP/1.1 200 OK\r\nx-long: ".into()),
            Action::WriteForever("long ".repeat(999).into()),
        ],
        "17 interim responses" => then(interim(17), Action::Write(good)),
        "endless interim responses" => vec![Action::Read, Action::WriteForever(interim(99))],
        "an interim response and a close" => then(interim(1), Action::Close),
        "half a body, then nothing" => then(responses::half(200, body), Action::KeepOpen),
        "a slow body" => slow(&format!("content-length: {}\r\n\r\n", body.len()), body),
        "a truncated chunk" => then(responses::chunked(body, body.len() / 2, ""), Action::Close),
        "chunks without the last one" => {
            then(responses::chunked(body, body.len(), ""), Action::Close)
        }
        "a chunk whose size is not a number" => then(
            responses::chunked(body, body.len(), "seven\r\n"),
            Action::KeepOpen,
        ),
        "an endless body" => vec![
            Action::Read,
            Action::Write("HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n".into()),
            Action::WriteForever(" ".repeat(64 * 1024).into()),
        ],
        "endless chunks" => vec![
            Action::Read,
            Action::Write("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n".into()),
            Action::WriteForever(format!("10000\r\n{}\r\n", " ".repeat(65536)).into()),
        ],
        "a good chunked response" => then(
            responses::chunked(body, body.len(), "0\r\n\r\n"),
            Action::Read,
        ),
        "a good response that ends with the connection" => then(
            format!("HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n{body}").into(),
            Action::Close,
        ),
        "a good HTTP/1.0 response" => then(
            format!(
                "HTTP/1.0 200 OK\r\ncontent-length: {}\r\n\r\n{body}",
                body.len()
            )
            .into(),
            Action::Close,
        ),
        "a good response one byte at a time" => {
            vec![
                Action::Read,
                Action::WriteSlowly(good, Duration::ZERO),
                Action::Read,
            ]
        }
        "a good response after 16 interim ones" => then(interim(16), Action::Write(good)),
        "a good response followed by garbage" => then(
            [&*good, b"garbage\r\n\r\n"].concat().into(),
            Action::KeepOpen,
        ),
        "a good response before the request is read" => vec![Action::Write(good), Action::Read],
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
        "two content lengths" => {
            "HTTP/1.1 200 OK\r\ncontent-length: 7\r\ncontent-length: 6\r\n\r\n{\"a\":1}"
        }
        "a content length that is not a number" => "HTTP/1.1 200 OK\r\ncontent-length: seven\r\n\r\n{\"a\":1}",
        "a content length and chunks" => {
            "HTTP/1.1 200 OK\r\ncontent-length: 12\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"
        }
        "a transfer coding without chunks" => {
            "HTTP/1.1 200 OK\r\ntransfer-encoding: identity\r\n\r\n{}"
        }
        _ => panic!("unknown condition: {what}"),
    }
    .into()
}

fn interim(count: usize) -> Bytes {
    "HTTP/1.1 103 Early Hints\r\nlink: </a.css>; rel=preload\r\n\r\n"
        .repeat(count)
        .into()
}

/// Writes the start of a good response, and then bytes that arrive too slowly in total.
fn slow(head: &str, rest: &str) -> Vec<Action> {
    let head = format!("HTTP/1.1 200 OK\r\n{head}");
    let rest = Bytes::copy_from_slice(rest.as_bytes());
    vec![
        Action::Read,
        Action::Write(head.into()),
        Action::WriteSlowly(rest, SHORT / 20),
        Action::KeepOpen,
    ]
}

impl Condition {
    const fn on(stage: Stage) -> Self {
        Self {
            stage,
            timeout: None,
            read_timeout: None,
            connect_timeout: None,
            is_reused: false,
            is_closed: false,
            retries: true,
        }
    }

    const fn reused(mut self) -> Self {
        self.is_reused = true;
        self
    }

    const fn short_if(mut self, short: bool) -> Self {
        if short {
            self.timeout = Some(SHORT);
        }
        self
    }
}

/// The timeout of a call that is meant to time out.
const SHORT: Duration = Duration::from_millis(700);
/// Long enough for a response to be read before a reset that would take it away.
const READ_TIME: Duration = Duration::from_millis(300);
const HALF_A_HEAD: &str = "HTTP/1.1 200 OK\r\ncontent-le";
const SWITCH: &str =
    "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: h2c\r\n\r\n";
