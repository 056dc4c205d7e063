//! TLS by the library of the system: OpenSSL, Schannel or Security.framework.

use std::{
    fmt,
    io::{self, Read, Write},
    net::IpAddr,
};

use http::Uri;
use native_tls::{
    Certificate, HandshakeError, Protocol, TlsConnector, TlsConnectorBuilder, TlsStream,
};
use polar_core::host::without_brackets;

use super::{ALPN, FromRoots, environment, no_roots};
use crate::{Error, ExtraRoots, Reason};

/// The settings of native-tls.
#[derive(Debug, Clone)]
pub struct Settings(TlsConnector);

impl Settings {
    /// Returns the settings as native-tls takes them.
    #[must_use]
    pub fn connector(&self) -> TlsConnector {
        self.0.clone()
    }

    /// Opens a session with the host of a URI over a blocking stream.
    ///
    /// # Errors
    ///
    /// If the handshake fails, or no certificate can have the name of the host.
    pub fn connect<S: Read + Write>(&self, uri: &Uri, stream: S) -> Result<Session<S>, Error> {
        let stream = Watched {
            stream,
            is_ended: false,
        };
        match self.0.connect(server_name(uri)?, stream) {
            Ok(session) => Ok(Session(session)),
            Err(HandshakeError::Failure(error)) => Err(handshake_error(&error)),
            // A blocking stream does not cause it.
            Err(HandshakeError::WouldBlock(_)) => Err(Reason::TlsHandshake.into()),
        }
    }
}

impl FromRoots for Settings {
    fn from_roots(extra: &[ExtraRoots]) -> Result<Self, Error> {
        let mut builder = TlsConnector::builder();
        builder
            .min_protocol_version(Some(Protocol::Tlsv12))
            .request_alpns(&[ALPN]);
        for der in extra.iter().flat_map(ExtraRoots::certificates) {
            let root = Certificate::from_der(der).map_err(rejected)?;
            builder.add_root_certificate(root);
        }
        if let Some(found) = environment::roots() {
            builder.disable_built_in_roots(true);
            add_parsable(&mut builder, &found.certificates, extra.is_empty())
                .ok_or_else(|| no_roots(found.error))?;
        }
        builder.build().map(Self).map_err(rejected)
    }
}

/// Adds roots, except those that cannot be parsed. `None` means that there is no root, and that one
/// is needed.
fn add_parsable(
    builder: &mut TlsConnectorBuilder,
    roots: &[Vec<u8>],
    is_needed: bool,
) -> Option<()> {
    let mut is_empty = true;
    for root in roots.iter().flat_map(|der| Certificate::from_der(der)) {
        builder.add_root_certificate(root);
        is_empty = false;
    }
    (!(is_needed && is_empty)).then_some(())
}

fn rejected(error: native_tls::Error) -> Error {
    Error::from(Reason::TlsSettings).because(error)
}

/// A session over a blocking stream.
pub struct Session<S>(TlsStream<Watched<S>>);

impl<S: Read + Write> Session<S> {
    /// Returns the stream below.
    pub fn get_mut(&mut self) -> &mut S {
        &mut self.0.get_mut().stream
    }
}

impl<S: Read + Write> Read for Session<S> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.0.read(buffer)? {
            0 if self.0.get_ref().is_ended => Err(without_close_notify()),
            count => Ok(count),
        }
    }
}

impl<S: Read + Write> Write for Session<S> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

impl<S> fmt::Debug for Session<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").finish_non_exhaustive()
    }
}

/// Records the end of the stream below a session.
///
/// Some of the libraries report this end like a `close_notify`. None of them reads on after a
/// `close_notify`, so they reached the end only if there was none.
struct Watched<S> {
    stream: S,
    is_ended: bool,
}

impl<S: Read> Read for Watched<S> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.stream.read(buffer)?;
        self.is_ended |= count == 0 && !buffer.is_empty();
        Ok(count)
    }
}

impl<S: Write> Write for Watched<S> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.stream.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stream.flush()
    }
}

/// Returns the error of a session that ended without a `close_notify`: what was received may not be
/// everything.
#[must_use]
pub fn without_close_notify() -> io::Error {
    io::Error::new(
        io::ErrorKind::UnexpectedEof,
        "the server closed the connection without a TLS close_notify",
    )
}

/// Returns the name that the certificate of a URI's host must have.
///
/// # Errors
///
/// If no certificate can have this name.
pub fn server_name(uri: &Uri) -> Result<&str, Error> {
    let host = without_brackets(uri.host().unwrap_or_default());
    // Certificates have names without the dot of the root.
    let name = host.strip_suffix('.').unwrap_or(host);
    if name.parse::<IpAddr>().is_ok() || is_dns_name(name) {
        Ok(name)
    } else {
        Err(Reason::ServerName.into())
    }
}

fn is_dns_name(name: &str) -> bool {
    let is_valid = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    name.len() <= 253
        && name
            .split('.')
            .all(|label| (1..=63).contains(&label.len()) && label.bytes().all(is_valid))
}

