use polar_roster::{Aliases, Person, RevokeError, RevokeLimit, Roster};
use polar_types::{CustomerId, Recipient, Seat, SeatId, SeatStatus, SeatsList};
use uuid::Uuid;

use crate::fixtures::{email, seat, seat_of};

pub(crate) fn roster(recipients: impl IntoIterator<Item = Recipient>) -> Roster {
    let people = recipients.into_iter().zip(2..);
    Roster::validate(people.map(|(recipient, line)| Person::new(line, recipient))).roster
}

pub(crate) fn team(size: u8) -> SeatsList {
    let seats = (0..size).map(|who| seat(u32::from(who) + 1, who, SeatStatus::Claimed));
    SeatsList::new(seats.collect(), 100)
}

#[test]
fn at_most_a_quarter_of_the_team_is_revoked_by_default() {
    for (size, kept, allowed) in [(8, 6, 2), (8, 5, 2), (9, 6, 3), (3, 2, 1), (1, 0, 1)] {
        let list = team(size);
        let roster = roster((0..kept).map(|who| Recipient::email(email(who))));
        let plan = roster.plan(&list);
        let revoke = usize::from(size - kept);
        match plan.revocations(RevokeLimit::Quarter) {
            Ok(revocations) => assert_eq!((revocations.len(), revoke <= allowed), (revoke, true)),
            Err(refused) => assert_eq!(
                refused,
                RevokeError::TooMany {
                    revoke,
                    allowed,
                    team: size.into()
                }
            ),
        }
        assert!(plan.revocations(RevokeLimit::AtMost(revoke)).is_ok());
        assert!(plan.revocations(RevokeLimit::AtMost(revoke - 1)).is_err());
    }
}

#[test]
fn nothing_is_revoked_while_an_unsearchable_person_is_not_found() {
    let list = team(4);
    let known = (0..3).map(|who| Recipient::email(email(who)));
    let roster = roster(known.chain([Recipient::external_customer("crm_3")]));
    let plan = roster.plan(&list);
    assert_eq!(
        (plan.unlisted.len(), plan.others.len(), plan.is_done()),
        (1, 1, false)
    );
    assert_eq!(
        plan.revocations(RevokeLimit::Quarter),
        Err(RevokeError::Unsearchable {
            people: 1,
            first_line: 5
        }),
    );

    // With the alias, everyone is there.
    let mut aliases = Aliases::new();
    aliases.learn(Recipient::external_customer("crm_3"), &list.seats[3]);
    let plan = roster.plan_with(&aliases, &list);
    assert!(plan.is_done() && plan.others.is_empty());
    assert_eq!(plan.revocations(RevokeLimit::Quarter), Ok(Vec::new()));
}

#[test]
fn a_seat_that_shows_only_a_customer_is_not_revoked() {
    let mut nameless = Seat::new(SeatId::new(Uuid::from_u128(9)));
    nameless.status = SeatStatus::Claimed;
    nameless.customer_id = Some(CustomerId::new(Uuid::from_u128(7)));
    let list = SeatsList::new(vec![nameless.clone()], 5);
    let roster = roster([]);
    let plan = roster.plan(&list);
    assert_eq!(plan.revocations(RevokeLimit::Quarter), Ok(Vec::new()));
    assert_eq!(plan.unrevocable().collect::<Vec<_>>(), [&nameless]);
    let named = self::roster([Recipient::Customer(CustomerId::new(Uuid::from_u128(7)))]);
    assert!(named.plan(&list).is_done());
}

#[test]
fn revoking_seats_beyond_those_bought_frees_none() {
    let list = SeatsList::new(team(6).seats, 4);
    let roster = roster((2..7).map(|who| Recipient::email(email(who))));
    let plan = roster.plan(&list);
    assert_eq!((plan.assign.len(), plan.missing_seats()), (1, 1));
    assert_eq!(plan.missing_seats_after(2), 1);
    assert_eq!(plan.missing_seats_after(3), 0);
}

