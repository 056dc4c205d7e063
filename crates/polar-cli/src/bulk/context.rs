//! What the bulk commands share: the client with its rate limit, the journal, and the output.

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
use polar_roster::Aliases;

use super::{Journal, JournalEntry, Pacer, ProgressOutput, aliases, revoking_since};
use crate::{
    args::{ApiOptions, ProgressOptions},
    client::{Client, attempt_line},
    context::Context,
    error::{BulkError, CliError, ExitStatus, StopReason},
    report::exact,
    signals,
};

/// Options of bulk commands.
#[derive(Args)]
pub(crate) struct PaceArgs {
    /// Maximum number of requests per minute [default: 450, or 90 in the sandbox; a tenth of Polar's
    /// limit is left to your application]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    rate: Option<u32>,

    /// Journal file, with a line of JSON for each request [default: next to FILE, otherwise in the
    /// current folder]
    #[arg(long, value_name = "FILE")]
    journal: Option<PathBuf>,

    /// Do not write a journal
    #[arg(long, conflicts_with = "journal")]
    no_journal: bool,

    #[command(flatten)]
    progress: ProgressOptions,

    #[command(flatten)]
    pub(crate) api: ApiOptions,
}

/// The state of a bulk command.
pub(crate) struct BulkContext {
    pub(crate) client: Arc<Client>,
    pub(crate) container: Container,
    pub(crate) pacer: Arc<Pacer>,
    pub(crate) output: ProgressOutput,
    pub(crate) journal: Journal,
    /// Requests per minute.
    pub(crate) rate: u32,
    /// Number of requests in progress at the same time.
    pub(crate) workers: usize,
    /// How often a failed list, or a round without any result, is repeated.
    pub(crate) max_retries: u32,
    /// The first error that stops the command.
    pub(crate) error: Option<BulkError>,
}

impl PaceArgs {
    fn rate(&self, server: &BaseUrl) -> u32 {
        let is_sandbox = *server == BaseUrl::sandbox();
        let default = if is_sandbox { SANDBOX_RATE } else { RATE };
        self.rate.unwrap_or(default)
    }

    /// Creates a client that reports its attempts to the pacer and the output.
    fn client(
        &self,
        context: &Context<'_>,
        pacer: &Arc<Pacer>,
        output: &ProgressOutput,
    ) -> Result<Client, CliError> {
        let verbose = self.api.verbose.then(|| output.log());
        let (observer, output) = (Arc::clone(pacer), output.clone());
        context.paced_organization(&self.api, pacer, |config| {
            config.on_attempt(move |attempt: &AttemptReport| {
                if let Some(log) = &verbose {
                    log(&attempt_line(attempt));
                }
                if attempt.attempt > 1 {
                    observer.count();
                }
                observe(attempt, &observer, &output);
            })
        })
    }
}

impl BulkContext {
    /// Reads the journal and creates the client. Also returns the entries of earlier runs.
    ///
    /// `default_journal` is the file if no option names one.
    pub(crate) fn open(
        context: &Context<'_>,
        args: &PaceArgs,
        container: Container,
        default_journal: Option<PathBuf>,
        workers: usize,
    ) -> Result<(Self, Vec<JournalEntry>), CliError> {
        let server = context.base_url(&args.api)?;
        let rate = args.rate(&server);
        let path = args.journal.clone().or(default_journal);
        let journal = Journal::new(path.filter(|_| !args.no_journal), server);
        let entries = journal.read()?;
        let output = ProgressOutput::new(context, args.progress.quiet);
        let pacer = Arc::new(Pacer::new(rate));
        stop_on_signal(context, &pacer, &output)?;
        let bulk = Self {
            client: Arc::new(args.client(context, &pacer, &output)?),
            container,
            pacer,
            output,
            journal,
            rate,
            workers,
            max_retries: args.api.max_retries,
            error: None,
        };
        Ok((bulk, entries))
    }

    /// Returns the aliases in the entries of earlier runs.
    pub(crate) fn aliases(&self, entries: &[JournalEntry]) -> Aliases {
        aliases(entries, self.journal.server(), self.container)
    }

    /// Opens the journal for writing. From now on an interruption waits for requests in progress.
    pub(crate) fn begin(&mut self) -> Result<(), CliError> {
        self.journal.open()?;
        self.pacer.begin();
        Ok(())
    }

    /// Writes an entry to the journal. If that fails, nothing more is sent.
    pub(crate) fn record(&mut self, entry: &JournalEntry) {
        if let Err(error) = self.journal.write(entry) {
            self.stop(BulkError::Journal(error));
        }
    }

    /// Stops the command. The first error is kept.
    pub(crate) fn stop(&mut self, error: BulkError) {
        self.pacer.stop();
        self.error.get_or_insert(error);
    }

