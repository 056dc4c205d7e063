use std::{
    collections::HashMap,
    fmt, io,
    net::{IpAddr, SocketAddr, ToSocketAddrs},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread,
    time::Instant,
};

use http::Uri;
use polar_core::TransportErrorKind;
use ureq::{
    config::Config,
    unversioned::{
        resolver::{ResolvedSocketAddrs, Resolver},
        transport::NextTimeout,
    },
};

use crate::error::Failure;

/// Looks up no name.
///
/// ureq asks before it looks into its pool, so that every exchange would cost a lookup. The
/// [`Dialer`](crate::connect::Dialer) asks when it opens a connection.
#[derive(Debug)]
pub(crate) struct Later;

impl Resolver for Later {
    fn resolve(
        &self,
        _: &Uri,
        _: &Config,
        _: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        Ok(self.empty())
    }
}

/// The name lookups of a transport: at most one at a time for each host.
///
/// The system's lookup has no time limit and cannot be canceled, so it runs on a thread that the
/// calls do not have to wait for. All calls that need the same host share one lookup: while a name
/// server does not respond, one thread waits for it, however many calls give up.
pub(crate) struct Lookups {
    resolve: Resolve,
    running: Arc<Mutex<HashMap<Host, Arc<Lookup>>>>,
}

/// Returns the addresses of a host, in the system's order.
type Resolve = fn(&Host) -> io::Result<Vec<SocketAddr>>;

/// A name and a port.
type Host = (String, u16);

#[derive(Default)]
struct Lookup {
    result: Mutex<Option<Result<Vec<SocketAddr>, Arc<io::Error>>>>,
    finished: Condvar,
}

impl Lookups {
    /// Lookups by the system.
    pub(crate) fn new() -> Self {
        Self::by(|(name, port)| Ok((name.as_str(), *port).to_socket_addrs()?.collect()))
    }

    pub(crate) fn by(resolve: Resolve) -> Self {
        Self {
            resolve,
            running: Arc::default(),
        }
    }

    /// Returns the addresses of a host, which may be an address itself.
    pub(crate) fn addresses(
        &self,
        host: &str,
        port: u16,
        deadline: Instant,
    ) -> Result<Vec<SocketAddr>, Failure> {
        let name = host.trim_start_matches('[').trim_end_matches(']');
        if let Ok(address) = name.parse::<IpAddr>() {
            return Ok(vec![(address, port).into()]);
        }
        self.lookup((name.to_owned(), port))
            .map_err(|error| Failure::new(TransportErrorKind::Connect, NO_THREAD).because(error))?
            .wait(deadline)
    }

    /// Returns the running lookup of a host, or starts one.
    fn lookup(&self, host: Host) -> io::Result<Arc<Lookup>> {
        let mut running = lock(&self.running);
        if let Some(lookup) = running.get(&host) {
            return Ok(Arc::clone(lookup));
        }
        let lookup = Arc::new(Lookup::default());
        let (resolve, others) = (self.resolve, Arc::clone(&self.running));
        let (own_host, own) = (host.clone(), Arc::clone(&lookup));
        thread::Builder::new()
            .name("polar-ureq-lookup".to_owned())
            .spawn(move || {
                let result = resolve(&own_host).map_err(Arc::new);
                // First, so that a call which begins from now on asks the system again.
                lock(&others).remove(&own_host);
                *lock(&own.result) = Some(result);
                own.finished.notify_all();
            })?;
        running.insert(host, Arc::clone(&lookup));
        Ok(lookup)
    }
}

impl Lookup {
    fn wait(&self, deadline: Instant) -> Result<Vec<SocketAddr>, Failure> {
        let left = deadline.saturating_duration_since(Instant::now());
        let (result, _) = self
            .finished
            .wait_timeout_while(lock(&self.result), left, |result| result.is_none())
            .unwrap_or_else(PoisonError::into_inner);
        match &*result {
            Some(Ok(addresses)) => Ok(addresses.clone()),
            Some(Err(error)) => {
                Err(Failure::new(TransportErrorKind::Connect, UNKNOWN).because(Arc::clone(error)))
            }
            None => Err(Failure::new(TransportErrorKind::Timeout, SLOW)),
        }
    }
}

impl fmt::Debug for Lookups {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lookups").finish_non_exhaustive()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Nothing panics under the lock.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

const UNKNOWN: &str = "the host's name was not found";
const SLOW: &str = "the lookup of the host's name did not finish in time";
const NO_THREAD: &str = "no thread could be started to look up the host's name";

#[cfg(test)]
mod tests {
    use std::{
        sync::atomic::{AtomicUsize, Ordering::SeqCst},
        time::Duration,
    };

    use super::*;

    #[test]
    fn calls_share_one_lookup_per_host_and_a_late_result_still_counts() {
        static STARTED: AtomicUsize = AtomicUsize::new(0);
        static HUNG: Mutex<()> = Mutex::new(());
        let hung = lock(&HUNG);
        let lookups = Lookups::by(|(name, port)| {
            if name == "slow.example" {
                STARTED.fetch_add(1, SeqCst);
            }
            drop(lock(&HUNG));
            Ok(vec![([127, 0, 0, 1], *port).into()])
        });

        let slow = || lookups.lookup(("slow.example".to_owned(), 443)).unwrap();
        let first = slow();
        thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    for _ in 0..5 {
                        let failure = lookups.addresses("slow.example", 443, soon()).unwrap_err();
                        assert_eq!(failure.to_string(), SLOW);
                    }
                });
            }
        });
        let other = lookups.addresses("other.example", 443, soon());
        assert_eq!(other.unwrap_err().to_string(), SLOW);

        let joined = slow();
        assert!(Arc::ptr_eq(&first, &joined));
        drop(hung);
        let addresses = joined.wait(late()).unwrap();
        assert_eq!(addresses, [SocketAddr::from(([127, 0, 0, 1], 443))]);
        lookups.addresses("other.example", 443, late()).unwrap();
        assert_eq!(STARTED.load(SeqCst), 1, "for the slow host");
    }

    #[test]
    fn a_result_is_not_kept_for_later_calls() {
        static STARTED: AtomicUsize = AtomicUsize::new(0);
        let lookups = Lookups::by(|_| match STARTED.fetch_add(1, SeqCst) {
            0 => Err(io::Error::other("try again")),
            _ => Ok(Vec::new()),
        });
        let failure = lookups.addresses("a.example", 80, late()).unwrap_err();
        assert_eq!(failure.to_string(), UNKNOWN);
        assert_eq!(
            std::error::Error::source(&failure).unwrap().to_string(),
            "try again"
        );
        assert!(lookups.addresses("a.example", 80, late()).is_ok());
        assert!(lock(&lookups.running).is_empty());
    }

    #[test]
    fn an_address_is_not_looked_up() {
        let lookups = Lookups::by(|host| Err(io::Error::other(format!("{host:?}"))));
        for (host, address) in [("127.0.0.1", "127.0.0.1:80"), ("[::1]", "[::1]:80")] {
            let found = lookups.addresses(host, 80, late()).unwrap();
            assert_eq!(found, [address.parse().unwrap()]);
        }
    }

    fn soon() -> Instant {
        Instant::now() + Duration::from_millis(20)
    }

    fn late() -> Instant {
        Instant::now() + Duration::from_secs(60)
    }
}
