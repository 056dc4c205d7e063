//! The table of promises, kept by both transports over real sockets.

mod fault;
mod handshake;
mod line;
mod program;
mod words;

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
    fault::{Fault, Stage, fault},
    line::{Facts, Line, table},
};

#[test]
fn every_promise_is_kept_by_both_transports_for_every_operation() {
    let scene = Scene::new();
    play_all(cases(), |case| case.play(&scene));
    scene.assert_nobody_was_trapped();
}

#[test]
fn every_point_of_failure_has_its_lines_for_reads_and_writes() {
    let lines = table();
    let points: BTreeSet<_> = lines.iter().map(|line| line.point).collect();
    assert_eq!(points, "BCDEFGHIJKLNOPQR".chars().collect());
    let whats: BTreeSet<_> = lines.iter().map(|line| line.what.as_str()).collect();
    for what in whats {
        for operation in Operation::all() {
            let about = |line: &&Line| line.what == what && line.is_about(&operation);
            let count = lines.iter().filter(about).count();
            assert_eq!(count, 1, "{what}, of {}", operation.name());
        }
    }
}

/// Plays all of them, many at once since most of them wait.
fn play_all(mut cases: Vec<Case>, play: impl Fn(&Case) -> Vec<String> + Sync) {
    // Those that wait longest come first, so that nobody waits for them alone at the end.
    let waits =
        |case: &Case| ["silence", "drips", "nothing"].map(|word| case.line.what.contains(word));
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
                    let found = play(&case);
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
        "{} broken:\n{}",
        broken.len(),
        broken.join("\n")
    );
}

/// What all cases share.
struct Scene {
    authority: Authority,
    /// Where redirects point, and nobody may go.
    trap: Server,
}

impl Scene {
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

    fn assert_nobody_was_trapped(self) {
        let connections = self.trap.finish().connections();
        assert_eq!(connections, 0, "somebody went where a redirect points");
    }
}

/// A line of the table, for one operation over one transport.
struct Case {
    line: Line,
    operation: Operation,
    transport: Transport,
}

fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for line in table() {
        for operation in Operation::all() {
            for transport in Transport::BOTH {
                if line.is_about(&operation) {
                    let (line, operation) = (line.clone(), operation.clone());
                    cases.push(Case {
                        line,
                        operation,
                        transport,
                    });
                }
            }
        }
    }
    cases
}

impl Case {
    /// Plays it; what is broken of it.
    fn play(&self, scene: &Scene) -> Vec<String> {
        let body = self.operation.good_answer();
        let trap = scene.trap_url();
        let fault = fault(&self.line.what, body, &scene.authority, &trap);
        let stand = Stand::new(&fault, body);
        let caller = Caller::new(self.transport, &stand.setup(&fault, &scene.authority));
        let mut broken = Vec::new();
        if fault.kept && caller.call(&self.operation).is_err() {
            broken.push("the call before it failed".to_owned());
        }
        if fault.ended {
            stand.wait_for_end();
        }
        let begun = Instant::now();
        let result = caller.call(&self.operation);
        let elapsed = begun.elapsed();
        drop(caller);
        let arrived = stand.arrived() - usize::from(fault.kept);
        broken.extend(self.line.broken(&Facts::of(&result), arrived));
        let limit = fault.timeout.unwrap_or(AMPLE) + GRACE;
        if elapsed > limit {
            broken.push(format!("it took {elapsed:?}"));
        }
        let is_limited = self.line.point == 'H';
        if let Err(error) = &result
            && !self.operation.is_read()
            && !is_limited
            && error.outcome() == Outcome::NotDone
            && arrived > 0
        {
            broken.push("it arrived, and is said not to have been done".to_owned());
        }
        let told = match &result {
            Ok(_) => String::new(),
            Err(error) => format!("{error:?}"),
        };
        self.placed(broken, &told)
    }

    /// What is broken, with its place and what was told of it.
    fn placed(&self, broken: Vec<String>, told: &str) -> Vec<String> {
        let (what, name) = (&self.line.what, self.operation.name());
        let via = self.transport;
        let place = |broken| format!("{what}, of {name} over {via:?}: {broken}; {told}");
        broken.into_iter().map(place).collect()
    }
}

/// A fault that is ready to happen.
enum Stand {
    Wire {
        server: Server,
        scheme: &'static str,
    },
    Tls(ScriptServer),
    Proxy(Server),
}

impl Stand {
    fn new(fault: &Fault, body: &str) -> Self {
        let start = |plan: &ServerPlan| Server::start(plan.clone()).unwrap();
        match &fault.stage {
            Stage::Wire(plan) => Self::Wire {
                server: start(plan),
                scheme: "http",
            },
            Stage::NoTls(plan) => Self::Wire {
                server: start(plan),
                scheme: "https",
            },
            Stage::Tls(identity) => {
                Self::Tls(ScriptServer::tls(identity.clone(), words::good(body)))
            }
            Stage::Proxy(plan) => Self::Proxy(start(plan)),
        }
    }

    fn setup(&self, fault: &Fault, authority: &Authority) -> Setup {
        let mut setup = Setup::new(&self.base_url());
        setup.roots.push(authority.roots());
        if let Some(timeout) = fault.connect_timeout {
            setup.connect_timeout = timeout;
        }
        if let Self::Proxy(server) = self {
            setup.proxy = Proxy::through(&server.authority()).unwrap();
        }
        setup.config(|config: Config| {
            let mut config = config;
            if let Some(timeout) = fault.timeout {
                config = config.timeout(timeout);
            }
            if let Some(timeout) = fault.read_timeout {
                config = config.read_timeout(timeout);
            }
            if fault.retries {
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

    fn wait_for_end(&self) {
        if let Self::Wire { server, .. } = self {
            assert!(server.wait_for_close(0, AMPLE));
        }
    }

    /// How many requests arrived, in part or whole. Where TLS was expected, or a proxy asked, the
    /// bytes of the handshake are none; and no secret may be among them.
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

const WORKERS: usize = 16;
/// As much as the calls have that are not meant to run out of time.
const AMPLE: Duration = Duration::from_secs(20);
/// How much later than its deadline a call may end on a machine with much to do.
const GRACE: Duration = Duration::from_secs(2);
