//! The table of promises for `polar-seats`: a claim and a list, over both transports.

use std::{
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use polar_e2e::{Operation, Transport, canary, responses};
use polar_seats::{ExitStatus, Stream, System, Terminal, run};
use serde_json::Value;

use super::{Case, RunningServer, SharedServers, cases, condition::condition, row::Facts, run_all};

#[test]
fn program_keeps_every_promise_and_has_the_right_exit_code() {
    let servers = SharedServers::new();
    let roots = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("authority.pem");
    fs::write(&roots, servers.authority.pem()).unwrap();
    let mut cases = cases();
    cases.retain(|case| command(&case.operation).is_some() && can_happen(&case.row.what));
    run_all(cases, |case| run_program(case, &servers, &roots));
    servers.assert_no_redirect_was_followed();
}

/// Returns whether the condition can occur with the program, which makes one call and has no options
/// for these settings.
fn can_happen(what: &str) -> bool {
    let cannot = [
        "reused connection",
        "idle connection",
        "proxy: ",
        "without retries",
        "with a short",
    ];
    !cannot.iter().any(|words| what.contains(words))
}

fn command(operation: &Operation) -> Option<&'static [&'static str]> {
    match operation {
        Operation::Claim(_) => Some(&["claim", "-"]),
        Operation::List(_) => Some(&["list", "--subscription", responses::SUBSCRIPTION]),
        _ => None,
    }
}

fn run_program(case: &Case, servers: &SharedServers, roots: &Path) -> Vec<String> {
    let body = &*case.operation.good_response();
    let trap = servers.trap_url();
    let condition = condition(&case.row.what, body, &servers.authority, &trap);
    let server = RunningServer::new(&condition, body);
    let timeout = condition.timeout.map_or(20.0, |time| time.as_secs_f64());
    let transport = match case.transport {
        Transport::Hyper => "hyper",
        Transport::Ureq => "ureq",
    };
    let options = [
        "polar-seats".to_owned(),
        "--json".to_owned(),
        "--no-proxy".to_owned(),
        format!("--base-url={}", server.base_url()),
        format!("--timeout={timeout}"),
        format!("--transport={transport}"),
        format!("--ca-file={}", roots.display()),
    ];
    // With retries, a read would divide the short timeout among three attempts.
    let once = condition.timeout.map(|_| "--max-retries=0".to_owned());
    let command = command(&case.operation).into_iter().flatten();
    let args = options
        .into_iter()
        .chain(once)
        .chain(command.map(|&word| word.to_owned()));
    let run = ProgramRun::new(args);
    let arrived = server.arrived();
    let mut broken = case.row.broken(&run.facts(), arrived);
    broken.extend(run.broken(case));
    case.describe(broken, &run.stderr)
}

/// The result of a run of the program.
struct ProgramRun {
    exit: ExitStatus,
    stdout: String,
    stderr: String,
}

impl ProgramRun {
    fn new(args: impl Iterator<Item = String>) -> Self {
        let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
        let env =
            |name: &str| (name == "POLAR_ACCESS_TOKEN").then(|| OsString::from(canary::ACCESS));
        let exit = run(System {
            args: args.map(OsString::from).collect(),
            env: &env,
            stdin: &mut canary::INVITATION.as_bytes(),
            stdout: Stream::new(&mut stdout, false),
            stderr: Stream::new(&mut stderr, false),
            log: Arc::new(|_| ()),
            terminal: Terminal::default(),
        });
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Self {
            exit,
            stdout: text(stdout),
            stderr: text(stderr),
        }
    }

    /// Returns the facts in the JSON output.
    fn facts(&self) -> Facts {
        let error = self.error();
        let word = |name: &str| error[name].as_str().map(str::to_owned);
        Facts {
            outcome: word("outcome").unwrap_or_else(|| "done".to_owned()),
            sent: word("sent"),
            status: error["status"]
                .as_u64()
                .and_then(|status| status.try_into().ok()),
            attempts: None,
        }
    }

    fn error(&self) -> Value {
        let document: Value = serde_json::from_str(&self.stderr).unwrap_or_default();
        document["error"].clone()
    }

    fn broken(&self, case: &Case) -> Vec<String> {
        let mut broken = Vec::new();
        let expected = match self.facts().outcome.as_str() {
            "done" => ExitStatus::Success,
            "refused" => ExitStatus::Refused,
            "not_done" => ExitStatus::NotDone,
            _ => ExitStatus::Unknown,
        };
        if self.exit != expected {
            broken.push(format!("the exit status is {:?}", self.exit));
        }
        let is_done = self.exit == ExitStatus::Success;
        if is_done != self.stderr.is_empty() || is_done == self.stdout.is_empty() {
            broken.push("the output is on the wrong stream".to_owned());
        }
        let secrets = canary::SECRETS.iter();
        for secret in secrets.filter(|secret| self.stderr.contains(**secret)) {
            broken.push(format!("the output contains {secret}"));
        }
        broken.extend(self.lost_response(case));
        broken
    }

    /// Checks that an unreadable response to a claim is saved in a file, and removes the file.
    fn lost_response(&self, case: &Case) -> Option<String> {
        let error = self.error();
        let next = error["next_step"].as_str().unwrap_or_default();
        let place = next
            .split_whitespace()
            .find(|word| word.contains("polar-seats-claim-"));
        let saved = place.map(|place| {
            let path = place.trim_end_matches(['.', ',']);
            let saved = fs::read(path).unwrap();
            fs::remove_file(path).unwrap();
            saved
        });
        let is_unread_claim = error["kind"] == "undecodable" && !case.operation.is_read();
        let had_a_body = !case.row.what.ends_with("with nothing");
        let is_lost = is_unread_claim && had_a_body && saved.is_none();
        is_lost.then(|| "the response is lost".to_owned())
    }
}
