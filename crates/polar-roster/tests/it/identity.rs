//! People are found by every name that a seat shows, and a missing alias proves nothing.

use polar_roster::{Aliases, Person, RevokeError, RevokeLimit, Roster};
use polar_types::{MemberId, Recipient, SeatStatus, SeatsList};
use proptest::{collection::vec, prelude::*};
use uuid::Uuid;

use crate::{
    fixtures::{PEOPLE, email, lists, member_id, recipients, seat, who},
    plan::{roster, team},
};

const NO_LIMIT: RevokeLimit = RevokeLimit::AtMost(usize::MAX);

fn customer(who: u8) -> Recipient {
    Recipient::external_customer(format!("crm_{who}"))
}

/// A member whom no list shows.
fn stranger() -> Recipient {
    Recipient::Member(MemberId::new(Uuid::from_u128(9)))
}

fn aliases(pairs: impl IntoIterator<Item = (Recipient, Recipient)>) -> Aliases {
    let mut aliases = Aliases::new();
    for (recipient, holder) in pairs {
        aliases.insert(recipient, holder);
    }
    aliases
}

#[test]
fn a_person_with_an_alias_keeps_the_seat_of_either_name() {
    let list = team(2);
    let aliases = aliases([(Recipient::email(email(0)), Recipient::email(email(1)))]);
    let roster = roster([Recipient::email(email(0))]);
    let plan = roster.plan_with(&aliases, &list);
    assert_eq!(plan.already_there[0].seat, &list.seats[1]);
    assert!(plan.others.is_empty());
}

#[test]
fn an_alias_that_is_not_in_the_list_does_not_allow_revoking() {
    let list = team(4);
    let stale = aliases([
        (customer(3), stranger()),
        (Recipient::email(email(2)), stranger()),
    ]);
    let known = [0, 1, 2].map(|who| Recipient::email(email(who)));
    let refused = |first| {
        Err(RevokeError::Unsearchable {
            people: 1,
            first_line: first,
        })
    };

    let named = roster(known.clone().into_iter().chain([customer(3)]));
    let plan = named.plan_with(&stale, &list);
    assert_eq!((plan.already_there.len(), plan.unlisted.len()), (3, 1));
    assert_eq!(plan.revocations(NO_LIMIT), refused(5));

    let aside = named.without(|person| person.line == 5);
    let plan = aside.plan_with(&stale, &list);
    assert_eq!(plan.revocations(NO_LIMIT), refused(5));
}

#[test]
fn a_person_is_found_by_every_address_of_a_seat() {
    let full = team(4);
    for (field, case) in ["email", "member.email", "customer_email"].iter().zip(0..) {
        let mut list = full.clone();
        let seat = &mut list.seats[3];
        let member = seat.member.as_mut().unwrap();
        let addresses = [&mut seat.email, &mut member.email, &mut seat.customer_email];
        for (address, place) in addresses.into_iter().zip(0..) {
            if place != case {
                *address = Some(format!("former{place}@acme.com"));
            }
        }
        let all = (0..4).map(|who| Recipient::email(email(who)));
        let by_email = roster(all);
        let plan = by_email.plan(&list);
        assert!(plan.is_done() && plan.others.is_empty(), "{field}");

        // With the holder's id, such an address is no mismatch either.
        let with = Recipient::external_member_with_email("usr_3", email(3));
        list.seats[3].member.as_mut().unwrap().external_id = Some("usr_3".to_owned());
        let both = roster([with]);
        let plan = both.plan(&list);
        assert_eq!(
            (plan.already_there.len(), plan.mismatched.len()),
            (1, 0),
            "{field}"
        );
    }
}

#[test]
fn a_seat_without_its_member_may_belong_to_any_member() {
    let mut list = team(4);
    list.seats[3].member = None;
    let known = [0, 1, 2].map(|who| Recipient::email(email(who)));
    for named in [Recipient::external_member("usr_3"), stranger()] {
        let roster = roster(known.clone().into_iter().chain([named]));
        assert_eq!(
            roster.plan(&list).revocations(NO_LIMIT),
            Err(RevokeError::Unsearchable {
                people: 1,
                first_line: 5
            }),
        );
        assert_eq!(roster.plan(&team(4)).others.len(), 1);
    }
}

