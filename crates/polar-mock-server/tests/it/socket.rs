use std::{
    io::{Read, Write},
    net::TcpStream,
    time::Duration,
};

use polar_mock_server::MockServer;

/// A raw connection to a server.
pub(crate) struct Socket(TcpStream);

impl Socket {
    pub(crate) fn to(server: &MockServer) -> Self {
        let stream = TcpStream::connect(server.address()).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(30)))
            .unwrap();
        Self(stream)
    }

    pub(crate) fn write(&mut self, bytes: impl AsRef<[u8]>) -> &mut Self {
        self.0.write_all(bytes.as_ref()).unwrap();
        self
    }

    /// Reads one response: its head, and a body of the announced length.
    pub(crate) fn response(&mut self) -> String {
        let mut response = Vec::new();
        let mut byte = [0];
        while !response.ends_with(b"\r\n\r\n") {
            self.0.read_exact(&mut byte).unwrap();
            response.extend_from_slice(&byte);
        }
        let head = String::from_utf8_lossy(&response).to_lowercase();
        let length = head
            .lines()
            .find_map(|line| line.strip_prefix("content-length: "));
        let mut body = vec![0; length.map_or(0, |length| length.parse().unwrap())];
        self.0.read_exact(&mut body).unwrap();
        response.extend_from_slice(&body);
        String::from_utf8(response).unwrap()
    }

    /// Reads the next chunk of a chunked body; the last one is empty.
    pub(crate) fn chunk(&mut self) -> String {
        let mut size = Vec::new();
        let mut byte = [0];
        while !size.ends_with(b"\r\n") {
            self.0.read_exact(&mut byte).unwrap();
            size.extend_from_slice(&byte);
        }
        let size = String::from_utf8(size).unwrap();
        let size = usize::from_str_radix(size.trim(), 16).unwrap();
        let mut chunk = vec![0; size + 2];
        self.0.read_exact(&mut chunk).unwrap();
        chunk.truncate(size);
        String::from_utf8(chunk).unwrap()
    }

    /// Reads until the connection closes.
    pub(crate) fn rest(&mut self) -> String {
        let mut rest = Vec::new();
        // A reset closes the connection as well.
        let _ = self.0.read_to_end(&mut rest);
        String::from_utf8(rest).unwrap()
    }
}
