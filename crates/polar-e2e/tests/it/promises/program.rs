//! The same table, kept by `polar-seats`: a claim and a list, over either transport.

use std::{
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use polar_cli::{ExitStatus, Stream, System, Terminal, run};
use polar_e2e::{Operation, Transport, answers, canary};
use serde_json::Value;

use super::{Case, Scene, Stand, cases, fault::fault, line::Facts, play_all};

#[test]
fn every_promise_is_kept_by_the_program_and_its_exit_code_tells_the_end() {
    let scene = Scene::new();
    let roots = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("authority.pem");
    fs::write(&roots, scene.authority.pem()).unwrap();
    let mut cases = cases();
    cases.retain(|case| command(&case.operation).is_some() && can_happen(&case.line.what));
    play_all(cases, |case| play(case, &scene, &roots));
    scene.assert_nobody_was_trapped();
}

/// A run makes one call, has the proxies of its environment, and no time for one attempt.
fn can_happen(what: &str) -> bool {
    let cannot = ["kept connection", "proxy: ", "without retries", "less time"];
    !cannot.iter().any(|word| what.contains(word))
}

fn command(operation: &Operation) -> Option<&'static [&'static str]> {
    match operation {
        Operation::Claim(_) => Some(&["claim", "-"]),
        Operation::List(_) => Some(&["list", "--subscription", answers::SUBSCRIPTION]),
        _ => None,
    }
}

fn play(case: &Case, scene: &Scene, roots: &Path) -> Vec<String> {
    let body = case.operation.good_answer();
    let trap = scene.trap_url();
    let fault = fault(&case.line.what, body, &scene.authority, &trap);
    let stand = Stand::new(&fault, body);
    let timeout = fault.timeout.map_or(20.0, |time| time.as_secs_f64());
    let transport = match case.transport {
        Transport::Hyper => "hyper",
        Transport::Ureq => "ureq",
    };
    let options = [
        "polar-seats".to_owned(),
        "--json".to_owned(),
        "--no-proxy".to_owned(),
        format!("--base-url={}", stand.base_url()),
        format!("--timeout={timeout}"),
        format!("--transport={transport}"),
        format!("--ca-file={}", roots.display()),
    ];
    // A read would share the short time among three attempts; the table's has the whole for one.
    let once = fault.timeout.map(|_| "--max-retries=0".to_owned());
    let command = command(&case.operation).into_iter().flatten();
    let args = options
        .into_iter()
        .chain(once)
        .chain(command.map(|&word| word.to_owned()));
    let ended = Ended::of(args);
    let arrived = stand.arrived();
    let mut broken = case.line.broken(&ended.facts(), arrived);
    broken.extend(ended.broken(case));
    case.placed(broken, &ended.stderr)
}

/// How a run of the program ended.
struct Ended {
    exit: ExitStatus,
    stdout: String,
    stderr: String,
}

impl Ended {
    fn of(args: impl Iterator<Item = String>) -> Self {
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

    /// What it says of itself.
    fn facts(&self) -> Facts {
        let error = self.error();
        let word = |name: &str| error[name].as_str().map(str::to_owned);
        Facts {
            end: word("outcome").unwrap_or_else(|| "done".to_owned()),
            sent: word("sent"),
            status: error["status"]
                .as_u64()
                .and_then(|status| status.try_into().ok()),
            tries: None,
        }
    }

    fn error(&self) -> Value {
        let document: Value = serde_json::from_str(&self.stderr).unwrap_or_default();
        document["error"].clone()
    }

    fn broken(&self, case: &Case) -> Vec<String> {
        let mut broken = Vec::new();
        let expected = match self.facts().end.as_str() {
            "done" => ExitStatus::Success,
            "refused" => ExitStatus::Refused,
            "not_done" => ExitStatus::NotDone,
            _ => ExitStatus::Unknown,
        };
        if self.exit != expected {
            broken.push(format!("the exit was {:?}", self.exit));
        }
        let is_done = self.exit == ExitStatus::Success;
        if is_done != self.stderr.is_empty() || is_done == self.stdout.is_empty() {
            broken.push("it said something in the wrong place".to_owned());
        }
        let secrets = canary::SECRETS.iter();
        for secret in secrets.filter(|secret| self.stderr.contains(**secret)) {
            broken.push(format!("it shows {secret}"));
        }
        broken.extend(self.lost(case));
        broken
    }

    /// A claim's answer comes once: where it could not be read, it is in a file, which is taken
    /// away here.
    fn lost(&self, case: &Case) -> Option<String> {
        let error = self.error();
        let next = error["next_step"].as_str().unwrap_or_default();
        let place = next
            .split_whitespace()
            .find(|word| word.contains("polar-seats-claim-"));
        let kept = place.map(|place| {
            let path = place.trim_end_matches(['.', ',']);
            let kept = fs::read(path).unwrap();
            fs::remove_file(path).unwrap();
            kept
        });
        let is_unread_claim = error["kind"] == "undecodable" && !case.operation.is_read();
        let had_a_body = !case.line.what.ends_with("with nothing");
        (is_unread_claim && had_a_body && kept.is_none()).then(|| "the answer is lost".to_owned())
    }
}
