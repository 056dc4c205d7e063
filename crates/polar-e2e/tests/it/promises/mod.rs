//! The table of promises, tested with both transports over real sockets.

mod condition;
mod handshake;
mod program;
mod responses;
mod row;

use std::{
    collections::{BTreeSet, VecDeque},
    sync::{Mutex, PoisonError},
    thread,
    time::{Duration, Instant},
};

use polar_core::{Config, Outcome, Proxy, RetryPolicy};
use polar_e2e::{Authority, Caller, Operation, ScriptServer, Setup, Transport, canary};
use polar_testkit::wire::{Action, Server, ServerLog, ServerPlan, response};

use self::{
    condition::{Condition, Stage, condition},
    row::{Facts, Row, table},
};

#[test]
fn both_transports_keep_every_promise_for_every_operation() {
    let servers = SharedServers::new();
    run_all(cases(), |case| case.run(&servers));
    servers.assert_no_redirect_was_followed();
}

/// For the whole API, a row of each point: the rest of the table does not depend on the operation.
#[test]
fn both_transports_keep_a_promise_of_each_point_for_the_whole_api() {
    let chosen = |row: &Row| WHOLE_API.contains(&&*row.what);
    let rows: Vec<Row> = table().into_iter().filter(chosen).collect();
    let points: BTreeSet<_> = rows.iter().map(|row| row.point).collect();
    assert_eq!(points, "BDEGHIJKLNO".chars().collect());
    let cases = cases_of(&rows, &Operation::whole_api());
    assert_eq!(cases.len(), WHOLE_API.len() * 186 * 2);
    let servers = SharedServers::new();
    run_all(cases, |case| case.run(&servers));
    servers.assert_no_redirect_was_followed();
}

#[test]
fn table_has_one_row_for_each_condition_and_operation() {
    let rows = table();
    let points: BTreeSet<_> = rows.iter().map(|row| row.point).collect();
    assert_eq!(points, "BCDEFGHIJKLNOPQR".chars().collect());
    let whats: BTreeSet<_> = rows.iter().map(|row| row.what.as_str()).collect();
    for what in whats {
        for operation in Operation::all() {
            let applies = |row: &&Row| row.what == what && row.applies_to(&operation);
            let count = rows.iter().filter(applies).count();
            assert_eq!(count, 1, "{what}, of {}", operation.name());
        }
    }
}

/// Runs all cases, several at once because most of them wait.
fn run_all(mut cases: Vec<Case>, run: impl Fn(&Case) -> Vec<String> + Sync) {
    // The slowest cases come first, so that they do not run alone at the end.
    let waits =
        |case: &Case| ["no response", "slow", "nothing"].map(|word| case.row.what.contains(word));
    cases.sort_by_key(|case| !waits(case).contains(&true));
    let cases = Mutex::new(VecDeque::from(cases));
    let broken = Mutex::new(Vec::new());
    let next = || {
        cases
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop_front()
    };
    thread::scope(|scope| {
        for _ in 0..WORKERS {
            scope.spawn(|| {
                while let Some(case) = next() {
                    let found = run(&case);
                    broken
                        .lock()
                        .unwrap_or_else(PoisonError::into_inner)
                        .extend(found);
                }
            });
        }
    });
    let broken = broken.into_inner().unwrap();
    assert!(
        broken.is_empty(),
        "{} promises broken:\n{}",
        broken.len(),
        broken.join("\n")
    );
}

/// Servers shared by all cases.
struct SharedServers {
    authority: Authority,
    /// The target of redirects, which must not be followed.
    trap: Server,
}

impl SharedServers {
    fn new() -> Self {
        let welcome = response(200, &[], "{}");
        Self {
            authority: Authority::new(),
            trap: Server::start([Action::Read, Action::Write(welcome)]).unwrap(),
        }
    }

    fn trap_url(&self) -> String {
        format!("http://{}/trap", self.trap.authority())
    }

    fn assert_no_redirect_was_followed(self) {
        let connections = self.trap.finish().connections();
        assert_eq!(connections, 0, "a redirect was followed");
    }
}

/// A row of the table, for one operation over one transport.
struct Case {
    row: Row,
    operation: Operation,
    transport: Transport,
}

fn cases() -> Vec<Case> {
    cases_of(&table(), &Operation::all())
}

fn cases_of(rows: &[Row], operations: &[Operation]) -> Vec<Case> {
    let mut cases = Vec::new();
    for row in rows {
        for operation in operations
            .iter()
            .filter(|operation| row.applies_to(operation))
        {
            for transport in Transport::BOTH {
                cases.push(Case {
                    row: row.clone(),
                    operation: operation.clone(),
                    transport,
                });
            }
        }
    }
    cases
}

