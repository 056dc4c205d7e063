//! Failures before a request can be sent.

use bytes::Bytes;
use polar_e2e::{Authority, Identity};
use polar_testkit::wire::{Action, ServerPlan};

use super::condition::Stage;

/// Returns a server with which the TLS handshake fails.
pub(super) fn tls(what: &str, authority: &Authority) -> Stage {
    let plain = |actions: Vec<Action>| Stage::NoTls(ServerPlan::Connections(vec![actions]));
    let say = |bytes: &'static [u8]| plain(vec![Action::ReadBytes(1), Action::Write(bytes.into())]);
    match what {
        "plain text instead" => say(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n"),
        "closed in the handshake" => plain(vec![Action::ReadBytes(1), Action::Close]),
        "reset in the handshake" => plain(vec![Action::ReadBytes(1), Action::Reset]),
        "no response in the handshake" => plain(vec![Action::KeepOpen]),
        "a server with TLS 1.1 only" => {
            plain(vec![Action::ReadBytes(1), Action::Write(hello_1_1())])
        }
        "a version alert" => say(b"\x15\x03\x01\0\x02\x02\x46"),
        "a certificate for another name" => Stage::Tls(authority.certify("polar.test")),
        "an expired certificate" => Stage::Tls(authority.certify_long_ago("127.0.0.1")),
        "a self-signed certificate" => Stage::Tls(Identity::self_signed("127.0.0.1")),
        "a certificate of an unknown authority" => {
            Stage::Tls(Authority::new().certify("127.0.0.1"))
        }
        _ => panic!("unknown condition: {what}"),
    }
}

/// Returns a server hello that selects TLS 1.1 and an old cipher.
fn hello_1_1() -> Bytes {
    let hello = [&[3, 2][..], &[7; 32], &[0, 0, 0x2f, 0]].concat();
    let length = u8::try_from(hello.len()).unwrap();
    [&[22, 3, 2, 0, length + 4, 2, 0, 0, length][..], &hello]
        .concat()
        .into()
}

/// Returns a proxy that does not connect to the server.
pub(super) fn proxy(what: &str) -> ServerPlan {
    let say =
        |text: &'static str, then: Action| vec![Action::Read, Action::Write(text.into()), then];
    let actions = match what {
        "no listener" => return ServerPlan::Refuse,
        "responds with 403" => say(
            "HTTP/1.1 403 No\r\ncontent-length: 0\r\n\r\n",
            Action::Close,
        ),
        "responds with 407" => say(
            "HTTP/1.1 407 Who\r\nproxy-authenticate: Basic realm=\"x\"\r\ncontent-length: 0\r\n\r\n",
            Action::Read,
        ),
        "responds with 502" => say(
            "HTTP/1.1 502 Bad\r\ncontent-length: 0\r\n\r\n",
            Action::Close,
        ),
        "closes" => vec![Action::Read, Action::Close],
        "responds with nonsense" => say("SSH-2.0-OpenSSH_9.9\r\n\r\n", Action::KeepOpen),
        "does not respond" => vec![Action::Read, Action::KeepOpen],
        "a tunnel to plain text" => vec![
            Action::Read,
            Action::Write("HTTP/1.1 200 OK\r\n\r\n".into()),
            Action::ReadBytes(1),
            Action::Write("HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n".into()),
        ],
        _ => panic!("unknown condition: {what}"),
    };
    ServerPlan::Connections(vec![actions])
}
