//! People and lists of seats for tests, and a minimal server that carries out plans.

use polar_roster::{Person, Plan, Revocation, Roster};
use polar_types::{
    CustomerId, EmailKey, Member, MemberId, Recipient, Seat, SeatId, SeatStatus, SeatsList,
};
use proptest::{collection::vec, prelude::*};
use uuid::Uuid;

/// The number of different people. It is small, so that rosters and lists have people in common.
pub(crate) const PEOPLE: u8 = 12;

/// The email address of a person, who also has a member id and an external id.
pub(crate) fn email(who: u8) -> String {
    format!("person{who}@acme.com")
}

pub(crate) fn member_id(who: u8) -> MemberId {
    MemberId::new(Uuid::from_u128(1000 + u128::from(who)))
}

pub(crate) fn external_id(who: u8) -> String {
    format!("usr_{who}")
}

/// A seat of one of these people, in an organization with members.
pub(crate) fn seat(slot: u32, who: u8, status: SeatStatus) -> Seat {
    let external_id = (!who.is_multiple_of(3)).then(|| external_id(who));
    let member = member_id(who).as_uuid().as_u128();
    seat_of(slot, member, &email(who), external_id.as_deref(), status)
}

/// A seat of any holder.
pub(crate) fn seat_of(
    slot: u32,
    member: u128,
    email: &str,
    external_id: Option<&str>,
    status: SeatStatus,
) -> Seat {
    let mut member = Member::new(MemberId::new(Uuid::from_u128(member)));
    member.customer_id = Some(CustomerId::new(Uuid::from_u128(1)));
    member.email = Some(email.to_owned());
    member.external_id = external_id.map(ToOwned::to_owned);
    let mut seat = Seat::new(SeatId::new(Uuid::from_u128(slot.into())));
    seat.status = status;
    if seat.status.is_live() {
        seat.customer_id = member.customer_id;
        seat.member_id = Some(member.id);
        seat.email.clone_from(&member.email);
        seat.customer_email.clone_from(&member.email);
        seat.invitation_token_expires_at = Some("2026-11-24T05:04:06Z".into());
        seat.member = Some(member);
    }
    seat
}

/// One of the people, by a name that the list shows.
pub(crate) fn recipients() -> impl Strategy<Value = Recipient> {
    let spelled = |who: u8, how: u8| match how {
        0 => email(who),
        1 => email(who).to_uppercase(),
        2 => format!("Person {who} <{}>", email(who)),
        _ => format!("  {} ", email(who)),
    };
    let email =
        (0..PEOPLE, 0_u8..4).prop_map(move |(who, how)| Recipient::email(spelled(who, how)));
    let both = (0..PEOPLE, 0_u8..4).prop_map(move |(who, how)| {
        Recipient::external_member_with_email(external_id(who), spelled(who, how))
    });
    prop_oneof![
        3 => email,
        1 => both,
        1 => (0..PEOPLE).prop_map(|who| Recipient::Member(member_id(who))),
    ]
}

pub(crate) fn people() -> impl Strategy<Value = Vec<Person>> {
    vec(recipients(), 0..20).prop_map(|recipients| {
        let recipients = recipients.into_iter().zip(2..);
        recipients
            .map(|(recipient, line)| Person::new(line, recipient))
            .collect()
    })
}

/// Lists of seats. As on the server, no person has two live ones.
pub(crate) fn lists() -> impl Strategy<Value = SeatsList> {
    let statuses = prop_oneof![
        Just(SeatStatus::Pending),
        Just(SeatStatus::Claimed),
        Just(SeatStatus::Revoked),
        Just(SeatStatus::from("suspended")),
    ];
    let holders = Just((0..PEOPLE).collect::<Vec<_>>()).prop_shuffle();
    (holders, vec(statuses, 0..usize::from(PEOPLE)), 0_u64..16).prop_map(
        |(who, statuses, total)| {
            let seats = who.into_iter().zip(statuses).zip(1..);
            let seats = seats.map(|((who, status), slot)| seat(slot, who, status));
            SeatsList::new(seats.collect(), total)
        },
    )
}

/// The list after these assignments and revocations, with enough seats for all of them.
pub(crate) fn applied(
    list: &SeatsList,
    assign: &[&Person],
    revoke: &[Revocation<'_>],
) -> SeatsList {
    let mut seats = list.seats.clone();
    for revocation in revoke {
        let slot = seats
            .iter_mut()
            .find(|seat| seat.id == revocation.seat.id)
            .unwrap();
        assert_eq!(
            polar_roster::holder_of(slot).as_ref(),
            Some(&revocation.holder)
        );
        *slot = Seat::new(slot.id);
        slot.status = SeatStatus::Revoked;
    }
    for (person, slot) in assign.iter().zip(100..) {
        let who = who(&person.recipient);
        let mut new = seat(slot, who, SeatStatus::Pending);
        if let (
            Recipient::ExternalMember {
                external_member_id, ..
            },
            Some(member),
        ) = (&person.recipient, &mut new.member)
        {
            member.external_id = Some(external_member_id.clone());
        }
        // The server identifies a person by email and member, and assigns no second seat.
        let is_there = seats
            .iter()
            .any(|seat| seat.status.is_live() && seat.email == new.email);
        if !is_there {
            seats.push(new);
        }
    }
    let taken = seats.iter().filter(|seat| seat.status.is_live()).count();
    SeatsList::new(seats, list.total_seats.max(taken.try_into().unwrap()))
}

/// The number of the person that a recipient names.
pub(crate) fn who(recipient: &Recipient) -> u8 {
    (0..PEOPLE)
        .find(|who| match recipient {
            Recipient::Email(given) => EmailKey::new(given) == EmailKey::new(&email(*who)),
            Recipient::Member(id) => *id == member_id(*who),
            Recipient::ExternalMember {
                external_member_id, ..
            } => *external_member_id == external_id(*who),
            _ => false,
        })
        .unwrap()
}

/// The line of every person in a plan.
pub(crate) fn lines_of_plan(plan: &Plan<'_>) -> Vec<u64> {
    let there = plan.already_there.iter().map(|seated| seated.person.line);
    let mut lines: Vec<_> = there
        .chain(plan.assign.iter().map(|person| person.line))
        .chain(plan.unlisted.iter().map(|person| person.line))
        .chain(plan.mismatched.iter().map(|seated| seated.person.line))
        .collect();
    lines.sort_unstable();
    lines
}

pub(crate) fn lines(roster: &Roster) -> Vec<u64> {
    roster.people().iter().map(|person| person.line).collect()
}
