use std::sync::Arc;

use clap::Args;
use polar_roster::{Plan, Revocation, RevokeError, RevokeLimit};

use super::import::{HowArgs, begin, finish, seats};
use crate::{
    args::ContainerArgs,
    bulk::{self, BulkContext, PaceArgs, Pacer, Preview, ProgressOutput, Summary, assign, revoke},
    context::Context,
    error::{CliError, Effect},
    people::FileArgs,
    report::holder,
};

/// Make the people in a file the whole team
#[derive(Args)]
#[command(after_help = "\
People in the file who have no seat get one. People who have a seat and are not in the file keep \
it, unless --revoke is given, which revokes at most --max-revoke seats at once. The file has the \
format of `import`, but nothing is revoked while --skip-invalid ignores a row that does not say \
whom it is about.

Checkout claims a seat for the buyer. --revoke keeps that seat even if the buyer is not in the \
file, unless you add --include-buyer. If Polar does not show which seat is the buyer's, the seats \
that it may be are listed, and nothing is revoked as long as one of them would be.

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

    /// Revoke the seats of those who are not in the file
    #[arg(long)]
    revoke: bool,

    /// How many may lose their seat [default: a quarter of the team]
    #[arg(long, value_name = "N", requires = "revoke")]
    max_revoke: Option<usize>,

    /// Revoke the buyer's own seat, too, if the buyer is not in the file
    #[arg(long, requires = "revoke")]
    include_buyer: bool,

    #[command(flatten)]
    how: HowArgs,
    #[command(flatten)]
    pace: PaceArgs,
}

impl Sync {
    pub(crate) fn run(&self, context: &mut Context<'_>) -> Result<(), CliError> {
        let container = self.container.get()?;
        let people = self.file.read(context)?;
        let server = context.base_url(&self.pace.api)?;
        let beside = bulk::beside(&self.file.file, "journal.jsonl");
        let journal = self.pace.journal(beside, server.clone());
        let entries = journal.read()?;
        let mut aliases = bulk::aliases(&entries, &server, container);

        let output = ProgressOutput::new(context, self.pace.is_quiet());
        let rate = self.pace.rate(context)?;
        let pacer = Arc::new(Pacer::new(rate));
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
        bulk.let_pass(
            bulk::revoking_since(&entries, container),
            Some(self.pace.api.timeout),
        );
        let list = bulk.list()?;

        let mut plan = people.roster.plan_with(&aliases, &list);
        if self.include_buyer {
            plan = plan.including_buyer();
        }
        let revocations = self.revocations(&plan);
        let freed = revocations.as_ref().map_or(0, Vec::len);
        let missing = plan.missing_seats_after(freed);
        let todo = plan.assign.len() + plan.unlisted.len();
        let preview =
            Preview::new(&plan, container, &people.errors, rate).whole_team(missing, self.revoke);
        let revocations = match revocations {
            Ok(revocations) => revocations,
            Err(refused) => {
                context.print_report(&preview, Effect::Read)?;
                return Err(nothing_revoked(&refused));
            }
        };
        if !begin(context, &output, &preview, &self.how, todo, missing)? {
            return Ok(());
        }
        for seat in plan.unrevocable().filter(|_| self.revoke) {
            output.print(&format!(
                "Seat {} stays: the list does not tell whose it is",
                seat.id
            ));
        }
        for seat in plan.doubtful.iter().filter(|_| self.revoke) {
            output.print(&format!(
                "{} stays: the file may have the same address in another spelling",
                holder(seat)
            ));
        }
        if todo + freed > 0 {
            let question = question(todo, freed);
            context.confirm(&question, self.how.yes)?;
            bulk.journal.open()?;
            bulk.pacer.begin();
        }
        let mut revoked = revoke(&mut bulk, &revocations);
        // Before anybody is assigned, look who is there now.
        let list = if freed > 0 { bulk.list() } else { Ok(list) };
        let immediate = self.how.immediate_claim;
        let mut results = match list {
            Ok(list) => assign(&mut bulk, &people.roster, &mut aliases, list, immediate),
            Err(halt) => bulk::none_assigned(&people.roster, halt),
        };
        let mut summary = Summary::of(&results);
        summary.unknown += revoked.unknown;
        summary.not_revoked = revoked.not_done;
        summary.revoked = self.revoke.then_some(revoked.done);
        results.halt = revoked.halt.take().or(results.halt);
        finish(context, &bulk, &people, &self.how, summary, results)
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

fn nothing_revoked(refused: &RevokeError) -> CliError {
    if let RevokeError::MayBeBuyer { candidates } = refused {
        return CliError::invalid(format!(
            "nothing was done: {} to revoke may be the buyer's own; add the buyer to the file, or say \
             --include-buyer if the buyer may lose the seat",
            seats(*candidates),
        ));
    }
    let advice = match refused {
        RevokeError::TooMany { revoke, .. } => {
            format!("; if that is meant, say --max-revoke {revoke}")
        }
        RevokeError::Unsearchable { .. } => "; name these people by email".to_owned(),
        RevokeError::Unidentified { .. } => "; correct these rows".to_owned(),
        _ => String::new(),
    };
    CliError::invalid(format!("nothing was done: {refused}{advice}"))
}

fn question(assign: usize, revoke: usize) -> String {
    match (assign, revoke) {
        (0, revoke) => format!("Revoke {}?", seats(revoke)),
        (assign, 0) => format!("Assign {}?", seats(assign)),
        (assign, revoke) => format!("Assign {} and revoke {}?", seats(assign), seats(revoke)),
    }
}
