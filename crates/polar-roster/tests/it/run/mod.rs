//! Assignment runs against a simulated server.

mod server;

use polar_roster::{
    Person, RevokeLimit, Roster,
    run::{AssignResult, AssignmentRun, RevokeResult, RoundControl, RowResult, RunOutcome, Step},
};
use polar_types::{SeatStatus, SeatsList};
use proptest::{
    collection::{hash_set, vec},
    prelude::*,
    sample::select,
};

use self::server::{
    CUSTOMERS,
    Event::{self, *},
    Server, recipient,
};
use crate::fixtures::{PEOPLE, email, lists, seat};

fn results(outcome: &RunOutcome) -> Vec<&'static str> {
    let results = outcome.results.iter();
    results.map(|(_, result)| result.as_str()).collect()
}

/// A roster of people whose line is their number.
fn numbered(people: impl IntoIterator<Item = u8>) -> Roster {
    let people = people.into_iter();
    Roster::validate(people.map(|who| Person::new(who.into(), recipient(who)))).roster
}

/// People, events, and the expected requests and results, with one free seat.
type Case<'a> = (&'a [u8], &'a [Event], &'a str, &'a str);

/// The steps of a run that assigns again after a list.
const AGAIN: &str = "assign 1, wait 1, list, assign 1";
/// The same, ending with a list.
const AGAIN_AND_LIST: &str = "assign 1, wait 1, list, assign 1, wait 2, list";

#[test]
fn each_event_has_its_requests_and_results() {
    let cases: &[Case<'_>] = &[
        (&[1], &[], "assign 1", "assigned"),
        (&[1], &[AssignedByOthers], "assign 1", "already_there"),
        (&[1], &[Rejected], "assign 1", "rejected"),
        (&[1], &[Refused], "assign 1", "rejected"),
        // A list settles an unknown outcome, before the next request.
        (&[1], &[ResponseLost], "assign 1, wait 1, list", "assigned"),
        (&[1], &[RequestLost], AGAIN, "assigned"),
        (&[1], &[Late], AGAIN, "already_there"),
        (&[1], &[NotSent], AGAIN, "assigned"),
        // That the second request finds no free seat proves nothing about the first one.
        (
            &[1],
            &[RequestLost, Succeeds, SeatTaken],
            AGAIN_AND_LIST,
            "unknown",
        ),
        // A missing seat is reported only if a new list confirms it.
        (&[1, 2], &[], "assign 1, list", "assigned, without_seat"),
        (&[1], &[SeatTaken], "assign 1, wait 1, list", "without_seat"),
        (&[1], &[NoFreeSeat], AGAIN, "assigned"),
        (
            &[1],
            &[SeatTaken, Refused],
            "assign 1, wait 1, list",
            "not_done",
        ),
        // A run that ends early reads one more list, and reports what is not done.
        (
            &[1, 2],
            &[Forbidden],
            "assign 1, list",
            "not_done, not_done",
        ),
        (&[1, 2], &[Stopped], "assign 1, list", "assigned, not_done"),
        (
            &[1],
            &[NotSent, Succeeds, NotSent],
            AGAIN_AND_LIST,
            "not_done",
        ),
        // While a seat is free, people who may have one are asked for first.
        (&[1, 9], &[], "assign 1, list", "assigned, without_seat"),
    ];
    for (people, events, trace, expected) in cases {
        let roster = numbered(people.iter().copied());
        let mut server = Server::new(&SeatsList::new(Vec::new(), 1), events.to_vec());
        let outcome = server.drive(AssignmentRun::new(&roster).max_idle_rounds(1));
        assert_eq!(server.trace.join(", "), *trace, "{events:?}");
        assert_eq!(results(&outcome).join(", "), *expected, "{events:?}");
    }
}

#[test]
fn a_first_list_without_a_free_seat_is_read_again() {
    let roster = numbered([1]);
    let old = SeatsList::new(Vec::new(), 0);
    let mut server = Server::new(&old, Vec::new());
    server.total = 1;
    let outcome = server.drive(AssignmentRun::new(&roster));
    assert_eq!(server.trace.join(", "), "list, assign 1");
    assert_eq!(results(&outcome), ["assigned"]);
}