    /// Waits until no revocation of an earlier, killed run can be in progress anymore. One that
    /// arrives late would revoke the seat of the person who has been assigned it since.
    pub(crate) fn wait_for_earlier_revocations(&self, entries: &[JournalEntry], timeout: Duration) {
        let longest = timeout.min(MAX_SERVER_TIME);
        let begun = revoking_since(entries, self.container);
        let end = begun.and_then(|begun| begun.checked_add(longest));
        let left = end.and_then(|end| end.duration_since(SystemTime::now()).ok());
        // If the clock was set back, the difference may be days.
        if let Some(left) = left.map(|left| left.min(longest)) {
            let wait = exact(left);
            self.output.status(&format!(
                "Waiting {wait}: revocations of an interrupted run may still be in progress"
            ));
            self.pacer.pause(left);
        }
    }

    /// Lists all seats. A command that is stopping may list them as well, unless the server asks to
    /// wait.
    pub(crate) fn list(&self) -> Result<SeatsList, BulkError> {
        let mut retries = 0;
        loop {
            self.pacer.wait(1).map_err(BulkError::Stopped)?;
            let error = match self.client.call(List::new(self.container)) {
                Ok(list) => return Ok(list),
                Err(error) => error,
            };
            if self.pacer.is_closed() {
                continue;
            }
            if !error.is_retryable() || retries >= self.max_retries || self.pacer.is_stopped() {
                return Err(BulkError::Call(error));
            }
            self.pacer.pause(Duration::from_secs(1 << retries.min(5)));
            retries += 1;
        }
    }
}

/// Makes all requests wait if a response asks to.
fn observe(attempt: &AttemptReport, pacer: &Pacer, output: &ProgressOutput) {
    let asked = match attempt.status {
        Some(StatusCode::TOO_MANY_REQUESTS) => {
            let asked = attempt.retry_after.or(attempt.wait);
            asked.unwrap_or(RATE_LIMIT_WINDOW)
        }
        Some(StatusCode::SERVICE_UNAVAILABLE) => match attempt.retry_after {
            Some(asked) => asked,
            None => return,
        },
        Some(_) => return pacer.accepted(),
        None => return,
    };
    let is_new_wait = pacer.hold(asked.max(MIN_WAIT));
    output.count_down(pacer.held());
    if is_new_wait {
        let wait = exact(asked);
        output.status(&format!("Rate limited by Polar: no requests for {wait}"));
    }
}

/// Makes a call when the pacer allows it, and again while it is rate limited. Returns `None` if the
/// command stops.
pub(super) fn call_when_allowed<T>(
    pacer: &Pacer,
    requests: u32,
    call: impl Fn() -> Result<T, Error>,
) -> Option<Result<T, Error>> {
    loop {
        pacer.wait_unless_stopped(requests).ok()?;
        match call() {
            // The pacer has seen the response: it delays the next request, or stops the command.
            Err(error) if is_rate_limited(&error) => {}
            result => return Some(result),
        }
    }
}

/// Returns whether a call had no effect because of a rate limit.
fn is_rate_limited(error: &Error) -> bool {
    error.is_retryable() && error.remedy() == Some(Remedy::Wait)
}

/// Handles Ctrl-C. Before the command has changed anything, it exits. After that it sends no more
/// requests and waits for those in progress; a second Ctrl-C exits.
fn stop_on_signal(
    context: &Context<'_>,
    pacer: &Arc<Pacer>,
    output: &ProgressOutput,
) -> Result<(), CliError> {
    let mut unchanged =
        context.error_text(&CliError::from(BulkError::Stopped(StopReason::Interrupted)));
    if context.system.terminal.stderr && !context.json {
        // The terminal shows ^C on a line of its own or after a question.
        unchanged.insert(0, '\n');
    }
    let asked = AtomicU32::new(0);
    let (pacer, output) = (Arc::clone(pacer), output.clone());
    signals::on_termination(move || {
        if !pacer.has_begun() {
            output.print(unchanged.trim_end());
            std::process::exit(ExitStatus::NotDone.code().into());
        }
        if asked.fetch_add(1, Ordering::Relaxed) > 0 {
            std::process::exit(ExitStatus::Unknown.code().into());
        }
        pacer.stop_for(StopReason::Interrupted);
        output.print("Stopping: waiting for requests in progress, and sending no more");
    })
    .map_err(|error| CliError::Local(format!("signals cannot be received: {error}")))
}

/// Returns the file with another extension, such as `people.journal.jsonl` for `people.csv`, or `None`
/// for standard input.
pub(crate) fn sibling_file(file: &Path, extension: &str) -> Option<PathBuf> {
    (file != Path::new("-")).then(|| file.with_extension(extension))
}

/// Nine tenths of an organization's limit of 500 requests per minute (observed).
const RATE: u32 = 450;
/// Nine tenths of the sandbox's limit of 100.
const SANDBOX_RATE: u32 = 90;
/// How long the server may process a request (observed).
const MAX_SERVER_TIME: Duration = Duration::from_secs(30);
/// The shortest wait after a response that asks to wait, so that there is no busy loop.
const MIN_WAIT: Duration = Duration::from_secs(1);
/// The window of Polar's rate limits (observed).
const RATE_LIMIT_WINDOW: Duration = Duration::from_secs(60);
