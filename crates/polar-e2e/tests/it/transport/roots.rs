//! Root certificates and TLS settings that come from outside the program. Each test sets the environment
//! of a process of its own, which runs another test.

use std::{
    env,
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use polar_core::{Sent, TransportErrorKind};
use polar_e2e::{Authority, ScriptServer};

use super::{both, fail, get, ok};

#[test]
fn certificates_of_a_folder_are_trusted() {
    let authority = Authority::new();
    let server = ScriptServer::tls(authority.certify("127.0.0.1"), ok("safe"));
    let url = format!("https://{}", server.address());
    let folder = folder("roots");
    // OpenSSL itself would not find this name, which is not the hash of the certificate.
    fs::write(folder.join("00000000.0"), authority.pem()).unwrap();
    run(
        "transport::roots::with_trusted_certificates",
        &[("SSL_CERT_DIR", folder.as_os_str()), ("URL", url.as_ref())],
    );
    assert_eq!(server.requests().len(), 2);
}

#[test]
#[ignore = "run by the test above, which sets its environment"]
fn with_trusted_certificates() {
    for sender in both() {
        let response = sender.send(get(&env::var("URL").unwrap())).unwrap();
        assert_eq!(response.body(), "safe");
    }
}

#[test]
fn unreadable_certificates_are_named() {
    let server = ScriptServer::start(drop);
    let url = format!("https://{}", server.address());
    for name in ["SSL_CERT_FILE", "SSL_CERT_DIR"] {
        run(
            "transport::roots::with_unreadable_certificates",
            &[(name, "/no/such/place".as_ref()), ("URL", url.as_ref())],
        );
    }
}

#[test]
#[ignore = "run by the test above, which sets its environment"]
fn with_unreadable_certificates() {
    for sender in both() {
        let attempt = get(&env::var("URL").unwrap());
        let (_, messages) = fail(&sender, attempt, Sent::No, TransportErrorKind::Tls);
        for part in ["no root certificates were found", "/no/such/place"] {
            assert!(messages.contains(part), "{messages}");
        }
    }
}

/// An administrator can set defaults for all programs that use OpenSSL. rustls does not read them.
#[test]
fn weak_settings_of_openssl_change_nothing() {
    let settings = folder("openssl").join("openssl.cnf");
    fs::write(&settings, OPENSSL_SETTINGS).unwrap();
    for test in [
        "transport::tls::body_without_length_ends_with_a_close_notify_only",
        "transport::tls::handshakes_offer_tls_1_2_and_1_3_and_http_1_1",
    ] {
        run(test, &[("OPENSSL_CONF", settings.as_os_str())]);
    }
}

/// Runs a test in a process of its own.
fn run(test: &str, environment: &[(&str, &OsStr)]) {
    let output = Command::new(env::current_exe().unwrap())
        .args(["--exact", test, "--include-ignored"])
        .env_remove("SSL_CERT_FILE")
        .env_remove("SSL_CERT_DIR")
        .envs(environment.iter().copied())
        .output()
        .unwrap();
    let output = String::from_utf8_lossy(&output.stdout);
    assert!(output.contains("test result: ok. 1 passed"), "{output}");
}

/// Returns an empty folder.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// Old versions of TLS, and the end of a connection counts as a `close_notify`.
const OPENSSL_SETTINGS: &str = "\
openssl_conf = all
[all]
ssl_conf = modules
[modules]
system_default = defaults
[defaults]
MinProtocol = TLSv1
CipherString = DEFAULT:@SECLEVEL=0
Options = IgnoreUnexpectedEOF
";
