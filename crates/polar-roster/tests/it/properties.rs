use polar_roster::{RevokeLimit, Roster};
use polar_types::SeatsList;
use proptest::prelude::*;

use crate::fixtures::{applied, lines, lines_of_plan, lists, people, recipients, who};

const NO_LIMIT: RevokeLimit = RevokeLimit::AtMost(usize::MAX);

proptest! {
    #[test]
    fn lines_of_plan_is_on_the_roster_once_or_at_fault(people in people()) {
        let validated = Roster::validate(people.clone());
        let faults = validated.invalid.iter().map(|fault| fault.line);
        let mut all: Vec<_> = lines(&validated.roster).into_iter().chain(faults).collect();
        all.sort_unstable();
        prop_assert_eq!(all, people.iter().map(|person| person.line).collect::<Vec<_>>());
    }

    #[test]
    fn lines_of_plan_is_in_a_plan_once(people in people(), list in lists()) {
        let roster = Roster::validate(people).roster;
        prop_assert_eq!(lines_of_plan(&roster.plan(&list)), lines(&roster));
    }

    #[test]
    fn a_plan_finds_the_same_seats_as_the_list(people in people(), list in lists()) {
        let roster = Roster::validate(people).roster;
        let plan = roster.plan(&list);
        for seated in &plan.already_there {
            prop_assert_eq!(list.find(&seated.person.recipient), Some(seated.seat));
        }
        for person in &plan.assign {
            prop_assert_eq!(list.find(&person.recipient), None);
        }
    }

    #[test]
    fn no_plan_revokes_a_seat_of_a_person_on_the_roster(
        people in people(), list in lists(),
    ) {
        let roster = Roster::validate(people).roster;
        let plan = roster.plan(&list);
        for revocation in plan.revocations(NO_LIMIT).unwrap() {
            let kept = plan.already_there.iter().any(|seated| seated.seat.id == revocation.seat.id);
            prop_assert!(!kept);
            prop_assert!(revocation.seat.status.is_live());
        }
        prop_assert_eq!(plan.unrevocable().count(), 0);
    }

    #[test]
    fn planning_again_after_applying_a_plan_leaves_nothing_to_do(people in people(), list in lists()) {
        let roster = Roster::validate(people).roster;
        let plan = roster.plan(&list);
        let after = applied(&list, &plan.assign, &[]);
        let again = roster.plan(&after);
        prop_assert!(again.is_done(), "{:?}", again.assign);
        prop_assert_eq!(again.others.len(), plan.others.len());
    }

    #[test]
    fn applying_a_part_of_a_plan_and_planning_again_has_the_same_result(
        people in people(), list in lists(), share in 0.0..1.0_f64,
    ) {
        let roster = Roster::validate(people).roster;
        let plan = roster.plan(&list);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss,
            reason = "a part of a small number")]
        let part = (plan.assign.len() as f64 * share) as usize;
        let between = applied(&list, &plan.assign[..part], &[]);
        let rest = roster.plan(&between);
        prop_assert!(rest.assign.len() <= plan.assign.len() - part);
        let after = applied(&between, &rest.assign, &[]);
        prop_assert!(roster.plan(&after).is_done());
    }

    #[test]
    fn after_assigning_and_revoking_the_team_equals_the_roster(people in people(), list in lists()) {
        let roster = Roster::validate(people).roster;
        let plan = roster.plan(&list);
        let revocations = plan.revocations(NO_LIMIT).unwrap();
        let after = applied(&list, &plan.assign, &revocations);
        let again = roster.plan(&after);
        prop_assert!(again.is_done());
        prop_assert!(again.others.is_empty(), "{:?}", again.others);
        let mut team: Vec<_> = roster.people().iter().map(|one| who(&one.recipient)).collect();
        team.sort_unstable();
        team.dedup();
        prop_assert_eq!(again.team_size(), team.len());
    }

    #[test]
    fn a_plan_does_not_depend_on_the_order_of_people_and_seats(
        (people, shuffled) in people().prop_flat_map(|people| {
            (Just(people.clone()), Just(people).prop_shuffle())
        }),
        (list, mixed) in lists().prop_flat_map(|list| {
            let seats = Just(list.seats.clone()).prop_shuffle();
            let total = list.total_seats;
            (Just(list), seats.prop_map(move |seats| SeatsList::new(seats, total)))
        }),
    ) {
        // Of duplicates the first is kept, so compare without them.
        let roster = Roster::validate(people).roster;
        let kept = lines(&roster);
        let other = Roster::validate(shuffled.into_iter().filter(|one| kept.contains(&one.line))).roster;
        let (one, two) = (roster.plan(&list), other.plan(&mixed));
        let sorted = |plan: &polar_roster::Plan<'_>| {
            let mut assign: Vec<_> = plan.assign.iter().map(|person| person.line).collect();
            assign.sort_unstable();
            let mut others: Vec<_> = plan.others.iter().map(|seat| seat.id).collect();
            others.sort_unstable();
            (assign, others, plan.missing_seats())
        };
        prop_assert_eq!(sorted(&one), sorted(&two));
    }

    #[test]
    fn buying_the_missing_seats_is_enough(people in people(), list in lists()) {
        let roster = Roster::validate(people).roster;
        let missing = roster.plan(&list).missing_seats();
        let total = list.total_seats.max(list.live().count().try_into().unwrap());
        let bought = SeatsList::new(list.seats.clone(), total + missing);
        prop_assert_eq!(roster.plan(&bought).missing_seats(), 0);
    }

    #[test]
    fn missing_seats_after_revoking_match_the_next_list(people in people(), list in lists()) {
        let roster = Roster::validate(people).roster;
        let plan = roster.plan(&list);
        let revocations = plan.revocations(NO_LIMIT).unwrap();
        let mut after = applied(&list, &[], &revocations);
        after = SeatsList::new(after.seats, list.total_seats);
        prop_assert_eq!(plan.missing_seats_after(revocations.len()), roster.plan(&after).missing_seats());
    }

    #[test]
    fn every_recipient_names_one_person(recipient in recipients()) {
        who(&recipient);
    }
}
