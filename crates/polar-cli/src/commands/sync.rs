use clap::Args;
use polar_roster::{Plan, Revocation, RevokeError, RevokeLimit, run::AssignmentRun};

use super::import::{RunArgs, seats};
use crate::{
    args::ContainerArgs,
    bulk::{BulkContext, PaceArgs, Preview, ProgressOutput, Summary, drive, sibling_file},
    context::Context,
    error::{CliError, Effect},
    people::FileArgs,
    report::holder,
};

/// Make the people in a CSV file the whole team
#[derive(Args)]
#[command(after_help = "\
People in the file without a seat get one. Seats of people who are not in the file are revoked \
only with --revoke, and at most --max-revoke of them. The file has the format of `import`. If \
--skip-invalid skips a row that does not identify a person, nothing is revoked.

Checkout claims a seat for the buyer. --revoke does not revoke that seat, even if the buyer is not \
in the file, unless you add --include-buyer. If the list does not show which seat is the buyer's, \
the seats that may be are shown, and nothing is revoked if one of them would be.

Examples:
  polar-seats sync team.csv --dry-run \\
    --subscription 4663fc95-f630-47e4-8260-a644811e7711
  polar-seats sync team.csv --revoke \\
    --subscription 4663fc95-f630-47e4-8260-a644811e7711")]
pub(crate) struct Sync {
    #[command(flatten)]
    file: FileArgs,
    #[command(flatten)]
    container: ContainerArgs,

    /// Revoke the seats of people who are not in the file
    #[arg(long)]
    revoke: bool,

    /// Maximum number of seats to revoke [default: a quarter of the team]
    #[arg(long, value_name = "N", requires = "revoke")]
    max_revoke: Option<usize>,

    /// Also revoke the buyer's seat if the buyer is not in the file
    #[arg(long, requires = "revoke")]
    include_buyer: bool,

    #[command(flatten)]
    run_args: RunArgs,
    #[command(flatten)]
    pace: PaceArgs,
}

impl Sync {
    pub(crate) fn run(&self, context: &mut Context<'_>) -> Result<(), CliError> {
        let container = self.container.require(context.system.env)?;
        let people = self.file.read(context)?;
        let journal = sibling_file(&self.file.file, "journal.jsonl");
        let workers = self.run_args.concurrency.into();
        let (mut bulk, entries) =
            BulkContext::open(context, &self.pace, container, journal, workers)?;
        let aliases = bulk.aliases(&entries);
        bulk.wait_for_earlier_revocations(&entries, self.pace.api.timeout);
        let list = bulk.list()?;

        let mut plan = people.roster.plan_with(&aliases, &list);
        if self.include_buyer {
            plan = plan.including_buyer();
        }
        let revocations = self.revocations(&plan);
        let revoke = revocations.as_ref().map_or(0, Vec::len);
        let missing = plan.missing_seats_after(revoke);
        let assign = plan.assign.len() + plan.unlisted.len();
        let preview = Preview::new(&plan, container, &people.errors, bulk.rate)
            .whole_team(missing, self.revoke);
        let revocations = match revocations {
            Ok(revocations) => revocations,
            Err(error) => {
                context.print_report(&preview, Effect::Read)?;
                return Err(nothing_revoked(&error));
            }
        };
        let run_args = &self.run_args;
        if !run_args.show_preview(context, &bulk.output, &preview, assign, missing)? {
            return Ok(());
        }
        if self.revoke {
            print_doubtful_seats(&bulk.output, &plan);
        }
        if assign + revoke > 0 {
            context.confirm(&question(assign, revoke), run_args.yes)?;
            bulk.begin()?;
        }
        let run = AssignmentRun::new(&people.roster)
            .aliases(aliases)
            .revocations(revocations);
        let outcome = drive(&mut bulk, run, &list, run_args.immediate_claim);
        let mut summary = Summary::new(&outcome);
        summary.revoked = self.revoke.then_some(outcome.revoked);
        run_args.finish(context, bulk, &people, summary, &outcome.results)
    }

    fn revocations<'a>(&self, plan: &Plan<'a>) -> Result<Vec<Revocation<'a>>, RevokeError> {
        if self.revoke {
            plan.revocations(
                self.max_revoke
                    .map_or(RevokeLimit::Quarter, RevokeLimit::AtMost),
            )
        } else {
            Ok(Vec::new())
        }
    }
}

/// Prints which seats are not revoked, although their holder is not found in the file.
fn print_doubtful_seats(output: &ProgressOutput, plan: &Plan<'_>) {
    for seat in plan.unrevocable() {
        output.print(&format!(
            "Seat {} is not revoked: the list does not show its holder",
            seat.id
        ));
    }
    for seat in &plan.doubtful {
        output.print(&format!(
            "{} is not revoked: the file may have the same address in another spelling",
            holder(seat)
        ));
    }
}

fn nothing_revoked(error: &RevokeError) -> CliError {
    let advice = match error {
        RevokeError::TooMany { revoke, .. } => {
            format!("; if this is intended, add --max-revoke {revoke}")
        }
        RevokeError::MayBeBuyer { .. } => {
            "; add the buyer to the file, or --include-buyer if the buyer may lose the seat"
                .to_owned()
        }
        RevokeError::Unsearchable { .. } => "; name these people by email".to_owned(),
        RevokeError::Unidentified { .. } => "; correct these rows".to_owned(),
        _ => String::new(),
    };
    CliError::invalid(format!("nothing was changed: {error}{advice}"))
}

fn question(assign: usize, revoke: usize) -> String {
    match (assign, revoke) {
        (0, revoke) => format!("Revoke {}?", seats(revoke)),
        (assign, 0) => format!("Assign {}?", seats(assign)),
        (assign, revoke) => format!("Assign {} and revoke {}?", seats(assign), seats(revoke)),
    }
}
