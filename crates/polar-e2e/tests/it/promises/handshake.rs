//! What may go wrong before a request can be sent.

use bytes::Bytes;
use polar_e2e::{Authority, Identity};
use polar_testkit::wire::{Action, ServerPlan};

use super::fault::Stage;

/// TLS that does not come about.
pub(super) fn tls(what: &str, authority: &Authority) -> Stage {
    let plain = |acts: Vec<Action>| Stage::NoTls(ServerPlan::Connections(vec![acts]));
    let say = |bytes: &'static [u8]| plain(vec![Action::ReadBytes(1), Action::Write(bytes.into())]);
    match what {
        "plain text instead" => say(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n"),
        "closed in the handshake" => plain(vec![Action::ReadBytes(1), Action::Close]),
        "reset in the handshake" => plain(vec![Action::ReadBytes(1), Action::Reset]),
        "silence in the handshake" => plain(vec![Action::KeepOpen]),
        "a server that knows no more than 1.1" => {
            plain(vec![Action::ReadBytes(1), Action::Write(hello_1_1())])
        }
        "an alert for the version" => say(b"\x15\x03\x01\0\x02\x02\x46"),
        "a certificate for another name" => Stage::Tls(authority.certify("polar.test")),
        "a certificate that has run out" => Stage::Tls(authority.certify_long_ago("127.0.0.1")),
        "a certificate that vouches for itself" => Stage::Tls(Identity::self_signed("127.0.0.1")),
        "a certificate of an unknown authority" => {
            Stage::Tls(Authority::new().certify("127.0.0.1"))
        }
        _ => panic!("no such fault: {what}"),
    }
}

/// A server's first message that chooses TLS 1.1 and an old cipher.
fn hello_1_1() -> Bytes {
    let hello = [&[3, 2][..], &[7; 32], &[0, 0, 0x2f, 0]].concat();
    let length = u8::try_from(hello.len()).unwrap();
    [&[22, 3, 2, 0, length + 4, 2, 0, 0, length][..], &hello]
        .concat()
        .into()
}

/// A proxy that makes no way to the server.
pub(super) fn proxy(what: &str) -> ServerPlan {
    let say =
        |text: &'static str, then: Action| vec![Action::Read, Action::Write(text.into()), then];
    let acts = match what {
        "nobody listens" => return ServerPlan::Refuse,
        "refuses with 403" => say(
            "HTTP/1.1 403 No\r\ncontent-length: 0\r\n\r\n",
            Action::Close,
        ),
        "refuses with 407" => say(
            "HTTP/1.1 407 Who\r\nproxy-authenticate: Basic realm=\"x\"\r\ncontent-length: 0\r\n\r\n",
            Action::Read,
        ),
        "refuses with 502" => say(
            "HTTP/1.1 502 Bad\r\ncontent-length: 0\r\n\r\n",
            Action::Close,
        ),
        "closes" => vec![Action::Read, Action::Close],
        "speaks nonsense" => say("SSH-2.0-OpenSSH_9.9\r\n\r\n", Action::KeepOpen),
        "says nothing" => vec![Action::Read, Action::KeepOpen],
        "a tunnel to plain text" => vec![
            Action::Read,
            Action::Write("HTTP/1.1 200 OK\r\n\r\n".into()),
            Action::ReadBytes(1),
            Action::Write("HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n".into()),
        ],
        _ => panic!("no such fault: {what}"),
    };
    ServerPlan::Connections(vec![acts])
}