#[test]
fn a_round_ends_after_ten_failures_in_a_row() {
    let roster = numbered(20..40);
    let list = SeatsList::new(Vec::new(), 30);
    let mut server = Server::new(&list, vec![NotSent; 10]);
    let outcome = server.drive(AssignmentRun::new(&roster));
    let mut steps = server.trace.iter();
    let first = steps.position(|step| !step.starts_with("assign"));
    assert_eq!(first, Some(10), "{:?}", server.trace);
    let results = &outcome.results;
    assert_eq!(results.count(|one| *one == RowResult::WithoutSeat), 0);
}

#[test]
fn people_whom_the_list_cannot_show_may_have_a_seat() {
    // The seat of the tenth person, who is on the roster as a customer.
    let list = SeatsList::new(vec![seat(1, 9, SeatStatus::Claimed)], 2);
    let roster = numbered([1, 9]);
    let mut server = Server::new(&list, Vec::new());
    let outcome = server.drive(AssignmentRun::new(&roster));
    // Polar reports it while a seat is free, so it comes before the first person.
    assert_eq!(server.trace.join(", "), "assign 9, list, assign 1");
    assert_eq!(results(&outcome), ["assigned", "already_there"]);

    let full = SeatsList::new(list.seats, 1);
    let mut server = Server::new(&full, Vec::new());
    let outcome = server.drive(AssignmentRun::new(&roster));
    assert_eq!(server.trace.join(", "), "list");
    assert_eq!(results(&outcome), ["without_seat", "may_have_seat"]);
}

#[test]
fn revoked_seats_are_assigned_after_another_list() {
    let list = SeatsList::new(vec![seat(1, 5, SeatStatus::Claimed)], 1);
    let roster = numbered([1]);
    let plan = roster.plan(&list);
    let revocations = plan.revocations(RevokeLimit::Quarter).unwrap();
    let run = || AssignmentRun::new(&roster).revocations(revocations.clone());
    let mut server = Server::new(&list, Vec::new());
    let outcome = server.drive(run());
    assert_eq!(server.trace.join(", "), "list, assign 1");
    assert_eq!((outcome.revoked, outcome.not_revoked), (1, 0));

    // Without that list no seat is assigned, and nothing is known about the free seats.
    let mut server = Server::new(&list, vec![ResponseLost, Refused]);
    let outcome = server.drive(run());
    assert_eq!(server.trace.join(", "), "list");
    assert_eq!((outcome.unknown_revocations, outcome.not_revoked), (1, 0));
    assert_eq!(results(&outcome), ["not_done"]);

    let Step::Revoke(mut round) = run().begin(&list) else {
        panic!("there is a seat to revoke");
    };
    assert_eq!(round.report(RevokeResult::Forbidden), RoundControl::EndRun);
    let Step::List(listing) = round.complete() else {
        panic!("a list follows");
    };
    let (_, Step::Done(outcome)) = listing.complete(&SeatsList::new(Vec::new(), 1)) else {
        panic!("no seat is assigned");
    };
    assert_eq!(outcome.not_revoked, 1);
    assert_eq!(results(&outcome), ["not_done"]);
}

