use std::{
    io::{self, BufRead, BufReader, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    thread,
};

/// A proxy that injects faults into some of the exchanges.
pub(crate) struct FaultyProxy {
    pub(crate) url: String,
    seen: Arc<AtomicU64>,
}

/// How often faults occur: once in this number of exchanges, or never for 0.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Faults {
    /// The connection is closed, in turn before the request is forwarded, after the server's
    /// response, and in the middle of it.
    pub(crate) kill: u64,
    /// The response is 429, and the request is not forwarded.
    pub(crate) throttle: u64,
}

impl FaultyProxy {
    pub(crate) fn before(server: SocketAddr, faults: Faults) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let seen = Arc::<AtomicU64>::default();
        let count = Arc::clone(&seen);
        thread::spawn(move || {
            for client in listener.incoming() {
                let (client, count) = (client.unwrap(), Arc::clone(&count));
                // Closed connections are expected.
                thread::spawn(move || drop(relay(&client, server, faults, &count)));
            }
        });
        Self { url, seen }
    }

    /// Returns the number of requests.
    pub(crate) fn requests(&self) -> u64 {
        self.seen.load(Ordering::Relaxed)
    }
}

fn relay(
    client: &TcpStream,
    server: SocketAddr,
    faults: Faults,
    count: &AtomicU64,
) -> io::Result<()> {
    let mut to_client = client;
    let mut from_client = BufReader::new(client.try_clone()?);
    let server = TcpStream::connect(server)?;
    let mut from_server = BufReader::new(server.try_clone()?);
    loop {
        let Some(request) = message(&mut from_client)? else {
            return Ok(());
        };
        let number = count.fetch_add(1, Ordering::Relaxed) + 1;
        if faults.throttle > 0 && number.is_multiple_of(faults.throttle) {
            to_client
                .write_all(b"HTTP/1.1 429 X\r\nretry-after: 1\r\ncontent-length: 0\r\n\r\n")?;
            continue;
        }
        let is_killed = faults.kill > 0 && number.is_multiple_of(faults.kill);
        let position = number / faults.kill.max(1) % 3;
        if is_killed && position == 0 {
            return Ok(());
        }
        (&server).write_all(&request)?;
        let response = message(&mut from_server)?.ok_or(io::ErrorKind::UnexpectedEof)?;
        match (is_killed, position) {
            (true, 1) => return Ok(()),
            (true, _) => return to_client.write_all(&response[..response.len() / 2]),
            (false, _) => to_client.write_all(&response)?,
        }
    }
}

/// Reads a request or a response.
fn message(from: &mut impl BufRead) -> io::Result<Option<Vec<u8>>> {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if from.read_line(&mut head)? == 0 {
            return Ok(None);
        }
    }
    let length = head.lines().filter_map(|line| line.split_once(':'));
    let length = length
        .filter(|(name, _)| name.eq_ignore_ascii_case("content-length"))
        .map(|(_, value)| value.trim().parse().unwrap())
        .next();
    let mut whole = head.into_bytes();
    let mut body = vec![0; length.unwrap_or(0)];
    from.read_exact(&mut body)?;
    whole.extend(body);
    Ok(Some(whole))
}
