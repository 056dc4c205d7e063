use std::{
    io::{Read, Write},
    sync::Arc,
    time::Duration,
};

use polar_hyper::{ExtraRoots, HyperTransport, Proxy, Sent, TransportErrorKind};
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, date_time_ymd};
use rustls::{
    ServerConfig, ServerConnection, StreamOwned,
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer},
};

use crate::{
    server::{Peer, Server},
    support::{OK, assert_fault, chain, fail, fail_within, send},
};

/// An authority of the tests' own.
pub(crate) struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
}

impl Authority {
    pub(crate) fn new() -> Self {
        let mut params = CertificateParams::default();
        let name = &mut params.distinguished_name;
        name.push(DnType::CommonName, "An authority of the tests");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let pem = params.self_signed(&key).unwrap().pem();
        let issuer = Issuer::new(params, key);
        Self { issuer, pem }
    }

    /// The TLS of a server that has a certificate of this authority.
    pub(crate) fn server(&self, name: &str) -> Arc<ServerConfig> {
        self.server_with(&CertificateParams::new([name.to_owned()]).unwrap())
    }

    fn server_with(&self, params: &CertificateParams) -> Arc<ServerConfig> {
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        config(certificate.der().clone(), &key)
    }

    pub(crate) fn roots(&self) -> ExtraRoots {
        ExtraRoots::from_pem(self.pem.as_bytes()).unwrap()
    }

    fn trusted(&self) -> HyperTransport {
        HyperTransport::builder()
            .proxy(Proxy::none())
            .extra_roots(self.roots())
            .build()
    }
}

/// TLS on the server's side.
pub(crate) fn accept<S: Read + Write>(
    stream: S,
    config: &Arc<ServerConfig>,
) -> StreamOwned<ServerConnection, S> {
    let session = ServerConnection::new(Arc::clone(config)).unwrap();
    StreamOwned::new(session, stream)
}

fn config(certificate: CertificateDer<'static>, key: &KeyPair) -> Arc<ServerConfig> {
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .unwrap();
    Arc::new(config)
}

fn serve(config: Arc<ServerConfig>, script: fn(Peer<Tls>)) -> Server {
    Server::start(move |peer| script(peer.over(|stream| accept(stream, &config))))
}

type Tls = StreamOwned<ServerConnection, std::net::TcpStream>;

fn answer_always(mut peer: Peer<Tls>) {
    while peer.request().is_some() {
        peer.say(OK);
    }
}

fn url(server: &Server) -> String {
    format!("https://{}", server.address)
}

#[tokio::test]
async fn a_server_with_a_certificate_of_an_extra_root_is_trusted() {
    let authority = Authority::new();
    let server = serve(authority.server("127.0.0.1"), answer_always);
    let transport = authority.trusted();
    for _ in 0..3 {
        let reply = send(&transport, &url(&server)).await.unwrap();
        assert_eq!(reply.body(), "{}");
    }
    assert_eq!(server.connections(), 1);
    assert!(server.requests()[0].contains(&format!("host: {}\r\n", server.address)));
}

#[tokio::test]
async fn a_certificate_that_proves_nothing_is_refused_and_nothing_is_sent() {
    let authority = Authority::new();
    let mut expired = CertificateParams::new(["127.0.0.1".to_owned()]).unwrap();
    expired.not_before = date_time_ymd(2020, 1, 1);
    expired.not_after = date_time_ymd(2020, 2, 1);
    let self_signed = {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(["127.0.0.1".to_owned()]).unwrap();
        config(params.self_signed(&key).unwrap().der().clone(), &key)
    };
    for (config, why) in [
        (authority.server("polar.test"), "not valid for name"),
        (authority.server_with(&expired), "expired"),
        (self_signed, "UnknownIssuer"),
        (Authority::new().server("127.0.0.1"), "BadSignature"),
    ] {
        let server = serve(config, answer_always);
        let error = fail(&authority.trusted(), &url(&server)).await;
        assert_fault(&error, Sent::No, TransportErrorKind::Tls);
        assert!(chain(&error).contains(why), "{}", chain(&error));
        assert_eq!(server.requests().len(), 0);
    }
}

#[tokio::test]
async fn a_server_without_tls_is_refused_and_nothing_is_sent() {
    let server = Server::start(|mut peer| {
        peer.say("HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n");
        peer.wait_for_end();
    });
    let error = fail(&Authority::new().trusted(), &url(&server)).await;
    assert_fault(&error, Sent::No, TransportErrorKind::Tls);
}

#[tokio::test]
async fn a_handshake_that_never_ends_is_cut_off_and_nothing_is_sent() {
    let server = Server::start(|mut peer| peer.wait_for_end());
    let authority = Authority::new();
    let error = fail_within(&authority.trusted(), &url(&server), SHORT).await;
    assert_fault(&error, Sent::No, TransportErrorKind::Timeout);

    let impatient = HyperTransport::builder()
        .proxy(Proxy::none())
        .extra_roots(authority.roots())
        .connect_timeout(SHORT)
        .build();
    let error = fail(&impatient, &url(&server)).await;
    assert_fault(&error, Sent::No, TransportErrorKind::Tls);
}

#[tokio::test]
async fn no_request_is_lost_when_every_session_is_closed_while_idle() {
    let authority = Authority::new();
    let server = serve(authority.server("127.0.0.1"), |mut peer| {
        peer.request();
        peer.say(OK);
        peer.stream.conn.send_close_notify();
        let _ = peer.stream.flush();
        peer.over(|tls| tls.sock).close("closed");
    });
    let transport = authority.trusted();
    for _ in 0..5 {
        send(&transport, &url(&server)).await.unwrap();
        server.block_for("closed");
    }
    assert_eq!(server.requests().len(), 5);
}

#[tokio::test]
async fn a_body_that_ends_without_the_end_of_its_session_is_cut_off() {
    let authority = Authority::new();
    let server = serve(authority.server("127.0.0.1"), |mut peer| {
        peer.request();
        peer.say("HTTP/1.1 200 OK\r\n\r\n{}");
    });
    let error = fail(&authority.trusted(), &url(&server)).await;
    assert_fault(&error, Sent::Unknown, TransportErrorKind::Interrupted);
    assert_eq!(error.status().unwrap(), 200);
}

#[tokio::test]
async fn a_broken_record_interrupts() {
    let authority = Authority::new();
    let server = serve(authority.server("127.0.0.1"), |mut peer| {
        peer.request();
        peer.stream
            .sock
            .write_all(b"\x17\x03\x03\x00\x04junk")
            .unwrap();
        peer.wait_for_end();
    });
    let error = fail(&authority.trusted(), &url(&server)).await;
    assert_fault(&error, Sent::Unknown, TransportErrorKind::Interrupted);
}

const SHORT: Duration = Duration::from_secs(1);
