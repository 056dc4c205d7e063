use std::{path::PathBuf, sync::Arc};

use clap::Args;

use crate::{
    args::ContainerArgs,
    bulk::{
        self, BulkContext, PaceArgs, Pacer, Preview, ProgressOutput, Rejected, Rejects, RowResults,
        Summary, assign,
    },
    context::Context,
    error::{BulkError, CliError, Effect, StopReason},
    people::{FileArgs, People},
    report::{Theme, counted},
};

/// Give seats to the people in a file
#[derive(Args)]
#[command(after_help = "\
The file is CSV whose first line names the columns, in any order: `email`, `external_member_id`, \
`external_customer_id`, `customer_id` or `member_id`, and for what to store with the seat \
`metadata.KEY` or `metadata` (JSON). Everything is checked before anything is sent, and nobody \
who has a seat gets another: to go on after an interruption, run the same command again.

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
    how: HowArgs,
    #[command(flatten)]
    pace: PaceArgs,
}

/// How people get their seats.
#[derive(Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
pub(super) struct HowArgs {
    /// Show what would be done, and do nothing
    #[arg(long)]
    pub(super) dry_run: bool,

    /// Do not ask before beginning
    #[arg(short, long)]
    pub(super) yes: bool,

    /// Claim the seats at once, for seats that you manage yourself: no mails are sent
    #[arg(long)]
    pub(super) immediate_claim: bool,

    /// When there are not enough seats, give those that there are to the first in the file
    #[arg(long)]
    pub(super) partial: bool,

    /// How many people are taken care of at once
    #[arg(long, value_name = "N", default_value = "4", value_parser = clap::value_parser!(u8).range(1..=32))]
    pub(super) concurrency: u8,

    /// Where to put rows that were turned away [default: FILE.rejects.csv, beside it]
    #[arg(long, value_name = "FILE")]
    pub(super) rejects: Option<PathBuf>,
}

impl Import {
    pub(crate) fn run(&self, context: &mut Context<'_>) -> Result<(), CliError> {
        let container = self.container.get()?;
        let people = self.file.read(context)?;
        let server = context.base_url(&self.pace.api)?;
        let beside = bulk::beside(&self.file.file, "journal.jsonl");
        let journal = self.pace.journal(beside, server.clone());
        let mut aliases = bulk::aliases(&journal.read()?, &server, container);

        let output = ProgressOutput::new(context, self.pace.is_quiet());
        let pacer = Arc::new(Pacer::new(self.pace.rate(context)?));
        let client = self.pace.client(context, &pacer, &output)?;
        let mut bulk = BulkContext {
            client: &client,
            container,
            pacer,
            output: &output,
            journal,
            threads: self.how.concurrency.into(),
            patience: self.pace.api.max_retries,
        };
        let list = bulk.list()?;

        let plan = people.roster.plan_with(&aliases, &list);
        let rate = self.pace.rate(context)?;
        let preview = Preview::new(&plan, container, &people.errors, rate);
        let (todo, missing) = (
            plan.assign.len() + plan.unlisted.len(),
            plan.missing_seats(),
        );
        let question = format!("Assign {}?", seats(todo));
        if !begin(context, &output, &preview, &self.how, todo, missing)? {
            return Ok(());
        }
        if todo > 0 {
            context.confirm(&question, self.how.yes)?;
            bulk.journal.open()?;
            bulk.pacer.begin();
        }
        let immediate = self.how.immediate_claim;
        let results = assign(&mut bulk, &people.roster, &mut aliases, list, immediate);
        let summary = Summary::of(&results);
        finish(context, &bulk, &people, &self.how, summary, results)
    }
}

/// Shows the plan, and tells whether to go on.
pub(super) fn begin(
    context: &mut Context<'_>,
    output: &ProgressOutput,
    preview: &Preview,
    how: &HowArgs,
    todo: usize,
    missing: u64,
) -> Result<bool, CliError> {
    if !how.dry_run {
        output.tell(&preview.before(Theme::new(context.system.stderr.has_color())));
    }
    if missing > 0 && !how.partial {
        if how.dry_run {
            context.print_report(preview, Effect::Read)?;
        }
        return Err(too_few_seats(preview, todo, missing));
    }
    if how.dry_run {
        context.print_report(preview, Effect::Read)?;
        return Ok(false);
    }
    Ok(true)
}

/// Not enough seats, unless people have one whom the list cannot show: those to whom a run assigned
/// seats that was killed before it wrote that down.
fn too_few_seats(preview: &Preview, todo: usize, missing: u64) -> CliError {
    let head = format!(
        "nothing was done, for {missing} of the {} {} missing",
        seats(todo),
        if missing == 1 { "is" } else { "are" },
    );
    let unless = match preview.may_have_seats() {
        0 => String::new(),
        people => format!(
            ", unless some have one already: the list cannot show {people} of these people, and a run \
             that was killed may have assigned them seats"
        ),
    };
    let advice = match (unless.is_empty(), preview.free()) {
        (true, _) => {
            "buy more seats, or say --partial to give those that there are to the first in the file"
        }
        (false, 0) => {
            "look at `polar-seats list`, name them by email, or free or buy one seat and say --partial \
             to find out"
        }
        (false, _) => {
            "say --partial to find out and to assign the free seats, and buy more only for people who \
             have none then"
        }
    };
    CliError::invalid(format!("{head}{unless}: {advice}"))
}

/// Writes the rejected rows, shows the summary, and complains of what is not done.
pub(super) fn finish(
    context: &mut Context<'_>,
    bulk: &BulkContext<'_>,
    people: &People,
    how: &HowArgs,
    mut summary: Summary,
    mut results: RowResults,
) -> Result<(), CliError> {
    let errors = people.rejected(&results);
    summary.rejected = errors.iter().map(Rejected::from).collect();
    // An interruption that came when all was done is none.
    let left = summary.not_done + summary.not_revoked + summary.unknown;
    let stopped = bulk.pacer.stopped();
    summary.interrupted = stopped == Some(StopReason::Interrupted) && left > 0;
    summary.journal_file = bulk
        .journal
        .path()
        .filter(|path| path.exists())
        .map(Into::into);
    let mut trouble = None;
    if !errors.is_empty() {
        match Rejects::new(&people.csv_file, errors).write(how.rejects.as_deref(), &people.source) {
            Ok(path) => summary.rejects_file = Some(path),
            Err(error) => trouble = Some(BulkError::Rejects(error)),
        }
    }
    context.print_report(&summary, Effect::Idempotent)?;
    let halt = results.halt.take().or(trouble);
    let halt = halt
        .or(stopped.map(BulkError::Stopped))
        .filter(|halt| match halt {
            BulkError::Stopped(StopReason::Interrupted) => summary.interrupted,
            BulkError::Stopped(StopReason::Failed) => false,
            _ => true,
        });
    match summary.incomplete(halt) {
        Some(incomplete) => Err(CliError::Incomplete(incomplete)),
        None => Ok(()),
    }
}

pub(super) fn seats(count: usize) -> String {
    counted(count as u64, "seat")
}
