//! The parts of a page, and running its commands.

use std::{ffi::OsString, fs, io, sync::Arc};

use polar_mock_server::MockServer;
use polar_seats::{ExitStatus, Stream, System, Terminal, run};

use super::stage::Stage;
use crate::code::OPERATIONS;

/// The page of an operation or a recipe.
pub(crate) struct Page {
    text: &'static str,
}

impl Page {
    pub(crate) fn named(name: &str) -> Self {
        let (_, text) = OPERATIONS.iter().find(|(other, _)| *other == name).unwrap();
        Self { text }
    }

    /// The blocks of a kind: `http` for requests, `json` for responses, `text` for the order of several
    /// exchanges, `console` for commands.
    pub(crate) fn blocks(&self, kind: &str) -> Vec<&'static str> {
        let start = format!("```{kind}\n");
        let blocks = self.text.split(start.as_str()).skip(1);
        blocks
            .map(|block| block.split("\n```").next().unwrap())
            .collect()
    }

    /// The commands of the console blocks.
    pub(crate) fn commands(&self) -> Vec<&'static str> {
        let lines = self.blocks("console").into_iter().flat_map(str::lines);
        lines.filter_map(|line| line.strip_prefix("$ ")).collect()
    }

    /// The rows of the table of errors: status, name, remedy.
    pub(crate) fn errors(&self) -> Vec<(u16, &'static str, &'static str)> {
        let rows = self.text.lines().filter_map(|line| {
            let mut cells = line.strip_prefix("| ")?.split(" | ");
            let (status, name) = cells.next()?.split_once(' ')?;
            let (remedy, _) = cells.next()?.strip_prefix("[`")?.split_once('`')?;
            Some((status.parse().ok()?, name.trim_matches('`'), remedy))
        });
        rows.collect()
    }

    pub(crate) fn has_heading(&self, heading: &str) -> bool {
        self.text.lines().any(|line| line == format!("# {heading}"))
    }
}

/// Whether a page shows these lines; `…` on its own line stands for any number of them.
pub(crate) fn shows(page: &str, whole: &str) -> bool {
    let mut whole = whole.lines();
    let mut may_skip = false;
    for line in page.lines() {
        if line.trim() == "…" {
            may_skip = true;
        } else {
            let is_there = if may_skip {
                whole.any(|other| other == line)
            } else {
                whole.next() == Some(line)
            };
            if !is_there {
                return false;
            }
            may_skip = false;
        }
    }
    may_skip || whole.next().is_none()
}

/// Runs a command of a page against the stage; it must succeed and print something.
pub(crate) fn run_command(command: &str, stage: &Stage) {
    let folder = tempfile::tempdir().unwrap();
    let people = folder.path().join("people.csv");
    fs::write(&people, "email\nann@globex.com\n").unwrap();
    let server = MockServer::start(stage.mock.clone()).unwrap();

    let words = command.split(' ').map(|word| match word {
        "$SUBSCRIPTION" => stage.team.to_string(),
        "$SEAT" => stage.seat().to_string(),
        "$CHECKOUT" => stage.checkout.to_string(),
        "$TOKEN" => stage.invitation.expose().to_owned(),
        "people.csv" => people.to_str().unwrap().to_owned(),
        word => {
            assert!(!word.starts_with('$'), "{command}: unknown variable {word}");
            word.to_owned()
        }
    });
    let env = |name: &str| match name {
        "POLAR_BASE_URL" => Some(OsString::from(server.url())),
        "POLAR_ACCESS_TOKEN" => Some(OsString::from(stage.access.expose())),
        "POLAR_CUSTOMER_SESSION_TOKEN" => Some(OsString::from(stage.owner.expose())),
        _ => None,
    };
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let exit = run(System {
        args: words.map(OsString::from).collect(),
        env: &env,
        stdin: &mut io::empty(),
        stdout: Stream::new(&mut stdout, false),
        stderr: Stream::new(&mut stderr, false),
        log: Arc::new(|_| ()),
        terminal: Terminal::default(),
    });
    let stderr = String::from_utf8(stderr).unwrap();
    assert_eq!(exit, ExitStatus::Success, "{command}\n{stderr}");
    assert!(!stdout.is_empty(), "{command} printed nothing");
}