#[test]
fn nothing_is_revoked_while_a_row_identifies_no_person() {
    let list = team(8);
    let known = |count| (0..count).map(|who| Recipient::email(email(who)));
    let refused = Err(RevokeError::Unidentified {
        rows: 1,
        first_line: 9,
    });
    let unsound = [
        Recipient::email("person7@acme,com"),
        Recipient::external_member(""),
    ];
    for unsound in unsound {
        let faulty = roster(known(7).chain([unsound]));
        assert_eq!(
            faulty.plan(&list).revocations(RevokeLimit::Quarter),
            refused
        );
    }
    let unread = roster(known(7)).with_unidentified([9]);
    let plan = unread.plan(&list);
    assert_eq!(plan.revocations(RevokeLimit::AtMost(100)), refused);
    assert_eq!(plan.others.len(), 1);

    // Without a seat to revoke there is no error.
    let all = roster(known(8)).with_unidentified([10]);
    assert_eq!(
        all.plan(&list).revocations(RevokeLimit::Quarter),
        Ok(Vec::new())
    );
}

#[test]
fn a_person_in_a_duplicate_row_keeps_the_seat() {
    let list = team(8);
    let with = Recipient::external_member_with_email;
    let known = (0..6).map(|who| Recipient::email(email(who)));
    // The id of the person above, and the address of the seventh.
    let twice = with("usr_1", "person6@acme.com");
    let roster = roster(
        [with("usr_1", "person1@acme.com"), twice]
            .into_iter()
            .chain(known),
    );
    assert_eq!(roster.len(), 6);
    let plan = roster.plan(&list);
    assert_eq!(plan.others, [&list.seats[7]]);
    assert_eq!(plan.revocations(RevokeLimit::Quarter).unwrap().len(), 1);
}

#[test]
fn people_removed_from_the_roster_keep_their_seat() {
    let list = team(4);
    let all = [0, 1, 2].map(|who| Recipient::email(email(who)));
    let rest = roster(all).without(|person| person.line == 3);
    let plan = rest.plan(&list);
    assert_eq!((plan.already_there.len(), plan.team_size()), (2, 4));
    assert_eq!(plan.others, [&list.seats[3]]);

    let customer = roster([Recipient::external_customer("crm_1")]).without(|_| true);
    assert_eq!(
        customer.plan(&list).revocations(RevokeLimit::AtMost(4)),
        Err(RevokeError::Unsearchable {
            people: 1,
            first_line: 2
        }),
    );
}

#[test]
fn people_removed_from_the_roster_are_not_assigned() {
    let list = team(0);
    let roster = roster((0..4).map(|who| Recipient::email(email(who))));
    let rest = roster.without(|person| person.line == 3);
    let left: Vec<_> = rest
        .plan(&list)
        .assign
        .iter()
        .map(|person| person.line)
        .collect();
    assert_eq!(left, [2, 4, 5]);
}

#[test]
fn an_id_and_an_address_of_two_people_are_mismatched() {
    let list = team(6);
    let with = Recipient::external_member_with_email;
    let roster = roster([
        with("usr_1", "person1@acme.com"),
        with("usr_2", "other@acme.com"),
        with("usr_9", "person4@acme.com"),
        with("usr_0", "person0@acme.com"),
    ]);
    let plan = roster.plan(&list);
    let lines = |seated: &[polar_roster::SeatedPerson<'_>]| -> Vec<_> {
        seated.iter().map(|seated| seated.person.line).collect()
    };
    // The last member has no external id yet, so the assignment sets it.
    assert_eq!(lines(&plan.already_there), [2, 5]);
    assert_eq!(lines(&plan.mismatched), [3, 4]);
    // Neither person loses a seat.
    assert_eq!(plan.others.len(), 2);
}

