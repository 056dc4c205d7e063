use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    sync::Arc,
};

use rustls::{ServerConfig, crypto::ring, pki_types::PrivatePkcs8KeyDer};
use tempfile::NamedTempFile;
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    net::TcpListener,
    runtime,
};
use tokio_rustls::TlsAcceptor;

use crate::{BoxError, responses};

/// A server in a process of its own, which is killed when this value is dropped.
#[derive(Debug)]
pub struct Server {
    process: Child,
    base: String,
    /// The certificates that its clients have to trust.
    roots: Option<NamedTempFile>,
}

impl Server {
    /// Starts a server without TLS. `helper` is the path of the helper program.
    ///
    /// # Errors
    ///
    /// Returns an error if it cannot be started.
    pub fn start(helper: impl AsRef<Path>) -> Result<Self, BoxError> {
        let mut program = Command::new(helper.as_ref());
        program.arg("server");
        Self::run(program, None)
    }

    /// Starts a server with TLS. `helper` is the path of the helper program.
    ///
    /// # Errors
    ///
    /// Returns an error if it cannot be started.
    pub fn start_tls(helper: impl AsRef<Path>) -> Result<Self, BoxError> {
        let roots = NamedTempFile::new()?;
        let mut program = Command::new(helper.as_ref());
        program.arg("server").arg(roots.path());
        Self::run(program, Some(roots))
    }

    fn run(mut program: Command, roots: Option<NamedTempFile>) -> Result<Self, BoxError> {
        let mut process = program.stdout(Stdio::piped()).spawn()?;
        let mut line = String::new();
        let output = process.stdout.take().ok_or("the server has no output")?;
        BufReader::new(output).read_line(&mut line)?;
        let base = line.trim().to_owned();
        Ok(Self {
            process,
            base,
            roots,
        })
    }

    /// Returns the base URL, such as `http://localhost:4444`.
    #[must_use]
    pub fn base(&self) -> &str {
        &self.base
    }

    /// Returns the scheme of the URL: `http` or `https`.
    #[must_use]
    pub fn scheme(&self) -> &str {
        self.base.split(':').next().unwrap_or_default()
    }

    /// Returns a command for a program that trusts the server's certificate.
    #[must_use]
    pub fn client(&self, program: impl AsRef<Path>) -> Command {
        let mut client = Command::new(program.as_ref());
        client.env("NO_PROXY", "localhost");
        if let Some(roots) = &self.roots {
            client.env("SSL_CERT_FILE", roots.path());
        }
        client
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Errors are ignored: the process has ended already, or ends with the terminal.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Responds to every request with a claimed seat, at minimal cost, until it is killed. Prints its URL.
///
/// With a file, uses TLS, and writes the certificates to trust into the file: its own and those of the
/// system, so that reading the file has a realistic cost.
///
/// # Errors
///
/// Returns an error if no port can be bound, or no certificate can be created.
pub fn serve(roots: Option<&Path>) -> Result<(), BoxError> {
    let tls = roots.map(acceptor).transpose()?;
    let runtime = runtime::Builder::new_current_thread().enable_io().build()?;
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let scheme = if tls.is_some() { "https" } else { "http" };
        println!("{scheme}://localhost:{}", listener.local_addr()?.port());
        let response: &'static [u8] = response().leak().as_bytes();
        loop {
            let (stream, _) = listener.accept().await?;
            stream.set_nodelay(true)?;
            match tls.clone() {
                None => drop(tokio::spawn(serve_connection(stream, response))),
                Some(tls) => drop(tokio::spawn(async move {
                    serve_connection(tls.accept(stream).await?, response).await
                })),
            }
        }
    })
}

fn response() -> String {
    let body = responses::claim();
    let length = body.len();
    format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
    )
}

fn acceptor(roots: &Path) -> Result<TlsAcceptor, BoxError> {
    let own = rcgen::generate_simple_self_signed(["localhost".to_owned()])?;
    let system = std::fs::read_to_string(SYSTEM_ROOTS).unwrap_or_default();
    std::fs::write(roots, own.cert.pem() + &system)?;
    let key = PrivatePkcs8KeyDer::from(own.signing_key.serialize_der());
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(vec![own.cert.into()], key.into())?;
    Ok(TlsAcceptor::from(Arc::new(config)))
}

async fn serve_connection(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    response: &[u8],
) -> std::io::Result<()> {
    let mut received = Vec::with_capacity(4096);
    while stream.read_buf(&mut received).await? > 0 {
        while let Some(length) = request_length(&received) {
            received.drain(..length);
            stream.write_all(response).await?;
            stream.flush().await?;
        }
    }
    Ok(())
}

/// Returns the length of the first request, once all of it has arrived.
fn request_length(received: &[u8]) -> Option<usize> {
    let end = received.windows(4).position(|four| four == b"\r\n\r\n")? + 4;
    let head = std::str::from_utf8(received.get(..end)?).ok()?;
    let body = head
        .lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
        .map_or(Ok(0), |(_, length)| length.trim().parse::<usize>())
        .ok()?;
    (received.len() >= end + body).then_some(end + body)
}

/// The path on most systems with OpenSSL.
const SYSTEM_ROOTS: &str = "/etc/ssl/certs/ca-certificates.crt";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn request_is_complete_when_its_body_has_arrived() {
        let text = b"POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}GET";
        assert_eq!(request_length(&text[..30]), None);
        assert_eq!(request_length(&text[..text.len() - 4]), None);
        assert_eq!(request_length(text), Some(text.len() - 3));
    }
}
