//! What lies between the program and Polar: proxies and certificates.

use std::{
    fs,
    io::{Read, Write},
    net::TcpListener,
    sync::Arc,
    thread,
};

use rustls::{ServerConfig, ServerConnection, StreamOwned, crypto::ring, pki_types::PrivateKeyDer};
use tempfile::TempDir;

use crate::support::{INVITATION, Program, Response, Stub, TRANSPORTS, claimed};

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
fn a_proxy_is_asked_to_connect_and_hears_nothing_else() {
    for transport in TRANSPORTS {
        let proxy = Stub::new([Response::text(502, "", "")]);
        let output = claim(transport, "https://polar.invalid")
            .env("HTTPS_PROXY", &proxy.url)
            .run();
        assert_eq!((output.code, &output.error()["sent"]), (4, &"no".into()));
        let [request] = &proxy.requests()[..] else {
            panic!("{transport}: {:?}", proxy.requests())
        };
        assert!(
            request
                .head
                .starts_with("CONNECT polar.invalid:443 HTTP/1.1\r\n")
        );
        assert!(!request.head.contains(INVITATION), "{}", request.head);
    }
}

#[test]
fn a_proxy_can_be_turned_off() {
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
fn plain_http_to_this_machine_needs_no_proxy() {
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
fn an_authority_is_trusted_when_it_is_named() {
    for transport in TRANSPORTS {
        let polar = Secure::start();
        let run = || claim(transport, &polar.url).args(["--base-url", &polar.url]);
        let untrusted = run().run();
        assert_eq!(
            (untrusted.code, &untrusted.error()["sent"]),
            (4, &"no".into())
        );
        assert_eq!(
            run().args(["--ca-file", &polar.authority]).run().result(),
            claimed()
        );
        assert_eq!(
            run().env("SSL_CERT_FILE", &polar.authority).run().result(),
            claimed()
        );
        let missing = run().env("SSL_CERT_FILE", "/no/such/file").run();
        assert_eq!(missing.code, 2);
        assert!(
            missing.error()["message"]
                .as_str()
                .unwrap()
                .starts_with("SSL_CERT_FILE: ")
        );
    }
}

/// A server with a certificate that only its own authority vouches for. It takes every claim.
struct Secure {
    url: String,
    authority: String,
    _folder: TempDir,
}

impl Secure {
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
    let answer = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    for stream in listener.incoming() {
        let session = ServerConnection::new(Arc::clone(config)).unwrap();
        let mut stream = StreamOwned::new(session, stream.unwrap());
        // A client that does not trust us goes away here.
        if hears_a_claim(&mut stream) {
            let _ = stream.write_all(answer.as_bytes());
            stream.conn.send_close_notify();
            let _ = stream.flush();
        }
    }
}

fn hears_a_claim(stream: &mut impl Read) -> bool {
    let mut heard = Vec::new();
    let mut byte = [0];
    while !heard.ends_with(b"}") {
        match stream.read(&mut byte) {
            Ok(1) => heard.push(byte[0]),
            _ => return false,
        }
    }
    true
}
