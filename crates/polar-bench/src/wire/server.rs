use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    runtime,
};

use crate::{Failure, answers};

/// A server in a process of its own, which ends with this value.
#[derive(Debug)]
pub struct Server {
    process: Child,
    base: String,
}

impl Server {
    /// Starts the program that [`serve`]s.
    ///
    /// # Errors
    ///
    /// When it cannot be started.
    pub fn start(program: impl AsRef<Path>) -> Result<Self, Failure> {
        let mut process = Command::new(program.as_ref())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut line = String::new();
        let output = process.stdout.take().ok_or("the server has no output")?;
        BufReader::new(output).read_line(&mut line)?;
        let base = line.trim().to_owned();
        Ok(Self { process, base })
    }

    /// Where it is, such as `http://127.0.0.1:4444`.
    #[must_use]
    pub fn base(&self) -> &str {
        &self.base
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It is gone, or it goes with the terminal.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Answers every request with a claimed seat, as cheaply as can be, until it is killed. Prints where.
///
/// # Errors
///
/// When no port can be had.
pub fn serve() -> Result<(), Failure> {
    let runtime = runtime::Builder::new_current_thread().enable_io().build()?;
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        println!("http://{}", listener.local_addr()?);
        let body = answers::claim();
        let length = body.len();
        let answer = format!(
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
        );
        let answer: &'static [u8] = answer.leak().as_bytes();
        loop {
            let (stream, _) = listener.accept().await?;
            stream.set_nodelay(true)?;
            tokio::spawn(converse(stream, answer));
        }
    })
}

/// A connection that fails has lost its client.
async fn converse(mut stream: TcpStream, answer: &[u8]) -> std::io::Result<()> {
    let mut received = Vec::with_capacity(4096);
    while stream.read_buf(&mut received).await? > 0 {
        while let Some(length) = request_length(&received) {
            received.drain(..length);
            stream.write_all(answer).await?;
        }
    }
    Ok(())
}

/// How long the request is, once it is there as a whole.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_there_when_its_body_is() {
        let text = b"POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}GET";
        assert_eq!(request_length(&text[..30]), None);
        assert_eq!(request_length(&text[..text.len() - 4]), None);
        assert_eq!(request_length(text), Some(text.len() - 3));
    }
}