#[test]
fn a_list_returns_the_people_whose_result_it_settles() {
    let roster = numbered([1, 2, 3]);
    let Step::Assign(mut round) = AssignmentRun::new(&roster)
        .max_idle_rounds(1)
        .begin(&SeatsList::new(Vec::new(), 9))
    else {
        panic!("three seats are missing");
    };
    let people = round.people().to_vec();
    let lost = AssignResult::Unknown("response lost".to_owned());
    assert_eq!(round.report(people[0], &lost), RoundControl::Continue);
    assert_eq!(
        round.report(people[1], &AssignResult::NoFreeSeat),
        RoundControl::EndRound
    );
    assert_eq!(round.report(people[2], &lost), RoundControl::EndRound);
    let Step::Wait(wait) = round.complete() else {
        panic!("nothing is settled");
    };
    let Step::List(listing) = wait.resume() else {
        panic!("a list follows");
    };
    let seats = [1, 2].map(|who| seat(who.into(), who, SeatStatus::Pending));
    let (found, _) = listing.complete(&SeatsList::new(seats.to_vec(), 9));
    let found = found.into_iter();
    let found: Vec<_> = found
        .map(|one| (one.person.line, one.result, one.seat))
        .collect();
    let [one, two] = seats;
    assert_eq!(
        found,
        [
            (1, RowResult::Assigned(one.id), one),
            (2, RowResult::AlreadyThere, two)
        ]
    );
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let failures = select(&[
        ResponseLost,
        RequestLost,
        Late,
        NotSent,
        NoFreeSeat,
        AssignedByOthers,
        SeatTaken,
        Rejected,
        Refused,
    ]);
    let event = prop_oneof![
        20 => Just(Succeeds),
        20 => failures,
        1 => Just(Forbidden),
        1 => Just(Stopped),
    ];
    vec(event, 0..40)
}

proptest! {
    #[test]
    fn no_run_assigns_two_seats_or_revokes_one_of_the_roster(
        people in hash_set(0..PEOPLE, 0..10),
        list in lists(),
        events in events(),
        revokes in any::<bool>(),
        max_idle_rounds in 0_u32..4,
    ) {
        let roster = numbered(people.iter().copied());
        let plan = roster.plan(&list);
        let revocations = plan.revocations(RevokeLimit::AtMost(usize::MAX)).unwrap_or_default();
        let run = AssignmentRun::new(&roster).max_idle_rounds(max_idle_rounds);
        let run = if revokes { run.revocations(revocations) } else { run };
        let mut server = Server::new(&list, events);
        let before: Vec<_> = people.iter().map(|who| (*who, server.seat_of(*who).cloned())).collect();
        // Ends, or panics after a thousand steps.
        let outcome = server.drive(run);
        server.carry_out_late_requests();

        let mut holders: Vec<_> = SeatsList::new(server.seats.clone(), server.total)
            .live()
            .filter_map(|seat| seat.email.clone())
            .collect();
        let live = holders.len();
        holders.sort_unstable();
        holders.dedup();
        prop_assert_eq!(holders.len(), live, "a person has two seats");
        for (who, seat) in before {
            if let Some(seat) = seat {
                prop_assert_eq!(server.seat_of(who), Some(&seat), "a seat of the roster was revoked");
            }
        }

        prop_assert_eq!(outcome.results.iter().count(), people.len());
        for (line, result) in outcome.results.iter() {
            let who = u8::try_from(line).unwrap();
            let shown = server.shown.find_by_email(&email(who)).is_some();
            match result {
                RowResult::Assigned(_) | RowResult::AlreadyThere => {
                    prop_assert!(server.seat_of(who).is_some(), "{:?}", result);
                }
                RowResult::WithoutSeat => prop_assert!(!shown, "{} is in the last list", who),
                RowResult::MayHaveSeat => prop_assert!(CUSTOMERS.contains(&who)),
                _ => {}
            }
        }
    }

    #[test]
    fn a_run_without_failures_assigns_as_many_seats_as_are_free(
        people in hash_set(0..PEOPLE, 0..10),
        list in lists(),
    ) {
        let roster = numbered(people.iter().copied());
        let mut server = Server::new(&list, Vec::new());
        let outcome = server.drive(AssignmentRun::new(&roster));
        let assigned = outcome.results.count(|result| matches!(result, RowResult::Assigned(_)));
        let there = outcome.results.count(|result| *result == RowResult::AlreadyThere);
        let lacking = outcome.results.count(RowResult::lacks_seat);
        prop_assert_eq!(assigned + there + lacking, people.len());
        let free = SeatsList::new(server.seats.clone(), server.total).available_seats;
        prop_assert!(lacking == 0 || free == 0, "{} lack a seat, {} are free", lacking, free);
    }
}
