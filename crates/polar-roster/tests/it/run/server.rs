//! A simulated server that fails, is late, and has other clients.

use std::collections::HashSet;

use polar_roster::{
    Person,
    run::{AssignResult, AssignmentRun, RevokeResult, RoundControl, RunOutcome, Step},
};
use polar_types::{Recipient, Seat, SeatStatus, SeatsList};

use crate::fixtures::{PEOPLE, email, seat};

/// What happens to one request. When a script has no more events, requests succeed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Event {
    Succeeds,
    /// The server carries it out, and the response is lost.
    ResponseLost,
    /// The server never receives it.
    RequestLost,
    /// The client receives an error, and the server carries the request out before the next one.
    Late,
    /// The connection is refused.
    NotSent,
    /// The server claims that no seat is free.
    NoFreeSeat,
    /// Another client assigns a seat to this person just before.
    AssignedByOthers,
    /// Another client assigns a seat to a stranger just before.
    SeatTaken,
    Rejected,
    Refused,
    Forbidden,
    /// The driver stops the run after this request.
    Stopped,
}

/// The people named by a customer's external id, which no list shows.
pub(super) const CUSTOMERS: std::ops::Range<u8> = 9..PEOPLE;

pub(super) fn recipient(who: u8) -> Recipient {
    if CUSTOMERS.contains(&who) {
        Recipient::external_customer(format!("crm_{who}"))
    } else {
        Recipient::email(email(who))
    }
}

pub(super) struct Server {
    pub(super) seats: Vec<Seat>,
    pub(super) total: u64,
    events: std::vec::IntoIter<Event>,
    late: Vec<u8>,
    stopped: bool,
    /// The last list that the run has seen.
    pub(super) shown: SeatsList,
    pub(super) trace: Vec<String>,
}

impl Server {
    pub(super) fn new(list: &SeatsList, events: Vec<Event>) -> Self {
        Self {
            seats: list.seats.clone(),
            total: list.total_seats,
            events: events.into_iter(),
            late: Vec::new(),
            stopped: false,
            shown: list.clone(),
            trace: Vec::new(),
        }
    }

    fn next(&mut self) -> Event {
        let event = self.events.next().unwrap_or(Event::Succeeds);
        self.stopped |= event == Event::Stopped;
        event
    }

    pub(super) fn seat_of(&self, who: u8) -> Option<&Seat> {
        let email = email(who);
        let mut live = self.seats.iter().filter(|seat| seat.status.is_live());
        live.find(|seat| seat.email.as_ref() == Some(&email))
    }

    fn give(&mut self, who: u8) -> AssignResult {
        let live = self.seats.iter().filter(|seat| seat.status.is_live());
        let free = self.total.saturating_sub(live.count().try_into().unwrap());
        if self.seat_of(who).is_some() {
            AssignResult::AlreadyAssigned
        } else if free == 0 {
            AssignResult::NoFreeSeat
        } else {
            let slot = 100 + u32::try_from(self.seats.len()).unwrap();
            let seat = seat(slot, who, SeatStatus::Pending);
            self.seats.push(seat.clone());
            AssignResult::Assigned(Box::new(seat))
        }
    }

    pub(super) fn carry_out_late_requests(&mut self) {
        for who in std::mem::take(&mut self.late) {
            self.give(who);
        }
    }

    fn assign(&mut self, person: &Person) -> AssignResult {
        assert_eq!(self.shown.find(&person.recipient), None, "{person:?}");
        self.carry_out_late_requests();
        let who = u8::try_from(person.line).unwrap();
        self.trace.push(format!("assign {who}"));
        match self.next() {
            Event::Succeeds | Event::Stopped => self.give(who),
            Event::ResponseLost => {
                self.give(who);
                AssignResult::Unknown("response lost".to_owned())
            }
            Event::RequestLost => AssignResult::Unknown("request lost".to_owned()),
            Event::Late => {
                self.late.push(who);
                AssignResult::Unknown("timeout".to_owned())
            }
            Event::NotSent => AssignResult::NotDone("no connection".to_owned()),
            Event::NoFreeSeat => AssignResult::NoFreeSeat,
            Event::AssignedByOthers => {
                self.give(who);
                self.give(who)
            }
            Event::SeatTaken => {
                self.give(50 + who);
                self.give(who)
            }
            Event::Rejected => AssignResult::Rejected("no such domain".to_owned()),
            Event::Refused => AssignResult::Refused("new reason".to_owned()),
            Event::Forbidden => AssignResult::Forbidden("no scope".to_owned()),
        }
    }

    fn list(&mut self) -> Option<SeatsList> {
        self.trace.push("list".to_owned());
        if matches!(self.next(), Event::Forbidden | Event::Refused) {
            return None;
        }
        self.shown = SeatsList::new(self.seats.clone(), self.total);
        Some(self.shown.clone())
    }

    fn revoke(&mut self, holder: &Recipient) -> RevokeResult {
        let event = self.next();
        if !matches!(event, Event::Succeeds | Event::ResponseLost) {
            return RevokeResult::NotDone;
        }
        for seat in &mut self.seats {
            if seat.status.is_live() && polar_roster::holder_of(seat).as_ref() == Some(holder) {
                *seat = Seat::new(seat.id);
                seat.status = SeatStatus::Revoked;
            }
        }
        match event {
            Event::Succeeds => RevokeResult::Revoked,
            _ => RevokeResult::Unknown,
        }
    }

    /// Drives a run to its end, at most two requests at the same time.
    pub(super) fn drive(&mut self, run: AssignmentRun<'_>) -> RunOutcome {
        let list = self.shown.clone();
        let mut step = run.begin(&list);
        for _ in 0..1000 {
            if self.stopped {
                step = step.stop();
            }
            step = match step {
                Step::Revoke(mut round) => {
                    for revocation in round.revocations().to_vec() {
                        let result = self.revoke(&revocation.holder);
                        if round.report(result) != RoundControl::Continue {
                            break;
                        }
                    }
                    round.complete()
                }
                Step::Assign(mut round) => {
                    let people = round.people().to_vec();
                    let lines: HashSet<_> = people.iter().map(|person| person.line).collect();
                    assert_eq!(lines.len(), people.len(), "a person is in a round twice");
                    for pair in people.chunks(2) {
                        let results = pair.iter().map(|person| self.assign(person));
                        let results: Vec<_> = results.collect();
                        let mut control = RoundControl::Continue;
                        for (person, result) in pair.iter().zip(&results) {
                            control = control.max(round.report(person, result));
                        }
                        if control != RoundControl::Continue || self.stopped {
                            break;
                        }
                    }
                    round.complete()
                }
                Step::List(listing) => match self.list() {
                    Some(list) => listing.complete(&list).1,
                    None => listing.fail(),
                },
                Step::Wait(wait) => {
                    self.trace
                        .push(format!("wait {}", wait.duration().as_secs()));
                    wait.resume()
                }
                Step::Done(outcome) => return outcome,
            };
        }
        panic!("the run does not end: {:?}", self.trace);
    }
}