/// Returns the error of a handshake that failed.
#[must_use]
pub fn handshake_error(error: &native_tls::Error) -> Error {
    // The details are in the text, and the sources of the error repeat it.
    let (text, details) = (error.to_string(), format!("{error:?}"));
    Error::from(reason(&text, &details)).because(text)
}

/// native-tls has no kinds of errors: the libraries have texts and numbers.
fn reason(text: &str, details: &str) -> Reason {
    let has = |marks: &[&str]| {
        marks
            .iter()
            .any(|mark| text.contains(mark) || details.contains(mark))
    };
    if has(CERTIFICATE) {
        Reason::Certificate
    } else if has(NOT_TLS) {
        Reason::NotTls
    } else {
        Reason::TlsHandshake
    }
}

/// The server's certificate is not trusted.
const CERTIFICATE: &[&str] = &[
    // OpenSSL.
    "certificate verify failed",
    // Schannel: CERT_E_EXPIRED, _UNTRUSTEDROOT, _CHAINING and _CN_NO_MATCH, CERT_E_WRONG_USAGE,
    // SEC_E_WRONG_PRINCIPAL, _UNTRUSTED_ROOT, _CERT_UNKNOWN and _CERT_EXPIRED.
    "code: -2146762495",
    "code: -2146762487",
    "code: -2146762486",
    "code: -2146762481",
    "code: -2146762480",
    "code: -2146893022",
    "code: -2146893019",
    "code: -2146893017",
    "code: -2146893016",
    // Security.framework: errSecNotTrusted, errSecCertificateExpired, errSecCertificateNotValidYet,
    // errSecHostNameMismatch and errSecCreateChainFailed.
    "code: -67843",
    "code: -67818",
    "code: -67819",
    "code: -67602",
    "code: -25318",
];

/// What the server sent is not a TLS record.
const NOT_TLS: &[&str] = &[
    // OpenSSL.
    "wrong version number",
    "packet length too long",
    // Schannel: SEC_E_INVALID_TOKEN.
    "code: -2146893048",
    // Security.framework: errSSLProtocol.
    "code: -9800",
];

/// Returns `false`: native-tls reports its own errors with kinds that nothing else uses.
#[must_use]
pub const fn is_tls_error(_: &io::Error) -> bool {
    false
}

pub(super) fn check_root(der: &[u8]) -> Result<(), String> {
    match Certificate::from_der(der) {
        Ok(_) => Ok(()),
        Err(error) => Err(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn uri(host: &str) -> Uri {
        format!("https://{host}/").parse().unwrap()
    }

    #[test]
    fn server_name_is_what_a_certificate_can_have() {
        for (host, expected) in [
            ("api.polar.sh", "api.polar.sh"),
            ("api.polar.sh.:443", "api.polar.sh"),
            ("my_host", "my_host"),
            ("127.0.0.1:8443", "127.0.0.1"),
            ("[::1]:8443", "::1"),
        ] {
            assert_eq!(server_name(&uri(host)).unwrap(), expected, "{host}");
        }
        for host in ["a..b", "a!b", &"a".repeat(64), &"a.".repeat(128)] {
            let error = server_name(&uri(host)).unwrap_err();
            assert_eq!(error.to_string(), Reason::ServerName.to_string(), "{host}");
        }
    }

    #[test]
    fn reason_follows_the_errors_of_each_library() {
        for (text, details, expected) in [
            (
                "error:0A000086:SSL routines::certificate verify failed: (certificate has expired)",
                "",
                Reason::Certificate,
            ),
            (
                "error:0A00010B:SSL routines::wrong version number",
                "",
                Reason::NotTls,
            ),
            (
                "error:0A00042E:SSL routines::tlsv1 alert",
                "",
                Reason::TlsHandshake,
            ),
            (
                "a text in the language of the system",
                "Os { code: -2146762495, kind: Uncategorized, message: \"\" }",
                Reason::Certificate,
            ),
            (
                "",
                "Os { code: -2146893048, kind: Uncategorized }",
                Reason::NotTls,
            ),
            (
                "error code -67843",
                "Error { code: -67843 }",
                Reason::Certificate,
            ),
            ("", "Error { code: -9800, message: \"\" }", Reason::NotTls),
            ("", "Error { code: -9806 }", Reason::TlsHandshake),
        ] {
            assert_eq!(reason(text, details), expected, "{text} {details}");
        }
    }

    #[test]
    fn end_of_the_stream_below_is_recorded() {
        let mut watched = Watched {
            stream: &b"x"[..],
            is_ended: false,
        };
        assert_eq!(watched.read(&mut [0; 2]).unwrap(), 1);
        assert_eq!(watched.read(&mut []).unwrap(), 0);
        assert!(!watched.is_ended);
        assert_eq!(watched.read(&mut [0]).unwrap(), 0);
        assert!(watched.is_ended);
    }

    #[test]
    fn missing_roots_matter_only_without_others() {
        for (is_needed, expected) in [(true, None), (false, Some(()))] {
            let builder = &mut TlsConnector::builder();
            assert_eq!(add_parsable(builder, &[vec![1]], is_needed), expected);
        }
    }
}
