use std::{
    io::{Read, Write},
    sync::mpsc,
    time::Duration,
};

use polar_core::{Sent, TransportErrorKind};
use polar_e2e::{Authority, Identity, Peer, ScriptServer, Sender, Setup};
use polar_hyper::{ExtraRoots, Proxy};
use polar_testkit::wire::{Action, Server};

use super::{SHORT, fail, get, interrupted, ok, post};

/// Both transports, trusting an authority.
fn trusting(authority: &Authority) -> [Sender; 2] {
    let mut setup = Setup::default();
    setup.roots.push(authority.roots());
    Sender::both(&setup)
}

/// Both transports, and the certificate of a server that they trust.
fn trusted() -> ([Sender; 2], Identity) {
    let authority = Authority::new();
    (trusting(&authority), authority.certify("127.0.0.1"))
}

fn url(server: &ScriptServer) -> String {
    format!("https://{}", server.address())
}

#[test]
fn every_extra_root_is_trusted_and_connections_are_used_again() {
    let authorities = [Authority::new(), Authority::new()];
    let mut setup = Setup::default();
    setup
        .roots
        .extend(authorities.each_ref().map(Authority::roots));
    for sender in Sender::both(&setup) {
        for authority in &authorities {
            let server = ScriptServer::tls(authority.certify("localhost"), ok("safe"));
            let url = format!("https://localhost:{}", server.address().port());
            for _ in 0..3 {
                assert_eq!(sender.send(post(&url)).unwrap().body(), "safe");
            }
            assert_eq!((server.requests().len(), server.connections()), (3, 1));
        }
    }
}

#[test]
fn untrusted_certificates_are_named_and_nothing_is_sent() {
    let authority = Authority::new();
    let causes = if cfg!(feature = "native-tls") {
        OPENSSL
    } else {
        RUSTLS
    };
    for (identity, cause) in [
        authority.certify("polar.test"),
        authority.certify_long_ago("127.0.0.1"),
        Identity::self_signed("127.0.0.1"),
        Authority::new().certify("127.0.0.1"),
    ]
    .into_iter()
    .zip(causes)
    {
        let server = ScriptServer::tls(identity, ok("safe"));
        for sender in trusting(&authority) {
            let attempt = post(&url(&server));
            let (_, messages) = fail(&sender, attempt, Sent::No, TransportErrorKind::Tls);
            assert!(
                messages.contains("certificate is not trusted"),
                "{messages}"
            );
            assert!(messages.contains(cause), "{messages}");
        }
        assert_eq!(server.requests().len(), 0);
    }
}

#[test]
fn server_without_tls_is_named() {
    let bytes = ok("plain");
    let server = Server::start([Action::ReadBytes(1), Action::Write(bytes), Action::KeepOpen]);
    let url = format!("https://{}", server.as_ref().unwrap().address());
    for sender in trusting(&Authority::new()) {
        let (_, messages) = fail(&sender, post(&url), Sent::No, TransportErrorKind::Tls);
        assert!(messages.contains("does not use TLS"), "{messages}");
    }
}

#[test]
fn late_handshakes_name_the_connect_timeout() {
    let slowly = |start: &'static [u8]| {
        Server::start([
            Action::Write(start.into()),
            Action::WriteSlowly("O".repeat(999).into(), Duration::from_millis(20)),
        ])
        .unwrap()
    };
    let silent = Server::start([Action::KeepOpen]).unwrap();
    // The start of a TLS record, and of a response.
    let (tls, http) = (slowly(b"\x16\x03\x03\x40\0"), slowly(b"HTTP/1.1 200 O"));
    let through_http = Proxy::through(&http.authority()).unwrap();
    let direct = Proxy::none();
    for (server, proxy, kind, message) in [
        (silent.authority(), &direct, TransportErrorKind::Tls, TLS),
        (tls.authority(), &direct, TransportErrorKind::Tls, TLS),
        (
            "polar.test".to_owned(),
            &through_http,
            TransportErrorKind::Connect,
            PROXY,
        ),
    ] {
        let setup = Setup {
            proxy: proxy.clone(),
            connect_timeout: SHORT,
            ..Setup::default()
        };
        for sender in Sender::both(&setup) {
            let attempt = post(&format!("https://{server}"));
            let (_, messages) = fail(&sender, attempt, Sent::No, kind);
            assert!(messages.contains(message), "{messages}");
        }
    }
}

#[test]
fn handshakes_offer_tls_1_2_and_1_3_and_http_1_1() {
    let (sender, hellos) = mpsc::channel();
    let server = ScriptServer::start(move |mut peer| {
        // The head of a record has the length of the message.
        let mut head = [0; 5];
        peer.stream.read_exact(&mut head).unwrap();
        let length = u16::from_be_bytes([head[3], head[4]]);
        let mut hello = vec![0; length.into()];
        peer.stream.read_exact(&mut hello).unwrap();
        sender.send(hello).unwrap();
    });
    for sender in trusting(&Authority::new()) {
        let attempt = post(&url(&server));
        fail(&sender, attempt, Sent::No, TransportErrorKind::Tls);
        let hello = hellos.recv().unwrap();
        for part in [VERSIONS, PROTOCOLS] {
            assert!(
                hello.windows(part.len()).any(|bytes| bytes == part),
                "{part:?} in {hello:?}"
            );
        }
    }
}

