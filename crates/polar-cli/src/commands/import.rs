use std::path::PathBuf;

use clap::Args;
use polar_roster::run::{AssignmentRun, RowResults};

use crate::{
    args::ContainerArgs,
    bulk::{
        BulkContext, PaceArgs, Preview, ProgressOutput, Rejected, RejectsFile, Summary, drive,
        sibling_file,
    },
    context::Context,
    error::{BulkError, CliError, Effect, StopReason},
    people::{FileArgs, People},
    report::{Theme, counted},
};

/// Assign seats to the people in a CSV file
#[derive(Args)]
#[command(after_help = "\
The first line of the file names the columns, in any order: `email`, `external_member_id`, \
`external_customer_id`, `customer_id` or `member_id`, and for metadata `metadata.KEY` or \
`metadata` (JSON). All rows are checked before anything is sent. People who have a seat keep it \
and get no second one: to continue after an interruption, run the same command again.

Examples:
  polar-seats import people.csv --dry-run \\
    --subscription 4663fc95-f630-47e4-8260-a644811e7711
  polar-seats import people.csv \\
    --subscription 4663fc95-f630-47e4-8260-a644811e7711")]
pub(crate) struct Import {
    #[command(flatten)]
    file: FileArgs,
    #[command(flatten)]
    container: ContainerArgs,
    #[command(flatten)]
    run_args: RunArgs,
    #[command(flatten)]
    pace: PaceArgs,
}

/// Options of `import` and `sync`.
#[derive(Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each field is an independent option"
)]
pub(super) struct RunArgs {
    /// Show what would be done, without changing anything
    #[arg(long)]
    pub(super) dry_run: bool,

    /// Do not ask for confirmation
    #[arg(short, long)]
    pub(super) yes: bool,

    /// Claim the seats immediately, without sending invitations
    #[arg(long)]
    pub(super) immediate_claim: bool,

    /// If seats are missing, assign those that are free
    #[arg(long)]
    pub(super) partial: bool,

    /// Maximum number of requests in progress at the same time
    #[arg(long, value_name = "N", default_value = "4", value_parser = clap::value_parser!(u8).range(1..=32))]
    pub(super) concurrency: u8,

    /// File for rejected rows [default: FILE.rejects.csv]
    #[arg(long, value_name = "FILE")]
    pub(super) rejects: Option<PathBuf>,
}

impl Import {
    pub(crate) fn run(&self, context: &mut Context<'_>) -> Result<(), CliError> {
        let container = self.container.require(context.system.env)?;
        let people = self.file.read(context)?;
        let journal = sibling_file(&self.file.file, "journal.jsonl");
        let workers = self.run_args.concurrency.into();
        let (mut bulk, entries) =
            BulkContext::open(context, &self.pace, container, journal, workers)?;
        let aliases = bulk.aliases(&entries);
        let list = bulk.list()?;

        let plan = people.roster.plan_with(&aliases, &list);
        let preview = Preview::new(&plan, container, &people.errors, bulk.rate);
        let count = plan.assign.len() + plan.unlisted.len();
        let missing = plan.missing_seats();
        let run_args = &self.run_args;
        if !run_args.show_preview(context, &bulk.output, &preview, count, missing)? {
            return Ok(());
        }
        if count > 0 {
            context.confirm(&format!("Assign {}?", seats(count)), run_args.yes)?;
            bulk.begin()?;
        }
        let run = AssignmentRun::new(&people.roster).aliases(aliases);
        let outcome = drive(&mut bulk, run, &list, run_args.immediate_claim);
        let summary = Summary::new(&outcome);
        run_args.finish(context, bulk, &people, summary, &outcome.results)
    }
}

impl RunArgs {
    /// Shows the preview. Returns whether to continue.
    pub(super) fn show_preview(
        &self,
        context: &mut Context<'_>,
        output: &ProgressOutput,
        preview: &Preview,
        count: usize,
        missing: u64,
    ) -> Result<bool, CliError> {
        if self.dry_run {
            let is_error = missing > 0 && !self.partial;
            context.print_report(preview, Effect::Read)?;
            return if is_error {
                Err(too_few_seats(preview, count, missing))
            } else {
                Ok(false)
            };
        }
        output.status(&preview.short_text(Theme::new(context.system.stderr.has_color())));
        if missing > 0 && !self.partial {
            return Err(too_few_seats(preview, count, missing));
        }
        Ok(true)
    }

    /// Writes the rejected rows, prints the summary, and returns an error if the run is not complete.
    pub(super) fn finish(
        &self,
        context: &mut Context<'_>,
        mut bulk: BulkContext,
        people: &People,
        mut summary: Summary,
        results: &RowResults,
    ) -> Result<(), CliError> {
        let rejected = people.rejected(results);
        summary.rejected = rejected.iter().map(Rejected::from).collect();
        let remaining = summary.not_done + summary.not_revoked + summary.unknown;
        let stopped = bulk.pacer.stopped();
        // An interruption after everything was done makes no difference.
        summary.interrupted = stopped == Some(StopReason::Interrupted) && remaining > 0;
        summary.journal_file = bulk
            .journal
            .path()
            .filter(|path| path.exists())
            .map(Into::into);
        if !rejected.is_empty() {
            let file = RejectsFile::new(&people.csv_file, rejected);
            match file.write(self.rejects.as_deref(), &people.source) {
                Ok(path) => summary.rejects_file = Some(path),
                Err(error) => {
                    bulk.error.get_or_insert(BulkError::Rejects(error));
                }
            }
        }
        context.print_report(&summary, Effect::Idempotent)?;
        let cause = bulk.error.or(stopped.map(BulkError::Stopped));
        let cause = cause.filter(|cause| match cause {
            BulkError::Stopped(StopReason::Interrupted) => summary.interrupted,
            BulkError::Stopped(StopReason::Failed) => false,
            _ => true,
        });
        match summary.incomplete(cause) {
            Some(incomplete) => Err(CliError::Incomplete(incomplete)),
            None => Ok(()),
        }
    }
}

/// Returns the error if seats are missing. People whom the list cannot show may have one already: a run
/// may have been killed before it recorded their seats.
fn too_few_seats(preview: &Preview, count: usize, missing: u64) -> CliError {
    let verb = if missing == 1 { "is" } else { "are" };
    let problem = format!(
        "nothing was changed: {missing} of {} {verb} missing",
        seats(count)
    );
    let people = preview.may_have_seats();
    let (condition, advice) = match (people, preview.available_seats()) {
        (0, _) => (
            String::new(),
            "buy more seats, or assign the free ones to the first people in the file with --partial",
        ),
        (_, 0) => (
            unless_seated(people),
            "see `polar-seats list` and name them by email, or revoke or buy one seat and run the \
             command with --partial to find out",
        ),
        _ => (
            unless_seated(people),
            "run the command with --partial to find out and to assign the free seats, and buy more \
             only for people who then have none",
        ),
    };
    CliError::invalid(format!("{problem}{condition}; {advice}"))
}

fn unless_seated(people: usize) -> String {
    format!(
        ", unless some people already have one: the list cannot show {people} of them, and a run that \
         was killed may have assigned them seats"
    )
}

pub(super) fn seats(count: usize) -> String {
    counted(count as u64, "seat")
}
