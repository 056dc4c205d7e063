//! Kept connections: how many there are, and what becomes of calls when all of them die at once.

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
fn a_restart_of_the_server_costs_no_call_however_many_connections_were_kept() {
    for transport in Transport::BOTH {
        for operation in [Operation::User, Operation::claim()] {
            let busy = Busy::new(transport, &operation, MANY, MANY);
            busy.then(Death::Closed);
            let ends = at_once(MANY, || busy.caller.call(&operation).is_ok());
            assert!(ends.iter().all(|is_done| *is_done), "{transport:?}");
            assert_eq!(busy.end().asked(), (0, MANY), "{transport:?}");
        }
    }
}

#[test]
fn connections_that_died_without_a_word_cost_one_attempt_and_not_one_each() {
    for transport in Transport::BOTH {
        let busy = Busy::new(transport, &Operation::User, MANY, MANY);
        busy.then(Death::Silent);
        busy.caller.call(&Operation::User).unwrap();
        assert_eq!(busy.end().asked(), (1, 1), "{transport:?}");

        let busy = Busy::new(transport, &Operation::claim(), MANY, MANY);
        busy.then(Death::Silent);
        let error = busy.caller.call(&Operation::claim()).unwrap_err();
        assert_eq!(error.outcome(), Outcome::Unknown, "{transport:?}");
        assert_eq!(error.attempts(), 1, "{transport:?}");
        // Nobody else is sent into the same trap.
        busy.caller.call(&Operation::claim()).unwrap();
        assert_eq!(busy.end().asked(), (1, 1), "{transport:?}");
    }
}

#[test]
fn no_more_connections_are_kept_than_were_asked_for() {
    for transport in Transport::BOTH {
        let busy = Busy::new(transport, &Operation::User, 10, 3);
        if let Caller::Hyper(_, runtime) = &busy.caller {
            // Its connections are closed by tasks of their own.
            runtime.block_on(async { tokio::time::sleep(Duration::from_millis(100)).await });
        }
        busy.then(Death::Silent);
        assert_eq!(busy.end().closed, 7, "{transport:?}");
    }
}

/// A client that keeps its connections to a server, one for each of so many calls at once.
struct Busy {
    caller: Caller,
    death: Sender<Death>,
    died: Receiver<()>,
    server: JoinHandle<Seen>,
}

/// How the kept connections die.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Death {
    /// The server closes all of them, as one that ends does.
    Closed,
    /// They look alive, and each is reset when it is touched, as those of a machine that is gone.
    Silent,
    /// Nothing more is to come.
    End,
}

/// What the server has seen since they died.
#[derive(Default)]
struct Seen {
    /// Requests that began on a kept connection.
    stale: usize,
    /// Requests on a new one.
    fresh: usize,
    /// Kept connections that the client has closed.
    closed: usize,
}

impl Seen {
    const fn asked(&self) -> (usize, usize) {
        (self.stale, self.fresh)
    }

    /// Whether nothing has come on a kept connection. If something has, dropping it resets it.
    fn nothing_of(&mut self, stream: &TcpStream) -> bool {
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

impl Busy {
    fn new(transport: Transport, operation: &Operation, calls: usize, kept: usize) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let base_url = url(listener.local_addr().unwrap());
        let good = response(200, &[], operation.good_answer());
        let last = response(200, &[("connection", "close")], operation.good_answer());
        let (death, orders) = channel();
        let (tell, died) = channel();
        let server = thread::spawn(move || serve(&listener, calls, [&good, &last], &orders, &tell));
        let mut setup = Setup::new(&base_url);
        setup.idle_connections = kept;
        let caller = Caller::new(transport, &setup);
        let ends = at_once(calls, || caller.call(operation).is_ok());
        assert!(ends.iter().all(|is_done| *is_done));
        Self {
            caller,
            death,
            died,
            server,
        }
    }

    /// Lets them die, and waits until they have.
    fn then(&self, death: Death) {
        self.death.send(death).unwrap();
        self.died.recv_timeout(PATIENCE).unwrap();
    }

    fn end(self) -> Seen {
        self.then(Death::End);
        self.server.join().unwrap()
    }
}

/// Answers so many requests at once, lets their connections die, and answers more on new ones.
fn serve(
    listener: &TcpListener,
    calls: usize,
    [good, last]: [&[u8]; 2],
    orders: &Receiver<Death>,
    tell: &Sender<()>,
) -> Seen {
    let mut kept: Vec<_> = (0..calls).map(|_| listener.accept().unwrap().0).collect();
    for stream in &mut kept {
        read_request(stream);
    }
    for stream in &mut kept {
        stream.write_all(good).unwrap();
    }
    if orders.recv().unwrap() == Death::Closed {
        kept.clear();
    }
    tell.send(()).unwrap();

    listener.set_nonblocking(true).unwrap();
    let mut seen = Seen::default();
    loop {
        // Asked first, so that all that happened before is seen.
        let is_over = orders.try_recv().is_ok();
        kept.retain(|stream| seen.nothing_of(stream));
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
    tell.send(()).unwrap();
    seen
}

fn read_request(stream: &mut TcpStream) {
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let mut request = Vec::new();
    let mut piece = [0; 4096];
    // A head, and a body if there is one, come in one piece; a small body has its length said.
    loop {
        let count = stream.read(&mut piece).unwrap();
        assert_ne!(count, 0, "no request came");
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

/// Does it so many times at once.
fn at_once<T: Send>(times: usize, act: impl Fn() -> T + Sync) -> Vec<T> {
    thread::scope(|scope| {
        let threads: Vec<_> = (0..times).map(|_| scope.spawn(&act)).collect();
        let ends = threads.into_iter().map(|thread| thread.join().unwrap());
        ends.collect()
    })
}

fn url(address: SocketAddr) -> String {
    format!("http://{address}")
}

const MANY: usize = 300;
const PATIENCE: Duration = Duration::from_secs(30);
