use std::{
    collections::HashMap,
    fmt, io,
    net::{IpAddr, SocketAddr, ToSocketAddrs},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread,
    time::Instant,
};

use polar_net::{Error, Reason};

/// The name lookups of a transport: at most one at a time for each host.
///
/// The system's lookup has no timeout and cannot be canceled, so it runs on a thread of its own. All
/// calls that need the same host share one lookup: while a name server does not respond, one thread
/// waits for it, however many calls time out.
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

    /// Returns the addresses of a host, which may be an address itself, without brackets.
    pub(crate) fn addresses(
        &self,
        name: &str,
        port: u16,
        deadline: Instant,
    ) -> Result<Vec<SocketAddr>, Error> {
        if let Ok(address) = name.parse::<IpAddr>() {
            return Ok(vec![(address, port).into()]);
        }
        self.lookup((name.to_owned(), port))
            .map_err(|error| Error::from(Reason::LookupThread).because(error))?
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
    fn wait(&self, deadline: Instant) -> Result<Vec<SocketAddr>, Error> {
        let left = deadline.saturating_duration_since(Instant::now());
        let (result, _) = self
            .finished
            .wait_timeout_while(lock(&self.result), left, |result| result.is_none())
            .unwrap_or_else(PoisonError::into_inner);
        match &*result {
            Some(Ok(addresses)) => Ok(addresses.clone()),
            Some(Err(error)) => Err(Error::from(Reason::Lookup).because(Arc::clone(error))),
            None => Err(Reason::LookupTimeout.into()),
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

#[cfg(test)]
mod tests {
    use std::{
        sync::atomic::{AtomicUsize, Ordering::SeqCst},
        time::Duration,
    };

    use super::*;

    #[test]
    fn calls_share_one_lookup_for_each_host_and_use_a_late_result() {
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
                        let error = lookups.addresses("slow.example", 443, soon()).unwrap_err();
                        assert_eq!(error.to_string(), Reason::LookupTimeout.to_string());
                    }
                });
            }
        });
        let other = lookups.addresses("other.example", 443, soon());
        let other = other.unwrap_err().to_string();
        assert_eq!(other, Reason::LookupTimeout.to_string());

        let joined = slow();
        assert!(Arc::ptr_eq(&first, &joined));
        drop(hung);
        let addresses = joined.wait(late()).unwrap();
        assert_eq!(addresses, [SocketAddr::from(([127, 0, 0, 1], 443))]);
        lookups.addresses("other.example", 443, late()).unwrap();
        assert_eq!(STARTED.load(SeqCst), 1, "for the slow host");
    }

    #[test]
    fn lookup_results_are_not_cached() {
        static STARTED: AtomicUsize = AtomicUsize::new(0);
        let lookups = Lookups::by(|_| match STARTED.fetch_add(1, SeqCst) {
            0 => Err(io::Error::other("try again")),
            _ => Ok(Vec::new()),
        });
        let error = lookups.addresses("a.example", 80, late()).unwrap_err();
        assert_eq!(error.to_string(), Reason::Lookup.to_string());
        assert_eq!(
            std::error::Error::source(&error).unwrap().to_string(),
            "try again"
        );
        assert!(lookups.addresses("a.example", 80, late()).is_ok());
        assert!(lock(&lookups.running).is_empty());
    }

    #[test]
    fn addresses_are_not_looked_up() {
        let lookups = Lookups::by(|host| Err(io::Error::other(format!("{host:?}"))));
        for (host, address) in [("127.0.0.1", "127.0.0.1:80"), ("::1", "[::1]:80")] {
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
