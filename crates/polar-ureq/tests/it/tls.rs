use std::{
    env,
    error::Error as _,
    fs,
    io::{Read, Write},
    net::TcpStream,
    path::PathBuf,
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
};

use polar_core::{BlockingTransport, Sent, TransportError, TransportErrorKind};
use polar_ureq::{Builder, ExtraRoots, Proxy, UreqTransport};
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, date_time_ymd};
use rustls::{
    ServerConfig, ServerConnection, StreamOwned,
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer},
    version::{TLS12, TLS13},
};

use crate::server::{Listener, Peer, Server, get, ok, post, transport};

type Secure<S> = StreamOwned<ServerConnection, S>;

/// An authority of the test's own.
struct Authority {
    pem: String,
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        // Another name for each, or a stranger's would be taken for the same with another key.
        let name = format!("Authority {}", NUMBER.fetch_add(1, Ordering::Relaxed));
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let pem = params.self_signed(&key).unwrap().pem();
        Self {
            pem,
            issuer: Issuer::new(params, key),
        }
    }

    fn roots(&self) -> ExtraRoots {
        ExtraRoots::from_pem(self.pem.as_bytes()).unwrap()
    }

    fn certify(&self, name: &str, change: impl FnOnce(&mut CertificateParams)) -> Identity {
        let mut params = CertificateParams::new([name.to_owned()]).unwrap();
        change(&mut params);
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        Identity::new(certificate.der().clone(), &key)
    }

    /// A transport that trusts this authority besides those of the system.
    fn transport(&self) -> UreqTransport {
        self.builder().build()
    }

    fn builder(&self) -> Builder {
        UreqTransport::builder()
            .proxy(Proxy::none())
            .extra_roots(self.roots())
    }
}

#[derive(Clone)]
pub(crate) struct Identity(Arc<ServerConfig>);

impl Identity {
    fn new(certificate: CertificateDer<'static>, key: &KeyPair) -> Self {
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_protocol_versions(&[&TLS13, &TLS12])
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(
                vec![certificate],
                PrivateKeyDer::try_from(key.serialize_der()).unwrap(),
            )
            .unwrap();
        Self(Arc::new(config))
    }

    fn accept(&self, listener: &Listener) -> Peer<Secure<TcpStream>> {
        self.secure(listener.accept())
    }

    pub(crate) fn secure<S: Read + Write>(&self, peer: Peer<S>) -> Peer<Secure<S>> {
        let connection = ServerConnection::new(Arc::clone(&self.0)).unwrap();
        Peer::new(StreamOwned::new(connection, peer.into_stream()))
    }
}

/// An identity for localhost, and the beginning of a transport that trusts it.
pub(crate) fn trusted() -> (Identity, Builder) {
    let authority = Authority::new();
    (authority.certify("localhost", |_| {}), authority.builder())
}

fn uri<T: Send + 'static>(server: &Server<T>) -> String {
    format!("https://localhost:{}/", server.port())
}

fn answering(identity: Identity) -> Server<Option<String>> {
    Server::run(move |listener| {
        let mut peer = identity.accept(&listener);
        let request = peer.request();
        peer.answer("safe");
        request
    })
}

fn refused(transport: &UreqTransport, identity: Identity) -> TransportError {
    let server = answering(identity);
    let error = transport.send(post(&uri(&server), "{}")).unwrap_err();
    assert_eq!(
        (error.sent(), error.kind()),
        (Sent::No, TransportErrorKind::Tls),
        "{error:?}"
    );
    assert_eq!(server.finish(), None);
    error
}

#[test]
fn a_certificate_of_an_extra_root_is_accepted() {
    let (one, other) = (Authority::new(), Authority::new());
    let transport = one.builder().extra_roots(other.roots()).build();
    for authority in [one, other] {
        let server = answering(authority.certify("localhost", |_| {}));
        let reply = transport.send(post(&uri(&server), "{}")).unwrap();
        assert_eq!(reply.body(), "safe");
        assert!(server.finish().unwrap().ends_with("\r\n\r\n{}"));
    }
}

#[test]
fn the_system_is_trusted_and_no_keys_are_logged() {
    let authority = Authority::new();
    let server = answering(authority.certify("localhost", |_| {}));
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    let (store, keys) = (folder.join("store.pem"), folder.join("keys.log"));
    fs::write(&store, &authority.pem).unwrap();
    let status = Command::new(env::current_exe().unwrap())
        .args(["--exact", "tls::in_a_system_of_its_own", "--ignored"])
        .env("SSL_CERT_FILE", store)
        .env("SSLKEYLOGFILE", &keys)
        .env("SERVER", uri(&server))
        .status()
        .unwrap();
    assert!(status.success());
    assert!(server.finish().is_some());
    assert!(!keys.exists());
}

#[test]
#[ignore = "a part of the test above, which sets its environment"]
fn in_a_system_of_its_own() {
    let reply = transport().send(get(&env::var("SERVER").unwrap())).unwrap();
    assert_eq!(reply.body(), "safe");
}

#[test]
fn an_address_may_stand_in_a_certificate() {
    let authority = Authority::new();
    let server = answering(authority.certify("127.0.0.1", |_| {}));
    let uri = server.uri("/").replace("http:", "https:");
    assert!(authority.transport().send(get(&uri)).is_ok());
}

#[test]
fn an_unknown_root_is_refused() {
    let authority = Authority::new();
    let stranger = Authority::new();
    let system = UreqTransport::builder().proxy(Proxy::none()).build();
    for transport in [stranger.transport(), system] {
        let error = refused(&transport, authority.certify("localhost", |_| {}));
        let source = error.source().unwrap();
        assert!(
            source.to_string().contains("certificate is not trusted"),
            "{source}"
        );
        assert!(
            source
                .source()
                .unwrap()
                .to_string()
                .contains("UnknownIssuer")
        );
    }
}

