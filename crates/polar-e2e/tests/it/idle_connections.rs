//! Idle connections: how many there are, and what happens to calls when all of them fail at once.

use std::{
    io::{Read, Write},
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    sync::mpsc::{Receiver, Sender, channel},
    thread::{self, JoinHandle},
    time::Duration,
};

use polar_core::Outcome;
use polar_e2e::{Caller, Operation, Setup, Transport};
use polar_testkit::wire::response;
use socket2::SockRef;

#[test]
fn calls_succeed_after_the_server_closed_all_idle_connections() {
    for transport in Transport::BOTH {
        for operation in [Operation::User, Operation::claim()] {
            let client = IdleClient::new(transport, &operation, MANY, MANY);
            client.then(Failure::Closed);
            let results = at_once(MANY, || client.caller.call(&operation).is_ok());
            assert!(results.iter().all(|is_done| *is_done), "{transport:?}");
            assert_eq!(client.end().requests(), (0, MANY), "{transport:?}");
        }
    }
}

#[test]
fn silently_failed_idle_connections_cost_one_attempt_in_total() {
    for transport in Transport::BOTH {
        let client = IdleClient::new(transport, &Operation::User, MANY, MANY);
        client.then(Failure::Silent);
        client.caller.call(&Operation::User).unwrap();
        assert_eq!(client.end().requests(), (1, 1), "{transport:?}");

        let client = IdleClient::new(transport, &Operation::claim(), MANY, MANY);
        client.then(Failure::Silent);
        let error = client.caller.call(&Operation::claim()).unwrap_err();
        assert_eq!(error.outcome(), Outcome::Unknown, "{transport:?}");
        assert_eq!(error.attempts(), 1, "{transport:?}");
        // The other idle connections are not used any more.
        client.caller.call(&Operation::claim()).unwrap();
        assert_eq!(client.end().requests(), (1, 1), "{transport:?}");
    }
}

#[test]
fn number_of_idle_connections_is_limited() {
    for transport in Transport::BOTH {
        let client = IdleClient::new(transport, &Operation::User, 10, 3);
        if let Caller::Hyper(_, runtime) = &client.caller {
            // polar-hyper closes connections in background tasks.
            runtime.block_on(async { tokio::time::sleep(Duration::from_millis(100)).await });
        }
        client.then(Failure::Silent);
        assert_eq!(client.end().closed, 7, "{transport:?}");
    }
}

/// A client with idle connections to a server, one for each of several concurrent calls.
struct IdleClient {
    caller: Caller,
    failure: Sender<Failure>,
    failed: Receiver<()>,
    server: JoinHandle<Seen>,
}

/// What happens to the idle connections.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Failure {
    /// The server closes all of them, as when it is stopped.
    Closed,
    /// They look open, and each is reset when it is used, as after a crash of the machine.
    Silent,
    /// The test is over.
    Over,
}

/// What the server has observed since then.
#[derive(Default)]
struct Seen {
    /// Requests on idle connections.
    stale: usize,
    /// Requests on new connections.
    fresh: usize,
    /// Idle connections that the client has closed.
    closed: usize,
}

impl Seen {
    const fn requests(&self) -> (usize, usize) {
        (self.stale, self.fresh)
    }

    /// Returns whether nothing has arrived on an idle connection. If something has, the connection
    /// is reset when it is dropped.
    fn is_untouched(&mut self, stream: &TcpStream) -> bool {
        stream.set_nonblocking(true).unwrap();
        match stream.peek(&mut [0]) {
            Ok(0) => self.closed += 1,
            Ok(_) => self.stale += 1,
            Err(_) => return true,
        }
        let linger = Some(Duration::ZERO);
        SockRef::from(stream).set_linger(linger).unwrap();
        false
    }
}

impl IdleClient {
    fn new(transport: Transport, operation: &Operation, calls: usize, idle: usize) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let base_url = url(listener.local_addr().unwrap());
        let good = response(200, &[], &operation.good_response());
        let last = response(200, &[("connection", "close")], &operation.good_response());
        let (failure, orders) = channel();
        let (done, failed) = channel();
        let server = thread::spawn(move || serve(&listener, calls, [&good, &last], &orders, &done));
        let mut setup = Setup::new(&base_url);
        setup.idle_connections = idle;
        let caller = Caller::new(transport, &setup);
        let results = at_once(calls, || caller.call(operation).is_ok());
        assert!(results.iter().all(|is_done| *is_done));
        Self {
            caller,
            failure,
            failed,
            server,
        }
    }

    /// Makes the idle connections fail, and waits until it is done.
    fn then(&self, failure: Failure) {
        self.failure.send(failure).unwrap();
        self.failed.recv_timeout(TIMEOUT).unwrap();
    }

    fn end(self) -> Seen {
        self.then(Failure::Over);
        self.server.join().unwrap()
    }
}

/// Responds to concurrent requests, makes their connections fail, and responds to more requests on
/// new connections.
fn serve(
    listener: &TcpListener,
    calls: usize,
    [good, last]: [&[u8]; 2],
    orders: &Receiver<Failure>,
    done: &Sender<()>,
) -> Seen {
    let mut idle: Vec<_> = (0..calls).map(|_| listener.accept().unwrap().0).collect();
    for stream in &mut idle {
        read_request(stream);
    }
    for stream in &mut idle {
        stream.write_all(good).unwrap();
    }
    if orders.recv().unwrap() == Failure::Closed {
        idle.clear();
    }
    done.send(()).unwrap();

    listener.set_nonblocking(true).unwrap();
    let mut seen = Seen::default();
    loop {
        // Checked first, so that everything before the end is observed.
        let is_over = orders.try_recv().is_ok();
        idle.retain(|stream| seen.is_untouched(stream));
        match listener.accept() {
            Ok((mut stream, _)) => {
                stream.set_nonblocking(false).unwrap();
                read_request(&mut stream);
                stream.write_all(last).unwrap();
                seen.fresh += 1;
            }
            Err(_) if is_over => break,
            Err(_) => thread::sleep(Duration::from_millis(1)),
        }
    }
    done.send(()).unwrap();
    seen
}

fn read_request(stream: &mut TcpStream) {
    stream.set_read_timeout(Some(TIMEOUT)).unwrap();
    let mut request = Vec::new();
    let mut piece = [0; 4096];
    // Requests have a content length if they have a body.
    loop {
        let count = stream.read(&mut piece).unwrap();
        assert_ne!(count, 0, "no request arrived");
        request.extend_from_slice(&piece[..count]);
        let text = String::from_utf8_lossy(&request).to_ascii_lowercase();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.split("content-length: ").nth(1);
            let length = length.and_then(|rest| rest.lines().next()?.parse().ok());
            if body.len() >= length.unwrap_or(0) {
                return;
            }
        }
    }
}

/// Runs a function on several threads at once.
fn at_once<T: Send>(times: usize, act: impl Fn() -> T + Sync) -> Vec<T> {
    thread::scope(|scope| {
        let threads: Vec<_> = (0..times).map(|_| scope.spawn(&act)).collect();
        let results = threads.into_iter().map(|thread| thread.join().unwrap());
        results.collect()
    })
}

fn url(address: SocketAddr) -> String {
    format!("http://{address}")
}

const MANY: usize = 300;
const TIMEOUT: Duration = Duration::from_secs(30);
