//! Proxies and certificates.

use std::{
    fs,
    io::{Read, Write},
    net::TcpListener,
    sync::Arc,
    thread,
};

use rustls::{ServerConfig, ServerConnection, StreamOwned, crypto::ring, pki_types::PrivateKeyDer};
use tempfile::TempDir;

use crate::support::{
    INVITATION, Program, Response, Stub, TRANSPORTS, assert_starts_with, claimed,
};

fn claim(transport: &str, base_url: &str) -> Program {
    let args = [
        "claim",
        INVITATION,
        "--json",
        "--max-retries",
        "0",
        "--transport",
        transport,
    ];
    Program::new(args).at(base_url)
}

#[test]
fn proxy_receives_connect_only() {
    for transport in TRANSPORTS {
        let proxy = Stub::new([Response::text(502, "", "")]);
        let output = claim(transport, "https://polar.invalid")
            .env("HTTPS_PROXY", &proxy.url)
            .run();
        assert_eq!((output.code, &output.error()["sent"]), (4, &"no".into()));
        let [request] = &proxy.requests()[..] else {
            panic!("{transport}: {:?}", proxy.requests())
        };
        assert_starts_with(&request.head, "CONNECT polar.invalid:443 HTTP/1.1\r\n");
        assert!(!request.head.contains(INVITATION), "{}", request.head);
    }
}

#[test]
fn no_proxy_disables_proxy() {
    for transport in TRANSPORTS {
        let proxy = Stub::new([Response::text(502, "", "")]);
        let program = || {
            claim(transport, "https://polar.invalid")
                .args(["--timeout", "5"])
                .env("HTTPS_PROXY", &proxy.url)
        };
        assert_eq!(program().args(["--no-proxy"]).run().code, 4);
        assert_eq!(program().env("NO_PROXY", "polar.invalid").run().code, 4);
        assert_eq!(proxy.requests().len(), 0, "{transport}");
    }
}

#[test]
fn http_to_localhost_uses_no_proxy() {
    for transport in TRANSPORTS {
        let (proxy, polar) = (
            Stub::new([Response::Nothing]),
            Stub::new([Response::json(200, &claimed())]),
        );
        let output = claim(transport, &polar.url)
            .env("HTTP_PROXY", &proxy.url)
            .run();
        assert_eq!(output.result(), claimed());
        assert_eq!(proxy.requests().len(), 0);
    }
}

#[test]
fn ca_file_and_ssl_cert_file_name_trusted_certificates() {
    for transport in TRANSPORTS {
        let polar = TlsServer::start();
        let run = || claim(transport, &polar.url);
        let untrusted = run().run();
        assert_eq!(
            (untrusted.code, &untrusted.error()["sent"]),
            (4, &"no".into())
        );
        let named = run().args(["--ca-file", &polar.authority]).run();
        assert_eq!(named.result(), claimed());
        let in_env = run().env("SSL_CERT_FILE", &polar.authority).run();
        assert_eq!(in_env.result(), claimed());
    }
}

#[test]
fn ca_file_adds_to_ssl_cert_file() {
    for transport in TRANSPORTS {
        let (polar, other) = (TlsServer::start(), TlsServer::start());
        for (ca_file, ssl_cert_file) in [
            (&polar.authority, &other.authority),
            (&other.authority, &polar.authority),
        ] {
            let output = claim(transport, &polar.url)
                .args(["--ca-file", ca_file])
                .env("SSL_CERT_FILE", ssl_cert_file)
                .run();
            assert_eq!(output.result(), claimed(), "{transport}");
        }
    }
}

#[test]
fn unreadable_ssl_cert_file_fails_the_tls_connection() {
    for transport in TRANSPORTS {
        let polar = TlsServer::start();
        let output = claim(transport, &polar.url)
            .env("SSL_CERT_FILE", "/no/such/file")
            .run();
        let error = output.error();
        assert_eq!((output.code, &error["sent"]), (4, &"no".into()));
        let message = error["message"].as_str().unwrap();
        assert!(message.contains("/no/such/file"), "{message}");
    }
}

/// A TLS server with a self-signed certificate, which accepts every claim.
struct TlsServer {
    url: String,
    authority: String,
    _folder: TempDir,
}

impl TlsServer {
    fn start() -> Self {
        let rcgen::CertifiedKey { cert, signing_key } =
            rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let authority = folder.path().join("authority.pem");
        fs::write(&authority, cert.pem()).unwrap();

        let key = PrivateKeyDer::try_from(signing_key.serialize_der()).unwrap();
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![cert.der().clone()], key)
            .unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!(
            "https://localhost:{}",
            listener.local_addr().unwrap().port()
        );
        thread::spawn(move || serve(&listener, &Arc::new(config)));
        Self {
            url,
            authority: authority.display().to_string(),
            _folder: folder,
        }
    }
}

fn serve(listener: &TcpListener, config: &Arc<ServerConfig>) {
    let body = claimed().to_string();
    let response = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    for stream in listener.incoming() {
        let session = ServerConnection::new(Arc::clone(config)).unwrap();
        let mut stream = StreamOwned::new(session, stream.unwrap());
        // A client that does not trust the certificate disconnects here.
        if read_claim(&mut stream) {
            let _ = stream.write_all(response.as_bytes());
            stream.conn.send_close_notify();
            let _ = stream.flush();
        }
    }
}

fn read_claim(stream: &mut impl Read) -> bool {
    let mut received = Vec::new();
    let mut byte = [0];
    while !received.ends_with(b"}") {
        match stream.read(&mut byte) {
            Ok(1) => received.push(byte[0]),
            _ => return false,
        }
    }
    true
}
