//! A run that assigns seats to everyone on a roster, as a state machine without I/O.
//!
//! A driver does what a [`Step`] asks for and passes the result back. Each step owns what may follow,
//! so a driver cannot assign without a list, or continue after the end.
//!
//! ```text
//! begin ─┬─► Revoke ──► List ─┬─► Assign ─┬─► Done
//!        ├─► Assign           └─► Done    ├─► List
//!        ├─► List                         └─► Wait ──► List
//!        └─► Done
//! ```
//!
//! The list of seats decides who has a seat. After a request with an unknown outcome, the person is
//! looked up in the next list, and assigned again only if the list does not show them. Polar assigns
//! no second seat to a person, even if the first request is still in progress. Before a run reports
//! that no seat is free for a person, it reads a new list: another run may have assigned the last
//! seat to them.
//!
//! The driver decides when to send a request, how many at the same time, and when to [stop](Step::stop).
//!
//! ```
//! use polar_roster::{
//!     Person, Roster,
//!     run::{AssignResult, AssignmentRun, RoundControl, RowResult, Step},
//!     types::{Recipient, Seat, SeatsList},
//! };
//!
//! fn run(roster: &Roster, server: &mut impl Server) -> Option<usize> {
//!     let mut step = AssignmentRun::new(roster).begin(&server.list()?);
//!     loop {
//!         step = match step {
//!             Step::Assign(mut round) => {
//!                 for person in round.people().to_vec() {
//!                     if round.report(person, &server.assign(person)) != RoundControl::Continue {
//!                         break;
//!                     }
//!                 }
//!                 round.complete()
//!             }
//!             Step::List(listing) => match server.list() {
//!                 Some(list) => listing.complete(&list).1,
//!                 None => listing.fail(),
//!             },
//!             Step::Wait(wait) => {
//!                 std::thread::sleep(wait.duration());
//!                 wait.resume()
//!             }
//!             Step::Revoke(round) => round.complete(),
//!             Step::Done(outcome) => {
//!                 return Some(outcome.results.count(|result| result.as_str() == "assigned"));
//!             }
//!         };
//!     }
//! }
//!
//! trait Server {
//!     fn list(&mut self) -> Option<SeatsList>;
//!     fn assign(&mut self, person: &Person) -> AssignResult;
//! }
//! # struct Fake;
//! # impl Server for Fake {
//! #     fn list(&mut self) -> Option<SeatsList> { Some(SeatsList::new(Vec::new(), 1)) }
//! #     fn assign(&mut self, _: &Person) -> AssignResult {
//! #         let json = r#"{"id": "dcb2c1b9-2f64-4c8c-90e6-d261c78b3eb2", "status": "pending"}"#;
//! #         AssignResult::Assigned(serde_json::from_str(json).unwrap())
//! #     }
//! # }
//! # let roster = Roster::validate([Person::new(1, Recipient::email("ann@acme.com"))]).roster;
//! # assert_eq!(run(&roster, &mut Fake), Some(1));
//! ```

mod results;
mod steps;

use std::collections::BTreeMap;

use polar_types::SeatsList;

pub use self::{
    results::{AssignResult, FoundPerson, RevokeResult, RowResult, RowResults, RunOutcome},
    steps::{AssignRound, Listing, RevokeRound, RoundControl, Wait},
};
use crate::{Aliases, Person, Plan, Revocation, Roster};

