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
use http::StatusCode;
use polar_core::{
    AttemptReport, BaseUrl, Error, Remedy,
    customer_seats::List,
    types::{Container, SeatsList},
};

use super::{Journal, Pacer, ProgressOutput};
use crate::{
    args::{ApiOptions, ProgressOptions},
    client::{Client, attempt_line},
    context::Context,
    error::{BulkError, CliError, ExitStatus, StopReason},
    report::exact,
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

    #[command(flatten)]
    pub(crate) api: ApiOptions,

    #[command(flatten)]
    progress: ProgressOptions,
}

/// A client with its pace, its journal and its output.
pub(crate) struct BulkContext<'a> {
    pub(crate) client: &'a Client,
    pub(crate) container: Container,
    pub(crate) pacer: Arc<Pacer>,
    pub(crate) output: &'a ProgressOutput,
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
    pub(crate) fn rate(&self, context: &Context<'_>) -> Result<u32, CliError> {
        let is_sandbox = context.base_url(&self.api)? == BaseUrl::sandbox();
        Ok(self
            .rate
            .unwrap_or(if is_sandbox { SANDBOX_RATE } else { RATE }))
    }

    pub(crate) const fn is_quiet(&self) -> bool {
        self.progress.quiet
    }

    /// A client whose attempts the pacer and the output hear of.
    pub(crate) fn client(
        &self,
        context: &Context<'_>,
        pacer: &Arc<Pacer>,
        output: &ProgressOutput,
    ) -> Result<Client, CliError> {
        stop_on_signal(context, pacer, output)?;
        let verbose = self.api.verbose.then(|| output.log());
        let (listener, output) = (Arc::clone(pacer), output.clone());
        context.paced_organization(&self.api, pacer, |config| {
            config.on_attempt(move |attempt: &AttemptReport| {
                if let Some(log) = &verbose {
                    log(&attempt_line(attempt));
                }
                if attempt.attempt > 1 {
                    listener.count();
                }
                hear(attempt, &listener, &output);
            })
        })
    }
}

/// One response that asks to wait holds all requests.
fn hear(attempt: &AttemptReport, pacer: &Pacer, output: &ProgressOutput) {
    let asked = match attempt.status {
        Some(StatusCode::TOO_MANY_REQUESTS) => {
            let asked = attempt.retry_after.or(attempt.wait);
            asked.unwrap_or(A_MINUTE)
        }
        Some(StatusCode::SERVICE_UNAVAILABLE) => match attempt.retry_after {
            Some(asked) => asked,
            None => return,
        },
        Some(_) => return pacer.accepted(),
        None => return,
    };
    let is_news = pacer.hold(asked.max(A_SECOND));
    output.count_down(pacer.held());
    if is_news {
        let wait = exact(asked);
        output.tell(&format!("Polar asked to wait: no request for {wait}"));
    }
}

/// Makes a call when its turn has come, and again as long as the server only asks to wait. `None`
/// when the run stops.
pub(super) fn patiently<T>(
    pacer: &Pacer,
    requests: u32,
    call: impl Fn() -> Result<T, Error>,
) -> Option<Result<T, Error>> {
    loop {
        pacer.wait_unless_stopped(requests).ok()?;
        match call() {
            // The pacer heard of it: it holds the next request, and stops the run after an hour.
            Err(error) if is_throttled(&error) => {}
            result => return Some(result),
        }
    }
}

/// Whether nothing was done because there were too many requests.
fn is_throttled(error: &Error) -> bool {
    error.is_retryable() && error.remedy() == Some(Remedy::Wait)
}

/// Lets Ctrl-C end the command: at once, as long as it has changed nothing. After that nothing more
/// is sent, what is under way is waited for, and a second one ends the program.
fn stop_on_signal(
    context: &Context<'_>,
    pacer: &Arc<Pacer>,
    output: &ProgressOutput,
) -> Result<(), CliError> {
    let mut unchanged =
        context.error_text(&CliError::from(BulkError::Stopped(StopReason::Interrupted)));
    if context.system.terminal.stderr && !context.json {
        // The terminal shows ^C in a line of its own, or behind a question.
        unchanged.insert(0, '\n');
    }
    let asked = AtomicU32::new(0);
    let (pacer, output) = (Arc::clone(pacer), output.clone());
    signals::on_end(move || {
        if !pacer.has_begun() {
            output.print(unchanged.trim_end());
            std::process::exit(ExitStatus::NotDone.code().into());
        }
        if asked.fetch_add(1, Ordering::Relaxed) > 0 {
            std::process::exit(ExitStatus::Unknown.code().into());
        }
        pacer.stop_for(StopReason::Interrupted);
        output.print("Stopping: nothing more is sent; waiting for what is under way");
    })
    .map_err(|error| CliError::Local(format!("signals cannot be received: {error}")))
}

/// `people.journal.jsonl` beside `people.csv`; nothing beside the standard input.
pub(crate) fn beside(file: &Path, ending: &str) -> Option<PathBuf> {
    (file != Path::new("-")).then(|| file.with_extension(ending))
}

impl BulkContext<'_> {
    /// Lets nothing be sent until nothing of an earlier run can be under way. A revocation that
    /// arrives late would hit whoever was given the slot since.
    pub(crate) fn let_pass(&self, begun: Option<SystemTime>, longest: Option<Duration>) {
        let longest = longest.unwrap_or(LONGEST_CALL).min(LONGEST_CALL);
        let end = begun.and_then(|begun| begun.checked_add(longest));
        let left = end.and_then(|end| end.duration_since(SystemTime::now()).ok());
        // A clock that was set back must not make it wait for days.
        if let Some(left) = left.map(|left| left.min(longest)) {
            let wait = exact(left);
            self.output.tell(&format!(
                "Waiting {wait}: what was interrupted may be under way still"
            ));
            self.pacer.pause(left);
        }
    }

    /// All seats, as they are now; also when the run stops, unless the server asks to wait.
    pub(crate) fn list(&self) -> Result<SeatsList, BulkError> {
        let mut tries = 0;
        loop {
            self.pacer.wait(1).map_err(BulkError::Stopped)?;
            let list = List::new(self.container);
            let error = match self.client.call(list) {
                Ok(list) => return Ok(list),
                Err(error) => error,
            };
            if self.pacer.is_closed() {
                continue;
            }
            if !error.is_retryable() || tries >= self.patience || self.pacer.is_stopped() {
                return Err(BulkError::Call(error));
            }
            self.pacer.pause(Duration::from_secs(1 << tries.min(5)));
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
/// What a server that asks to wait is given at least, so that it is not asked again and again.
const A_SECOND: Duration = Duration::from_secs(1);
/// The window of Polar's limits (observed).
const A_MINUTE: Duration = Duration::from_secs(60);