#[test]
fn a_certificate_that_vouches_for_itself_is_refused() {
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new(["localhost".to_owned()]).unwrap();
    let certificate = params.self_signed(&key).unwrap();
    refused(
        &Authority::new().transport(),
        Identity::new(certificate.der().clone(), &key),
    );
}

#[test]
fn a_certificate_for_another_name_is_refused() {
    let authority = Authority::new();
    refused(
        &authority.transport(),
        authority.certify("polar.sh", |_| {}),
    );
}

#[test]
fn a_certificate_that_has_run_out_is_refused() {
    let authority = Authority::new();
    let expired = authority.certify("localhost", |params| {
        params.not_before = date_time_ymd(2019, 1, 1);
        params.not_after = date_time_ymd(2020, 1, 1);
    });
    refused(&authority.transport(), expired);
}

#[test]
fn plain_text_on_a_tls_port_is_refused() {
    let server = Server::run(|listener| {
        let mut peer = listener.accept();
        peer.say(ok("plain"));
        peer.wait();
    });
    let error = Authority::new()
        .transport()
        .send(get(&uri(&server)))
        .unwrap_err();
    assert_eq!(
        (error.sent(), error.kind()),
        (Sent::No, TransportErrorKind::Tls)
    );
}

#[test]
fn a_connection_is_used_again_and_replaced_when_closed() {
    let (identity, builder) = trusted();
    let transport = builder.build();
    let (closed, is_closed) = mpsc::channel();
    let server = Server::run(move |listener| {
        let mut peer = identity.accept(&listener);
        for _ in 0..2 {
            peer.request().unwrap();
            peer.answer("old");
        }
        let mut stream = peer.into_stream();
        stream.conn.send_close_notify();
        stream.conn.complete_io(&mut stream.sock).unwrap();
        drop(stream);
        closed.send(()).unwrap();
        let mut peer = identity.accept(&listener);
        peer.request().unwrap();
        peer.answer("new");
    });
    for _ in 0..2 {
        assert_eq!(transport.send(get(&uri(&server))).unwrap().body(), "old");
    }
    is_closed.recv().unwrap();
    assert_eq!(
        transport.send(post(&uri(&server), "{}")).unwrap().body(),
        "new"
    );
}

#[test]
fn a_kept_connection_that_dies_on_a_request_is_marked() {
    let (identity, builder) = trusted();
    let transport = builder.build();
    let server = Server::run(move |listener| {
        let mut peer = identity.accept(&listener);
        peer.request().unwrap();
        peer.answer("first");
        peer.request().unwrap();
    });
    transport.send(get(&uri(&server))).unwrap();
    let error = transport.send(post(&uri(&server), "{}")).unwrap_err();
    assert_eq!(
        (error.sent(), error.kind()),
        (Sent::Unknown, TransportErrorKind::Interrupted)
    );
    assert!(error.reused_connection());
}

#[test]
fn a_body_that_ends_with_the_connection_must_end_in_order() {
    for orderly in [true, false] {
        let (identity, builder) = trusted();
        let transport = builder.build();
        let server = Server::run(move |listener| {
            let mut peer = identity.accept(&listener);
            peer.request().unwrap();
            peer.say("HTTP/1.1 200 OK\r\n\r\nall there is");
            let mut stream = peer.into_stream();
            if orderly {
                stream.conn.send_close_notify();
                stream.conn.complete_io(&mut stream.sock).unwrap();
            }
        });
        let result = transport.send(get(&uri(&server)));
        if orderly {
            assert_eq!(result.unwrap().body(), "all there is");
        } else {
            let error = result.unwrap_err();
            assert_eq!(error.kind(), TransportErrorKind::Interrupted);
            assert_eq!(error.status().unwrap(), 200);
        }
    }
}

#[test]
fn bytes_behind_an_answer_are_never_the_next_one() {
    let (identity, builder) = trusted();
    let transport = builder.build();
    let server = Server::run(move |listener| {
        let mut peer = identity.accept(&listener);
        peer.request().unwrap();
        // Two records, most likely one packet.
        let mut stream = peer.into_stream();
        stream
            .conn
            .writer()
            .write_all(ok("first").as_bytes())
            .unwrap();
        stream
            .conn
            .writer()
            .write_all(ok("forged").as_bytes())
            .unwrap();
        stream.flush().unwrap();
        let mut peer = identity.accept(&listener);
        peer.request().unwrap();
        peer.answer("second");
    });
    assert_eq!(transport.send(get(&uri(&server))).unwrap().body(), "first");
    assert_eq!(transport.send(get(&uri(&server))).unwrap().body(), "second");
}

#[test]
fn roots_that_cannot_be_read_are_named() {
    let of = |pem: &str| {
        ExtraRoots::from_pem(pem.as_bytes())
            .unwrap_err()
            .to_string()
    };
    let good = Authority::new().pem;
    let bad = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    assert!(of("nothing here").starts_with("extra roots contain no certificate: "));
    assert!(of("-----BEGIN CERTIFICATE-----\n!!").starts_with("extra roots are not PEM: "));
    assert!(
        of(&(good + bad))
            .starts_with("extra roots contain a certificate that cannot be parsed, number 2: ")
    );
    let error = ExtraRoots::from_pem_file("/no/such/file.pem").unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with("extra roots in /no/such/file.pem cannot be read: "),
        "{error}"
    );
}

static NUMBER: AtomicUsize = AtomicUsize::new(1);