impl Case {
    /// Runs the case, and returns the broken promises.
    fn run(&self, servers: &SharedServers) -> Vec<String> {
        let body = match self.operation.good_response() {
            // So that a part of it can be missing.
            body if body.is_empty() => "{}".into(),
            body => body,
        };
        let body = &*body;
        let trap = servers.trap_url();
        let condition = condition(&self.row.what, body, &servers.authority, &trap);
        let server = RunningServer::new(&condition, body);
        let caller = Caller::new(
            self.transport,
            &server.setup(&condition, &servers.authority),
        );
        let mut broken = Vec::new();
        if condition.is_reused && caller.call(&self.operation).is_err() {
            broken.push("the first call failed".to_owned());
        }
        if condition.is_closed {
            server.wait_for_close();
        }
        let start = Instant::now();
        let result = caller.call(&self.operation);
        let elapsed = start.elapsed();
        drop(caller);
        let arrived = server.arrived() - usize::from(condition.is_reused);
        broken.extend(self.row.broken(&Facts::of(&result), arrived));
        let limit = condition.timeout.unwrap_or(AMPLE) + GRACE;
        if elapsed > limit {
            broken.push(format!("it took {elapsed:?}"));
        }
        let is_limited = self.row.point == 'H';
        if let Err(error) = &result
            && !self.operation.is_read()
            && !is_limited
            && error.outcome() == Outcome::NotDone
            && arrived > 0
        {
            broken.push("it arrived, but is reported as not done".to_owned());
        }
        let reported = match &result {
            Ok(_) => String::new(),
            Err(error) => format!("{error:?}"),
        };
        self.describe(broken, &reported)
    }

    /// Adds the case and the reported error to the broken promises.
    fn describe(&self, broken: Vec<String>, reported: &str) -> Vec<String> {
        let (what, name) = (&self.row.what, self.operation.name());
        let via = self.transport;
        let describe = |broken| format!("{what}, {name} over {via:?}: {broken}; {reported}");
        broken.into_iter().map(describe).collect()
    }
}

/// The server of a case.
enum RunningServer {
    Wire {
        server: Server,
        scheme: &'static str,
    },
    Tls(ScriptServer),
    Proxy(Server),
}

impl RunningServer {
    fn new(condition: &Condition, body: &str) -> Self {
        let start = |plan: &ServerPlan| Server::start(plan.clone()).unwrap();
        match &condition.stage {
            Stage::Wire(plan) => Self::Wire {
                server: start(plan),
                scheme: "http",
            },
            Stage::NoTls(plan) => Self::Wire {
                server: start(plan),
                scheme: "https",
            },
            Stage::Tls(identity) => {
                Self::Tls(ScriptServer::tls(identity.clone(), responses::good(body)))
            }
            Stage::Proxy(plan) => Self::Proxy(start(plan)),
        }
    }

    fn setup(&self, condition: &Condition, authority: &Authority) -> Setup {
        let mut setup = Setup::new(&self.base_url());
        setup.roots.push(authority.roots());
        if let Some(timeout) = condition.connect_timeout {
            setup.connect_timeout = timeout;
        }
        if let Self::Proxy(server) = self {
            setup.proxy = Proxy::through(&server.authority()).unwrap();
        }
        setup.config(|config: Config| {
            let mut config = config;
            if let Some(timeout) = condition.timeout {
                config = config.timeout(timeout);
            }
            if let Some(timeout) = condition.read_timeout {
                config = config.read_timeout(timeout);
            }
            if condition.retries {
                config
            } else {
                config.retry(RetryPolicy::none())
            }
        })
    }

    fn base_url(&self) -> String {
        match self {
            Self::Wire { server, scheme } => format!("{scheme}://{}", server.authority()),
            Self::Tls(server) => format!("https://{}", server.address()),
            Self::Proxy(_) => "https://api.polar.test".to_owned(),
        }
    }

    fn wait_for_close(&self) {
        if let Self::Wire { server, .. } = self {
            assert!(server.wait_for_close(0, AMPLE));
        }
    }

    /// Returns how many requests arrived, at least in part. The bytes of a TLS handshake and of a
    /// `CONNECT` do not count, and must not contain secrets.
    fn arrived(self) -> usize {
        match self {
            Self::Wire {
                server,
                scheme: "http",
            } => server.finish().requests().len(),
            Self::Wire { server, .. } | Self::Proxy(server) => {
                let log = server.finish();
                assert_nothing_leaked(&log);
                log.complete().filter(|one| one.method != "CONNECT").count()
            }
            Self::Tls(server) => server.requests().len(),
        }
    }
}

fn assert_nothing_leaked(log: &ServerLog) {
    for request in log.requests() {
        let bytes = String::from_utf8_lossy(&request.bytes);
        canary::assert_clean("a connection without TLS", &bytes);
    }
}

/// Conditions that are the same whatever the status and the body of a good response are.
const WHOLE_API: [&str; 13] = [
    "no listener",
    "a reset at the first byte",
    "a close instead of a response",
    "no response",
    "a truncated head",
    "a response 429",
    "a response 503, retry-after: 0",
    "a response 500",
    "a response 408",
    "a response 422 with nonsense",
    "a response 307, location: TRAP",
    "a truncated chunk",
    "a response 200 with a gigabyte",
];
const WORKERS: usize = 16;
/// The timeout of calls that are not meant to time out.
const AMPLE: Duration = Duration::from_secs(20);
/// How long after its deadline a call may end on a machine under load.
const GRACE: Duration = Duration::from_secs(if cfg!(feature = "native-tls") {
    // OpenSSL 3.0 takes a tenth of a second to read the system's certificates, and each case with TLS
    // makes it do so, in all workers.
    5
} else {
    2
});
