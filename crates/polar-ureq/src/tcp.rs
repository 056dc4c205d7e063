use std::{
    io::{self, ErrorKind},
    net::SocketAddr,
    time::{Duration, Instant},
};

use crate::socket::Socket;
use crate::turns::by_turns;

/// Connects to the first of these addresses that answers.
///
/// They are tried one after the other, the families by turns, each for as long as `patience`, and
/// for no more than its share of the time that is left: however many are dead, the last one has its
/// turn.
pub(crate) fn connect(
    addresses: Vec<SocketAddr>,
    patience: Duration,
    deadline: Instant,
) -> io::Result<Socket> {
    let addresses = by_turns(addresses);
    let mut outcome = Err(ErrorKind::NotFound.into());
    for (address, untried) in addresses.iter().zip((1..=addresses.len()).rev()) {
        let left = deadline.saturating_duration_since(Instant::now());
        let share = left / u32::try_from(untried).unwrap_or(u32::MAX);
        if share.is_zero() {
            return Err(ErrorKind::TimedOut.into());
        }
        outcome = Socket::connect(*address, share.min(patience), deadline);
        if outcome.is_ok() {
            break;
        }
    }
    outcome
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, TcpListener, TcpStream};

    use socket2::{Domain, Type};

    use super::*;

    /// An address that answers nobody: its queue is full, and whoever comes is passed over.
    struct Dead {
        address: SocketAddr,
        _listener: socket2::Socket,
        _queue: Vec<TcpStream>,
    }

    impl Dead {
        fn new() -> Self {
            let listener = socket2::Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
            let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
            listener.bind(&any.into()).unwrap();
            listener.listen(0).unwrap();
            let address = listener.local_addr().unwrap().as_socket().unwrap();
            let next = || TcpStream::connect_timeout(&address, Duration::from_millis(200)).ok();
            let queue = std::iter::from_fn(next).collect();
            Self {
                address,
                _listener: listener,
                _queue: queue,
            }
        }
    }

    fn alive() -> TcpListener {
        TcpListener::bind("127.0.0.1:0").unwrap()
    }

    #[test]
    fn addresses_that_answer_nobody_leave_time_for_the_one_that_does() {
        let (one, other, alive) = (Dead::new(), Dead::new(), alive());
        let addresses = vec![one.address, other.address, alive.local_addr().unwrap()];
        let start = Instant::now();
        let time = Duration::from_secs(3);
        let connected = connect(addresses, LONG, start + time);
        assert!(connected.is_ok(), "{connected:?}");
        assert!(start.elapsed() >= time / 2);
    }

    #[test]
    fn an_address_has_no_more_than_the_patience() {
        let (dead, alive) = (Dead::new(), alive());
        let addresses = vec![dead.address, alive.local_addr().unwrap()];
        let start = Instant::now();
        assert!(connect(addresses, Duration::from_millis(100), start + LONG).is_ok());
        assert!(start.elapsed() < LONG / 2);
    }

    #[test]
    fn the_last_failure_is_told() {
        let dead = Dead::new();
        let refusing = alive().local_addr().unwrap();
        let error = connect(vec![dead.address, refusing], SHORT, Instant::now() + LONG);
        assert_eq!(error.unwrap_err().kind(), ErrorKind::ConnectionRefused);
        let error = connect(vec![refusing, dead.address], SHORT, Instant::now() + LONG);
        assert_eq!(error.unwrap_err().kind(), ErrorKind::TimedOut);
        let error = connect(Vec::new(), SHORT, Instant::now() + LONG);
        assert_eq!(error.unwrap_err().kind(), ErrorKind::NotFound);
    }

    const SHORT: Duration = Duration::from_millis(100);
    const LONG: Duration = Duration::from_secs(20);
}