#[test]
fn no_request_fails_when_every_session_closes_while_idle() {
    let (senders, identity) = trusted();
    for sender in senders {
        let identity = identity.clone();
        let server = ScriptServer::start(move |peer| {
            let mut peer = peer.secure(&identity);
            peer.request();
            peer.write(ok("{}"));
            peer.close_tls();
        });
        for connection in 0..5 {
            sender.send(post(&url(&server))).unwrap();
            server.wait_for_close(connection);
        }
        assert_eq!(server.requests().len(), 5);
    }
}

#[test]
fn dead_reused_session_is_reported() {
    let (senders, identity) = trusted();
    for sender in senders {
        let identity = identity.clone();
        let server = ScriptServer::start(move |peer| {
            let mut peer = peer.secure(&identity);
            peer.request();
            peer.write(ok("first"));
            peer.request();
        });
        sender.send(get(&url(&server))).unwrap();
        let error = interrupted(&sender, &url(&server));
        assert!(error.reused_connection());
    }
}

#[test]
fn body_without_length_ends_with_a_close_notify_only() {
    let (senders, identity) = trusted();
    for sender in senders {
        for has_notify in [true, false] {
            let identity = identity.clone();
            let server = ScriptServer::start(move |peer| {
                let mut peer = peer.secure(&identity);
                peer.request();
                peer.write("HTTP/1.1 200 OK\r\n\r\nall there is");
                if has_notify {
                    peer.close_tls();
                }
            });
            if has_notify {
                let response = sender.send(get(&url(&server))).unwrap();
                assert_eq!(response.body(), "all there is");
            } else {
                let error = interrupted(&sender, &url(&server));
                assert_eq!(error.status().unwrap(), 200);
            }
        }
    }
}

#[test]
fn invalid_record_interrupts_the_exchange() {
    let (senders, identity) = trusted();
    for sender in senders {
        let identity = identity.clone();
        let server = ScriptServer::start(move |peer| {
            let mut peer = peer.secure(&identity);
            peer.request();
            let socket = &mut peer.stream.sock;
            socket.write_all(b"\x17\x03\x03\x00\x04junk").unwrap();
            peer.wait_for_client();
        });
        interrupted(&sender, &url(&server));
    }
}

#[test]
fn bytes_after_a_response_are_never_the_next_response() {
    let (senders, identity) = trusted();
    for sender in senders {
        let identity = identity.clone();
        let server = ScriptServer::start(move |peer: Peer| {
            let number = peer.number;
            let mut peer = peer.secure(&identity);
            peer.request();
            // Two records, most likely in one packet.
            let mut writer = peer.stream.conn.writer();
            writer.write_all(&ok(&format!("number {number}"))).unwrap();
            writer.write_all(&ok("forged")).unwrap();
            peer.write("");
            peer.wait_for_client();
        });
        for number in 0..2 {
            let response = sender.send(get(&url(&server))).unwrap();
            assert_eq!(response.body(), &format!("number {number}"));
        }
    }
}

#[test]
fn invalid_extra_roots_are_named() {
    let error = |pem: &str| {
        let error = ExtraRoots::from_pem(pem.as_bytes()).unwrap_err();
        error.to_string()
    };
    let invalid = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    let second = format!("{}{invalid}", Authority::new().pem());
    for (pem, message) in [
        ("nothing here", "extra roots contain no certificate: "),
        (
            "-----BEGIN CERTIFICATE-----\n!!",
            "extra roots are not PEM: ",
        ),
        (
            &second,
            "extra roots contain a certificate that cannot be parsed, number 2: ",
        ),
    ] {
        assert!(error(pem).starts_with(message), "{}", error(pem));
    }
    let error = ExtraRoots::from_pem_file("/no/such/file.pem").unwrap_err();
    let message = "extra roots in /no/such/file.pem cannot be read: ";
    assert!(error.to_string().starts_with(message), "{error}");
}

/// What the libraries report about a certificate for another address, an expired one, a self-signed one
/// and one of an unknown authority.
const RUSTLS: [&str; 4] = [
    "not valid for name",
    "expired",
    "UnknownIssuer",
    "UnknownIssuer",
];
const OPENSSL: [&str; 4] = [
    "IP address mismatch",
    "expired",
    "signed certificate",
    "local issuer certificate",
];
/// The extension `supported_versions` (43) with TLS 1.3 and 1.2.
const VERSIONS: &[u8] = b"\x00\x2b\x00\x05\x04\x03\x04\x03\x03";
/// The extension `application_layer_protocol_negotiation` (16) with one protocol.
const PROTOCOLS: &[u8] = b"\x00\x10\x00\x0b\x00\x09\x08http/1.1";
const TLS: &str = "TLS handshake did not finish within the connect timeout of 1s";
const PROXY: &str = "proxy did not respond within the connect timeout of 1s";
