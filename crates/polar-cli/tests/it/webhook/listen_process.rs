use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    process::{Child, Command, Stdio},
    sync::mpsc::{Receiver, RecvTimeoutError, channel},
    thread,
    time::Duration,
};

use super::{Request, SECRET};
use crate::support::send_signal;

/// A running `polar-seats webhook listen`, which is killed when dropped.
pub(super) struct ListenProcess {
    child: Child,
    stdout: Option<Receiver<String>>,
    stderr: Receiver<String>,
    pub(super) address: String,
}

impl ListenProcess {
    pub(super) fn start(args: &[&str]) -> Self {
        Self::start_into(args, Stdio::piped())
    }

    /// Starts the command with another standard output.
    pub(super) fn start_into(args: &[&str], stdout: Stdio) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_polar-seats"))
            .args(["webhook", "listen", "--listen", "127.0.0.1:0"])
            .args(["--secret-env", "SECRET"])
            .args(args)
            .env_clear()
            .env("SECRET", SECRET)
            .stdout(stdout)
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let stdout = child.stdout.take().map(lines);
        let stderr = lines(child.stderr.take().unwrap());
        let first = stderr.recv_timeout(LIMIT).unwrap();
        let address = first.strip_prefix("listening on http://").expect(&first);
        Self {
            address: address.to_owned(),
            child,
            stdout,
            stderr,
        }
    }

    /// Returns the next line on standard output.
    #[track_caller]
    pub(super) fn event(&self) -> String {
        let stdout = self.stdout.as_ref().unwrap();
        stdout.recv_timeout(LIMIT).unwrap()
    }

    /// Returns the next line on standard error.
    #[track_caller]
    pub(super) fn error_text(&self) -> String {
        self.stderr.recv_timeout(LIMIT).unwrap()
    }

    /// Posts a request, and returns the status and the text of the response.
    pub(super) fn post(&self, request: &Request) -> (u16, String) {
        self.send("POST", request)
    }

    pub(super) fn send(&self, method: &str, request: &Request) -> (u16, String) {
        let mut stream = self.connect();
        let bytes = [head(method, request).as_bytes(), request.body.as_bytes()].concat();
        stream.write_all(&bytes).unwrap();
        let mut response = String::new();
        stream.read_to_string(&mut response).unwrap();
        assert!(!response.contains("CANARY"), "{response}");
        let (head, body) = response.split_once("\r\n\r\n").unwrap();
        (head[9..12].parse().unwrap(), body.to_owned())
    }

    /// Posts a request without the last byte of its body, and disconnects.
    pub(super) fn break_off(&self, request: &Request) {
        let bytes = [head("POST", request).as_bytes(), request.body.as_bytes()].concat();
        self.connect().write_all(&bytes[..bytes.len() - 1]).unwrap();
    }

    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(LIMIT)).unwrap();
        stream
    }

    #[cfg(unix)]
    pub(super) fn signal(&self, signal: &str) {
        send_signal(&self.child, signal);
    }

    /// Waits for the exit, and returns the exit code and the remaining lines.
    pub(super) fn end(mut self) -> (Option<i32>, Vec<String>, Vec<String>) {
        let stdout = self.stdout.as_ref().map(rest).unwrap_or_default();
        let stderr = rest(&self.stderr);
        (self.child.wait().unwrap().code(), stdout, stderr)
    }
}

impl Drop for ListenProcess {
    fn drop(&mut self) {
        // The process may have exited already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn head(method: &str, request: &Request) -> String {
    let headers: Vec<_> = request
        .headers
        .iter()
        .map(|(name, value)| format!("{name}: {value}\r\n"))
        .collect();
    let (headers, length) = (headers.concat(), request.body.len());
    format!(
        "{method} /any/path HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\
         content-length: {length}\r\n{headers}\r\n"
    )
}

/// Reads lines, and checks that they contain no secret.
fn lines(output: impl Read + Send + 'static) -> Receiver<String> {
    let (sender, receiver) = channel();
    thread::spawn(move || {
        for line in BufReader::new(output).lines() {
            let line = line.unwrap();
            assert!(!line.contains("CANARY"), "{line}");
            if sender.send(line).is_err() {
                break;
            }
        }
    });
    receiver
}

fn rest(lines: &Receiver<String>) -> Vec<String> {
    let mut rest = Vec::new();
    loop {
        match lines.recv_timeout(LIMIT) {
            Ok(line) => rest.push(line),
            Err(RecvTimeoutError::Disconnected) => return rest,
            Err(RecvTimeoutError::Timeout) => unreachable!("the command did not exit: {rest:?}"),
        }
    }
}

/// Long enough for a busy machine.
const LIMIT: Duration = Duration::from_secs(30);