#[test]
fn a_mismatched_row_revokes_the_seat_of_neither_person() {
    let list = team(8);
    let alone = (0..8).filter(|who| ![1, 4].contains(who));
    let alone = alone.map(|who| Recipient::email(email(who)));
    let both = Recipient::external_member_with_email("usr_1", email(4));
    let roster = roster(alone.chain([both]));
    let plan = roster.plan(&list);
    assert_eq!(
        (plan.mismatched.len(), plan.others.len(), plan.is_done()),
        (1, 0, false)
    );
    assert_eq!(plan.revocations(RevokeLimit::Quarter), Ok(Vec::new()));
}

#[test]
fn a_person_with_two_seats_keeps_both() {
    let twice = [
        seat(1, 5, SeatStatus::Claimed),
        seat(2, 5, SeatStatus::Pending),
    ];
    let list = SeatsList::new(twice.to_vec(), 5);
    let roster = roster([Recipient::email(email(5))]);
    let plan = roster.plan(&list);
    assert!(plan.is_done() && plan.others.is_empty());
}

#[test]
fn a_seat_with_another_spelling_of_an_address_is_not_revoked() {
    let with = Recipient::external_member_with_email;
    for (listed, named) in [
        ("ann@müller.de", Recipient::email("ann@xn--mller-kva.de")),
        ("ann@xn--mller-kva.de", Recipient::email("ann@müller.de")),
        ("zo\u{eb}@acme.com", Recipient::email("zoe\u{308}@acme.com")),
        ("zoe\u{308}@acme.com", with("usr_9", "Zo\u{eb}@acme.com")),
    ] {
        let mut seats = team(8).seats;
        seats.push(seat_of(9, 200, listed, None, SeatStatus::Claimed));
        let list = SeatsList::new(seats, 20);
        let others = (0..7).map(|who| Recipient::email(email(who)));
        let roster = roster(others.chain([named]));
        let plan = roster.plan(&list);
        assert_eq!(plan.doubtful, [&list.seats[8]], "{listed}");
        assert_eq!((plan.unlisted.len(), plan.assign.len()), (1, 0), "{listed}");
        // The seats of others are revoked.
        let revocations = plan.revocations(RevokeLimit::Quarter).unwrap();
        let revoked: Vec<_> = revocations.iter().map(|one| one.seat).collect();
        assert_eq!(revoked, [&list.seats[7]], "{listed}");
    }
}

#[test]
fn an_address_with_an_exact_match_makes_no_other_seat_doubtful() {
    let names = ["zoë@acme.com", "zoé@acme.com", "ann@müller.de"];
    let seats = names.iter().zip(1_u8..).map(|(name, slot)| {
        seat_of(
            slot.into(),
            200 + u128::from(slot),
            name,
            None,
            SeatStatus::Claimed,
        )
    });
    let list = SeatsList::new(seats.collect(), 5);
    let roster = roster([
        Recipient::email(names[0]),
        Recipient::email(names[2]),
        Recipient::email("bob@müller.de"),
    ]);
    let plan = roster.plan(&list);
    assert_eq!(
        (plan.already_there.len(), plan.assign.len()),
        (2, 1),
        "{plan:?}"
    );
    assert_eq!(
        (&plan.doubtful[..], &plan.others[..]),
        (&[][..], &[&list.seats[1]][..])
    );
}

#[test]
fn an_id_matches_with_another_spelling_of_its_address() {
    let list = SeatsList::new(
        vec![seat_of(
            1,
            200,
            "ann@müller.de",
            Some("usr_1"),
            SeatStatus::Claimed,
        )],
        5,
    );
    let with = Recipient::external_member_with_email;
    let roster = roster([with("usr_1", "ann@xn--mller-kva.de")]);
    let plan = roster.plan(&list);
    assert!(plan.is_done(), "{plan:?}");
    assert!(plan.doubtful.is_empty() && plan.others.is_empty());
}
