//! What it takes to do something for many people.

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::{Duration, SystemTime},
};

use clap::Args;
use polar_core::{
    AttemptReport, BaseUrl, Error, Remedy,
    customer_seats::List,
    types::{Container, SeatsList},
};

use super::{Journal, Pacer, Screen, screen::length};
use crate::{
    attempts,
    client::Client,
    failure::{Exit, Failure},
    session::Session,
    signals,
};

/// How fast, and what is written down.
#[derive(Args)]
pub(crate) struct PaceArgs {
    /// Requests a minute, from all threads [default: 450, in the sandbox 90: a tenth of Polar's
    /// limit is left to your application]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    rate: Option<u32>,

    /// Where to write down what happens, a line of JSON for each person [default: beside the file,
    /// or else in this folder]
    #[arg(long, value_name = "FILE")]
    journal: Option<PathBuf>,

    /// Write nothing down
    #[arg(long, conflicts_with = "journal")]
    no_journal: bool,
}

/// A client with its pace, its journal and its screen.
pub(crate) struct Office<'a> {
    pub(crate) client: &'a Client,
    pub(crate) container: Container,
    pub(crate) pacer: Arc<Pacer>,
    pub(crate) screen: &'a Screen,
    pub(crate) journal: Journal,
    pub(crate) threads: usize,
    /// How often to go on after a round in which nothing came about.
    pub(crate) patience: u32,
}

impl PaceArgs {
    /// The journal of requests to this server; `default` is its name when none is given.
    pub(crate) fn journal(&self, default: Option<PathBuf>, server: BaseUrl) -> Journal {
        let given = self.journal.clone().or(default);
        Journal::new(given.filter(|_| !self.no_journal), server)
    }

    /// The requests a minute.
    pub(crate) fn rate(&self, session: &Session<'_>) -> Result<u32, Failure> {
        let is_sandbox = session.base_url()? == BaseUrl::sandbox();
        Ok(self
            .rate
            .unwrap_or(if is_sandbox { SANDBOX_RATE } else { RATE }))
    }
}

/// A client whose attempts the pacer and the screen hear of.
pub(crate) fn client(
    session: &Session<'_>,
    pacer: &Arc<Pacer>,
    screen: &Screen,
) -> Result<Client, Failure> {
    let verbose = session.options.verbose.then(|| screen.log());
    let (pacer, screen) = (Arc::clone(pacer), screen.clone());
    session.organisation_with(|config| {
        config.on_attempt(move |attempt: &AttemptReport| {
            if let Some(log) = &verbose {
                log(&attempts::line(attempt));
            }
            if attempt.attempt > 1 {
                pacer.count();
            }
            hold(attempt, &pacer, &screen);
        })
    })
}

/// One request that was told to wait holds all of them.
fn hold(attempt: &AttemptReport, pacer: &Pacer, screen: &Screen) {
    if attempt.status != Some(http::StatusCode::TOO_MANY_REQUESTS) {
        return;
    }
    let asked = attempt
        .headers
        .as_ref()
        .and_then(|headers| headers.get(http::header::RETRY_AFTER));
    let asked = asked.and_then(|value| value.to_str().ok()?.parse().ok());
    let wait = attempt
        .wait
        .or(asked.map(Duration::from_secs))
        .unwrap_or(A_MINUTE);
    if pacer.hold(wait) {
        let seconds = length(wait.as_secs().max(1));
        screen.tell(&format!(
            "Polar has had enough requests for now: waiting {seconds}"
        ));
    }
}

/// Makes a call when its turn has come, and again as long as Polar only asks to wait. `None` when
/// everything is to stop, or when it has waited for an hour.
pub(super) fn patiently<T>(
    pacer: &Pacer,
    requests: u32,
    call: impl Fn() -> Result<T, Error>,
) -> Option<Result<T, Error>> {
    for _ in 0..MOST_WAITS {
        pacer.wait_unless_stopped(requests).ok()?;
        match call() {
            Err(error) if is_throttled(&error) => {
                pacer.hold(error.retry_after().unwrap_or(A_MINUTE));
            }
            result => return Some(result),
        }
    }
    None
}

/// Whether nothing was done because there were too many requests.
fn is_throttled(error: &Error) -> bool {
    error.is_retryable() && error.remedy() == Some(Remedy::Wait)
}

/// Lets Ctrl-C stop what is going on: nothing more is sent, and what was sent is settled. A second
/// one ends the program at once.
pub(crate) fn stop_on_signal(pacer: &Arc<Pacer>, screen: &Screen) -> Result<(), Failure> {
    let asked = AtomicU32::new(0);
    let (pacer, screen) = (Arc::clone(pacer), screen.clone());
    signals::on_end(move || {
        if asked.fetch_add(1, Ordering::Relaxed) > 0 {
            std::process::exit(Exit::Unknown.code().into());
        }
        pacer.stop();
        screen.print("Stopping: nothing more is sent; waiting for what is under way");
    })
    .map_err(|error| Failure::Local(format!("signals cannot be received: {error}")))
}

/// `people.journal.jsonl` beside `people.csv`; nothing beside the standard input.
pub(crate) fn beside(file: &Path, ending: &str) -> Option<PathBuf> {
    (file != Path::new("-")).then(|| file.with_extension(ending))
}

impl Office<'_> {
    /// Lets nothing be sent until nothing of an earlier run can be under way. A revocation that
    /// arrives late would hit whoever was given the slot since.
    pub(crate) fn let_pass(&self, begun: Option<SystemTime>, longest: Option<Duration>) {
        let longest = longest.unwrap_or(LONGEST_CALL).min(LONGEST_CALL);
        let end = begun.and_then(|begun| begun.checked_add(longest));
        let left = end.and_then(|end| end.duration_since(SystemTime::now()).ok());
        // A clock that was set back must not make it wait for days.
        if let Some(left) = left.map(|left| left.min(longest)) {
            let seconds = length(left.as_secs().max(1));
            self.screen.tell(&format!(
                "Waiting {seconds}: what was interrupted may be under way still"
            ));
            self.pacer.hold(left);
        }
    }

    /// All seats, as they are now.
    pub(crate) fn list(&self) -> Result<SeatsList, Error> {
        let mut tries = 0;
        loop {
            self.pacer.wait(1);
            let list = List::new(self.container);
            let error = match self.client.call(list) {
                Ok(list) => return Ok(list),
                Err(error) => error,
            };
            if !error.is_retryable() || tries >= self.patience || self.pacer.is_stopped() {
                return Err(error);
            }
            self.pacer.hold(Duration::from_secs(1 << tries.min(5)));
            tries += 1;
        }
    }
}

/// Nine tenths of the organisation's limit of 500 a minute (observed).
const RATE: u32 = 450;
/// Nine tenths of the sandbox's 100.
const SANDBOX_RATE: u32 = 90;
/// How long the server may work on a request (observed).
const LONGEST_CALL: Duration = Duration::from_secs(30);
/// So many windows are an hour.
const MOST_WAITS: u32 = 60;
/// The window of Polar's limits (observed).
const A_MINUTE: Duration = Duration::from_secs(60);
