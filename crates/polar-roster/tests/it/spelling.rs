//! Spellings of one address.

use polar_roster::{Person, RevokeLimit, Roster};
use polar_types::{EmailKey, Recipient, SeatStatus, SeatsList};
use proptest::{collection::vec, prelude::*, sample::select};

use crate::{email::statuses, fixtures::seat_of};

proptest! {
    #[test]
    fn addresses_that_are_equal_to_the_server_could_be_equal((one, other) in pairs()) {
        let is_one = match statuses([&one, &other]) {
            [200, 200] => false,
            [200, 400] => true,
            statuses => panic!("{statuses:?} for {one:?}, {other:?}"),
        };
        let (one, other) = (EmailKey::new(&one), EmailKey::new(&other));
        if is_one {
            prop_assert!(one.may_match(&other) && other.may_match(&one), "{:?} {:?}", one, other);
        }
        if one.is_unambiguous() && other.is_unambiguous() {
            prop_assert_eq!(is_one, one == other);
        }
    }

    #[test]
    fn no_spelling_of_an_address_revokes_the_seat_of_its_holder(
        rows in vec(people(), 0..8), mut holders in vec(people(), 0..8),
    ) {
        holders.sort_unstable();
        holders.dedup_by_key(|(who, _)| *who);
        let seats = holders.iter().zip(1_u32..).map(|((who, email), slot)| {
            seat_of(slot, (*who).into(), email, None, SeatStatus::Claimed)
        });
        let list = SeatsList::new(seats.collect(), 20);
        let roster = rows.iter().zip(0..);
        let roster = roster.map(|((_, email), line)| Person::new(line, Recipient::email(email)));
        let roster = Roster::validate(roster).roster;
        let plan = roster.plan(&list);
        for revocation in plan.revocations(RevokeLimit::AtMost(usize::MAX)).unwrap() {
            let holder = revocation.seat.member_id.unwrap().as_uuid().as_u128();
            prop_assert!(rows.iter().all(|(row, _)| u128::from(*row) != holder), "{:?}", revocation);
        }
        for person in &plan.assign {
            let (who, _) = rows.get(usize::try_from(person.line).unwrap()).unwrap();
            prop_assert!(holders.iter().all(|(holder, _)| holder != who), "{:?}", person);
        }
    }
}

/// Two addresses that are equal to the server, or similar.
fn pairs() -> impl Strategy<Value = (String, String)> {
    let same = |spellings: Vec<&'static str>| (select(spellings.clone()), select(spellings));
    let letters = select(LETTERS).prop_flat_map(move |letter| same(letter.to_vec()));
    let letters = prop_oneof![7 => letters, 1 => same(LETTERS.concat())];
    let domains = select(DOMAINS).prop_flat_map(move |domain| same(domain.to_vec()));
    (vec(letters, 1..5), domains).prop_map(|(letters, (domain, other))| {
        let (one, two): (String, String) = letters.into_iter().unzip();
        (format!("{one}@{domain}"), format!("{two}@{other}"))
    })
}

/// A person with a name similar to others, in one of its spellings.
fn people() -> impl Strategy<Value = (u8, String)> {
    let numbered = |spellings: &'static [&'static [&'static str]]| {
        let each = select(spellings.iter().zip(0_u8..).collect::<Vec<_>>());
        each.prop_flat_map(|(spellings, number)| (Just(number), select(*spellings)))
    };
    (numbered(NAMES), numbered(DOMAINS)).prop_map(|((name, local), (domain, after))| {
        (domain * 16 + name, format!("{local}@{after}"))
    })
}

/// Spellings of the same letter.
const LETTERS: &[&[&str]] = &[
    &["a", "A"],
    &["e", "E"],
    &["\u{eb}", "e\u{308}"],
    &["\u{e9}", "E\u{301}"],
    &["\u{1ebf}", "e\u{302}\u{301}"],
    &["k", "\u{212a}"],
    &["`", "\u{1fef}"],
    &["\u{ac00}", "\u{1100}\u{1161}"],
];

const NAMES: &[&[&str]] = &[
    &["ann", "ANN"],
    &["zoe", "ZOE"],
    &["zo\u{eb}", "zoe\u{308}"],
    &["zo\u{e9}", "Zoe\u{301}"],
];

const DOMAINS: &[&[&str]] = &[
    &[
        "m\u{fc}ller.de",
        "mu\u{308}ller.de",
        "xn--mller-kva.de",
        "XN--MLLER-KVA.DE",
    ],
    &["acme.com", "ACME.com", "acme\u{3002}com", "\u{ff41}cme.com"],
    &["acme.de", "Acme.de", "acme.\u{ff44}e", "\u{24d0}cme.de"],
];