/// One of the people by any name, with the number of the person.
fn any_person() -> impl Strategy<Value = (u8, Recipient)> {
    let listed = recipients().prop_map(|recipient| (who(&recipient), recipient));
    prop_oneof![
        2 => listed,
        1 => (0..PEOPLE).prop_map(|who| (who, customer(who))),
    ]
}

/// A name that an alias may have, valid or stale.
fn anything() -> impl Strategy<Value = Recipient> {
    prop_oneof![
        3 => any_person().prop_map(|(_, recipient)| recipient),
        1 => Just(stranger()),
        1 => Just(Recipient::email("former@acme.com")),
    ]
}

fn people(recipients: impl IntoIterator<Item = Recipient>) -> Roster {
    let people = recipients.into_iter().zip(2..);
    Roster::validate(people.map(|(recipient, line)| Person::new(line, recipient))).roster
}

/// Whether the list shows a seat of a person with this name.
fn is_found(recipient: &Recipient, aliases: &[(Recipient, Recipient)], list: &SeatsList) -> bool {
    let alias = aliases.iter().rev().find(|(name, _)| name == recipient);
    let names = alias
        .map(|(_, holder)| holder)
        .into_iter()
        .chain([recipient]);
    names.into_iter().any(|name| list.find(name).is_some())
}

proptest! {
    #[test]
    fn nothing_is_revoked_while_a_person_named_by_an_id_is_not_found(
        named in vec(any_person(), 0..12),
        learned in vec((anything(), anything()), 0..12),
        list in lists(),
        out in any::<u64>(),
    ) {
        let roster = people(named.iter().map(|(_, recipient)| recipient.clone()));
        let roster = roster.without(|person| out >> (person.line % 64) & 1 == 1);
        let known = aliases(learned.iter().cloned());
        let plan = roster.plan_with(&known, &list);
        let Ok(revocations) = plan.revocations(NO_LIMIT) else {
            return Ok(());
        };
        if !revocations.is_empty() {
            for (_, recipient) in &named {
                let by_id = matches!(recipient, Recipient::ExternalCustomer(_));
                prop_assert!(!by_id || is_found(recipient, &learned, &list), "{:?}", recipient);
            }
        }
        for revocation in revocations {
            let is_named = named.iter().any(|(_, recipient)| {
                list.find(recipient).is_some_and(|seat| seat.id == revocation.seat.id)
            });
            prop_assert!(!is_named, "{:?}", revocation);
        }
    }

    #[test]
    fn a_stale_alias_revokes_no_seat_of_a_person_on_the_roster(
        named in vec(any_person(), 0..12),
        stale in vec(any::<bool>(), usize::from(PEOPLE)),
        list in lists(),
    ) {
        let roster = people(named.iter().map(|(_, recipient)| recipient.clone()));
        let learned = stale.iter().zip(0..PEOPLE).map(|(is_stale, who)| {
            let holder = if *is_stale { stranger() } else { Recipient::Member(member_id(who)) };
            (customer(who), holder)
        });
        let known = aliases(learned);
        let plan = roster.plan_with(&known, &list);
        for revocation in plan.revocations(NO_LIMIT).unwrap_or_default() {
            let holder = revocation.seat.member_id;
            let is_on = named.iter().any(|(who, _)| holder == Some(member_id(*who)));
            prop_assert!(!is_on, "{:?}", revocation);
        }
    }
}

#[test]
fn a_customer_found_by_an_alias_does_not_prevent_revoking() {
    let list = SeatsList::new(
        vec![
            seat(1, 3, SeatStatus::Claimed),
            seat(2, 5, SeatStatus::Claimed),
        ],
        5,
    );
    let known = aliases([(customer(3), Recipient::Member(member_id(3)))]);
    let roster = roster([customer(3)]);
    let plan = roster.plan_with(&known, &list);
    let revocations = plan.revocations(NO_LIMIT).unwrap();
    assert_eq!(revocations.len(), 1);
    assert_eq!(revocations[0].seat, &list.seats[1]);
}
