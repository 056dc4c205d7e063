//! The steps of a run, each with what may follow.

use std::time::Duration;

use polar_types::SeatsList;

use super::{AssignResult, AssignmentRun, FoundPerson, RevokeResult, RowResult, Step};
use crate::{Person, Revocation};

/// Seats to revoke.
#[derive(Debug)]
pub struct RevokeRound<'a> {
    pub(super) run: Box<AssignmentRun<'a>>,
}

/// A list of seats to read.
#[derive(Debug)]
pub struct Listing<'a> {
    pub(super) run: Box<AssignmentRun<'a>>,
}

/// People to assign seats to, each once.
#[derive(Debug)]
pub struct AssignRound<'a> {
    pub(super) run: Box<AssignmentRun<'a>>,
    people: Vec<&'a Person>,
    /// The lines of everyone without a final result, also of those for whom no seat is free.
    open: Vec<u64>,
    /// The lines of people who may have a seat that the list does not show as theirs.
    may_have_seat: Vec<u64>,
    final_before: usize,
    failures: u32,
    control: RoundControl,
}

/// A wait before the next list.
#[derive(Debug)]
pub struct Wait<'a> {
    pub(super) run: Box<AssignmentRun<'a>>,
    duration: Duration,
}

/// Whether a driver sends more requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[must_use]
pub enum RoundControl {
    /// Send the next request of the round.
    Continue,
    /// Send no more requests in this round. Report those in progress, and complete the round.
    EndRound,
    /// The same, and the run ends: further requests would fail as well.
    EndRun,
}

impl<'a> RevokeRound<'a> {
    /// Returns the seats to revoke.
    #[must_use]
    pub fn revocations(&self) -> &[Revocation<'a>] {
        &self.run.revocations
    }

    /// Reports the result of one revocation.
    pub fn report(&mut self, result: RevokeResult) -> RoundControl {
        let outcome = &mut self.run.outcome;
        let count = match result {
            RevokeResult::Revoked => &mut outcome.revoked,
            RevokeResult::Unknown => &mut outcome.unknown_revocations,
            RevokeResult::OtherHolder | RevokeResult::NotDone => return RoundControl::Continue,
            RevokeResult::Forbidden => {
                self.run.is_stopped = true;
                return RoundControl::EndRun;
            }
        };
        *count += 1;
        outcome.not_revoked = outcome.not_revoked.saturating_sub(1);
        RoundControl::Continue
    }

    /// Continues after all results have been reported.
    pub fn complete(self) -> Step<'a> {
        self.run.list()
    }
}

impl<'a> Listing<'a> {
    /// Continues with a list. Also returns the people whose result was open and is settled by it.
    pub fn complete(mut self, list: &SeatsList) -> (Vec<FoundPerson<'a>>, Step<'a>) {
        self.run.has_listed = true;
        self.run.plan(list)
    }

    /// Ends the run, because the seats cannot be listed.
    pub fn fail(self) -> Step<'a> {
        let mut run = self.run.stop();
        run.outcome.results.retract_without_seat();
        run.finish()
    }
}

impl<'a> AssignRound<'a> {
    /// Begins a round, if there is something to do in it.
    pub(super) fn begin(
        run: Box<AssignmentRun<'a>>,
        people: Vec<&'a Person>,
        open: Vec<u64>,
        may_have_seat: Vec<u64>,
    ) -> Step<'a> {
        let round = Self {
            final_before: run.outcome.results.count(RowResult::is_final),
            run,
            people,
            open,
            may_have_seat,
            failures: 0,
            control: RoundControl::Continue,
        };
        let is_over = round.open.is_empty() || round.run.is_cut_short();
        if is_over || round.people.is_empty() && round.run.has_listed {
            round.finish()
        } else if round.people.is_empty() {
            // The first list may be out of date: the driver may have asked for confirmation since.
            round.run.list()
        } else {
            Step::Assign(round)
        }
    }

    /// Returns the people, in the order in which to assign seats to them.
    #[must_use]
    pub fn people(&self) -> &[&'a Person] {
        &self.people
    }

    /// Reports the result of the request for one person.
    pub fn report(&mut self, person: &Person, result: &AssignResult) -> RoundControl {
        let run = &mut self.run;
        run.outcome.results.record(person.line, result.into());
        let control = match result {
            AssignResult::Assigned(seat) => {
                self.failures = 0;
                run.aliases.learn(person.recipient.clone(), seat);
                RoundControl::Continue
            }
            AssignResult::AlreadyAssigned | AssignResult::Rejected(_) => RoundControl::Continue,
            AssignResult::Refused(_) | AssignResult::NotDone(_) | AssignResult::Unknown(_) => {
                self.failures += 1;
                if self.failures < MAX_FAILURES {
                    RoundControl::Continue
                } else {
                    RoundControl::EndRound
                }
            }
            AssignResult::NoFreeSeat => RoundControl::EndRound,
            AssignResult::Forbidden(_) => {
                run.is_stopped = true;
                RoundControl::EndRun
            }
        };
        self.control = self.control.max(control);
        self.control
    }

    /// Continues after the results of all requests have been reported. People without a result are
    /// part of the next round.
    pub fn complete(mut self) -> Step<'a> {
        let results = &self.run.outcome.results;
        if !self.open.iter().any(|line| results.is_open(*line)) {
            return self.run.finish();
        }
        if results.count(RowResult::is_final) > self.final_before {
            self.run.idle_rounds = 0;
        } else if !self.run.is_stopped {
            let duration = Duration::from_secs(1 << self.run.idle_rounds.min(MAX_WAIT_LOG2));
            self.run.idle_rounds += 1;
            return Step::Wait(Wait {
                run: self.run,
                duration,
            });
        }
        self.run.list()
    }

    pub(super) fn stop(mut self) -> Step<'a> {
        self.run = self.run.stop();
        self.finish()
    }

    /// Ends the run without a request of this round.
    fn finish(mut self) -> Step<'a> {
        let is_cut_short = self.run.is_cut_short();
        let results = &mut self.run.outcome.results;
        for line in self.may_have_seat {
            let lacks_seat = match results.get(line) {
                None => !is_cut_short,
                Some(result) => result.lacks_seat(),
            };
            if lacks_seat {
                results.record(line, RowResult::MayHaveSeat);
            }
        }
        self.run.finish()
    }
}

impl<'a> Wait<'a> {
    /// Returns how long to wait: 1 s after the first round that changed nothing, then twice as long
    /// each time, up to 32 s.
    #[must_use]
    pub const fn duration(&self) -> Duration {
        self.duration
    }

    /// Continues after the wait.
    pub fn resume(self) -> Step<'a> {
        self.run.list()
    }
}

/// The number of failures in a row that end a round, to read a list before more requests.
const MAX_FAILURES: u32 = 10;
/// The longest wait is two seconds to the power of this.
const MAX_WAIT_LOG2: u32 = 5;