/// What the driver does next.
#[derive(Debug)]
#[must_use]
pub enum Step<'a> {
    /// Revoke seats, [report](RevokeRound::report) each result, and
    /// [complete](RevokeRound::complete) the round.
    Revoke(RevokeRound<'a>),
    /// List the seats, and [complete](Listing::complete) or [fail](Listing::fail) the listing.
    List(Listing<'a>),
    /// Assign seats, [report](AssignRound::report) each result, and
    /// [complete](AssignRound::complete) the round.
    Assign(AssignRound<'a>),
    /// Wait for a [duration](Wait::duration), and [resume](Wait::resume).
    Wait(Wait<'a>),
    /// Nothing: the run has ended.
    Done(RunOutcome),
}

/// A run that has not begun, and the state that its steps share.
#[derive(Debug)]
pub struct AssignmentRun<'a> {
    people: BTreeMap<u64, &'a Person>,
    roster: &'a Roster,
    aliases: Aliases,
    revocations: Vec<Revocation<'a>>,
    max_idle_rounds: u32,
    /// How many rounds in a row changed nothing.
    idle_rounds: u32,
    /// Whether the run has read a list itself.
    has_listed: bool,
    is_stopped: bool,
    outcome: RunOutcome,
}

impl<'a> AssignmentRun<'a> {
    /// Creates a run that assigns seats to everyone on a roster.
    #[must_use]
    pub fn new(roster: &'a Roster) -> Self {
        Self {
            people: roster.people().iter().map(|one| (one.line, one)).collect(),
            roster,
            aliases: Aliases::new(),
            revocations: Vec::new(),
            max_idle_rounds: 0,
            idle_rounds: 0,
            has_listed: false,
            is_stopped: false,
            outcome: RunOutcome::default(),
        }
    }

    /// Sets the names that the list shows for some people. The run adds those that it learns.
    #[must_use]
    pub fn aliases(mut self, aliases: Aliases) -> Self {
        self.aliases = aliases;
        self
    }

    /// Sets the seats to revoke first, which frees seats for others.
    #[must_use]
    pub fn revocations(mut self, revocations: Vec<Revocation<'a>>) -> Self {
        self.outcome.not_revoked = revocations.len();
        self.revocations = revocations;
        self
    }

    /// Sets how many rounds in a row may change nothing before the run continues no longer. The
    /// default is none.
    #[must_use]
    pub const fn max_idle_rounds(mut self, rounds: u32) -> Self {
        self.max_idle_rounds = rounds;
        self
    }

    /// Begins the run with a list of seats.
    pub fn begin(self, list: &SeatsList) -> Step<'a> {
        let run = Box::new(self);
        if run.revocations.is_empty() {
            run.plan(list).1
        } else {
            Step::Revoke(RevokeRound { run })
        }
    }

    fn plan(mut self: Box<Self>, list: &SeatsList) -> (Vec<FoundPerson<'a>>, Step<'a>) {
        let plan = self.roster.plan_with(&self.aliases, list);
        let found = self.record_listed(&plan);
        let open = self.open_lines(&plan);
        let may_have_seat = if has_unmatched_seats(&plan) {
            plan.unlisted.iter().map(|person| person.line).collect()
        } else {
            Vec::new()
        };
        let free = usize::try_from(plan.available_seats()).unwrap_or(usize::MAX);
        let people = open
            .iter()
            .filter_map(|line| self.people.get(line).copied());
        let people: Vec<_> = people.take(free).collect();
        (found, AssignRound::begin(self, people, open, may_have_seat))
    }

    /// Records the people who have a seat, and returns those whose result was open until now.
    fn record_listed(&mut self, plan: &Plan<'_>) -> Vec<FoundPerson<'a>> {
        let results = &mut self.outcome.results;
        for seated in &plan.mismatched {
            let seat = Box::new(seated.seat.clone());
            results.record(seated.person.line, RowResult::Mismatched(seat));
        }
        let mut found = Vec::new();
        for seated in &plan.already_there {
            let (line, seat) = (seated.person.line, seated.seat);
            let result = match results.get(line) {
                Some(RowResult::Unknown(_)) => RowResult::Assigned(seat.id),
                Some(RowResult::WithoutSeat) => RowResult::AlreadyThere,
                None | Some(RowResult::NotDone(_)) => {
                    results.record(line, RowResult::AlreadyThere);
                    continue;
                }
                Some(_) => continue,
            };
            results.record(line, result.clone());
            found.extend(self.people.get(&line).map(|&person| FoundPerson {
                person,
                result,
                seat: seat.clone(),
            }));
        }
        found
    }

    /// Returns the lines of people who still need a seat, in the order of the lines. If some may have
    /// one that the list does not show, they come first: Polar reports it only while a seat is free.
    fn open_lines(&self, plan: &Plan<'_>) -> Vec<u64> {
        let people = plan.unlisted.iter().chain(&plan.assign);
        let lines = people.map(|person| person.line);
        let mut open: Vec<_> = lines
            .filter(|line| self.outcome.results.is_open(*line))
            .collect();
        if !has_unmatched_seats(plan) {
            open.sort_unstable();
        }
        open
    }

    fn stop(mut self: Box<Self>) -> Box<Self> {
        self.is_stopped = true;
        self
    }

    fn list(self: Box<Self>) -> Step<'a> {
        Step::List(Listing { run: self })
    }

    const fn is_cut_short(&self) -> bool {
        self.is_stopped || self.idle_rounds > self.max_idle_rounds
    }

    /// Ends the run, with a result for everyone who has none yet.
    fn finish(self) -> Step<'a> {
        let is_cut_short = self.is_cut_short();
        let Self {
            people,
            mut outcome,
            ..
        } = self;
        for line in people.into_keys() {
            if outcome.results.get(line).is_none() {
                let result = if is_cut_short {
                    RowResult::NotDone("no request was sent".to_owned())
                } else {
                    RowResult::WithoutSeat
                };
                outcome.results.record(line, result);
            }
        }
        Step::Done(outcome)
    }
}

impl Step<'_> {
    /// Ends the run early, such as when it is interrupted. No more seats are assigned or revoked. If
    /// some were, the seats are listed once more, because a list settles unknown outcomes.
    pub fn stop(self) -> Self {
        match self {
            Self::Revoke(RevokeRound { run })
            | Self::List(Listing { run })
            | Self::Wait(Wait { run, .. }) => run.stop().list(),
            Self::Assign(round) => round.stop(),
            Self::Done(outcome) => Self::Done(outcome),
        }
    }
}

/// Returns whether the list has seats that people whom it cannot show may have: seats of holders who
/// are not otherwise on the roster.
fn has_unmatched_seats(plan: &Plan<'_>) -> bool {
    !(plan.others.is_empty() && plan.buyer.is_empty() && plan.doubtful.is_empty())
}
