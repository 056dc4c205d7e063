//! The buyer's seat is not revoked, unless the plan includes it.

use polar_roster::{RevokeError, RevokeLimit, Roster};
use polar_types::{CustomerId, MemberRole, Recipient, Seat, SeatStatus, SeatsList};
use proptest::prelude::*;
use uuid::Uuid;

use crate::{
    fixtures::{PEOPLE, email, lists, member_id, people, seat},
    plan::{roster, team},
};

const NO_LIMIT: RevokeLimit = RevokeLimit::AtMost(usize::MAX);

/// A seat as checkout claims it, with a holder of this role.
fn first(who: u8, role: MemberRole) -> Seat {
    let mut first = seat(50, who, SeatStatus::Claimed);
    first.created_at = "2026-11-01T00:00:00Z".into();
    first.invitation_token_expires_at = None;
    first.member.as_mut().unwrap().role = role;
    first
}

/// A seat of another customer, as in an organization without members.
fn of_customer(who: u8) -> Seat {
    let mut seat = seat(who.into(), who, SeatStatus::Claimed);
    seat.customer_id = Some(CustomerId::new(Uuid::from_u128(700 + u128::from(who))));
    seat
}

/// A list in which the other seats were created after the first.
fn list(seats: impl IntoIterator<Item = Seat>) -> SeatsList {
    let seats = seats.into_iter().map(|mut seat| {
        if seat.created_at == Seat::new(seat.id).created_at {
            seat.created_at = "2026-11-02T00:00:00Z".into();
        }
        seat
    });
    SeatsList::new(seats.collect(), 20)
}

/// The seats of a team of four, and one more.
fn team_and(seat: Seat) -> SeatsList {
    list(team(4).seats.into_iter().chain([seat]))
}

fn emails(people: impl IntoIterator<Item = u8>) -> Vec<Recipient> {
    let people = people.into_iter();
    people.map(|who| Recipient::email(email(who))).collect()
}

#[test]
fn the_owners_seat_is_not_revoked_unless_included() {
    for status in [SeatStatus::Claimed, SeatStatus::Pending] {
        let mut owners = first(7, MemberRole::Owner);
        owners.status = status;
        let list = team_and(owners);
        let people = roster(emails(0..3));
        let plan = people.plan(&list);
        assert_eq!(plan.buyer, [&list.seats[4]]);
        assert_eq!(plan.others, [&list.seats[3]]);
        assert!(plan.buyer_candidates.is_empty());
        let revoked = plan.revocations(NO_LIMIT).unwrap();
        assert_eq!(revoked.len(), 1);
        assert_eq!(revoked[0].seat, &list.seats[3]);

        let plan = plan.including_buyer();
        assert_eq!((plan.buyer.len(), plan.others.len()), (0, 2));
        assert_eq!(plan.revocations(NO_LIMIT).unwrap().len(), 2);
    }
}

#[test]
fn an_owner_on_the_roster_is_already_there() {
    let list = team_and(first(7, MemberRole::Owner));
    let people = roster(emails([0, 1, 2, 7]));
    let plan = people.plan(&list);
    assert_eq!((plan.already_there.len(), plan.buyer.len()), (4, 0));
    assert_eq!(plan.revocations(NO_LIMIT).unwrap().len(), 1);
}

#[test]
fn without_an_owner_a_seat_that_checkout_may_have_claimed_is_not_revoked() {
    let list = team_and(first(7, MemberRole::Member));
    let refused = Err(RevokeError::MayBeBuyer { candidates: 1 });
    let people = roster(emails(0..4));
    let plan = people.plan(&list);
    assert_eq!(plan.buyer_candidates, [&list.seats[4]]);
    assert_eq!(plan.revocations(NO_LIMIT), refused);
    assert_eq!(
        plan.including_buyer().revocations(NO_LIMIT).unwrap().len(),
        1
    );

    // Seats of people on the roster are no candidates, and neither are seats that were claimed by an
    // invitation, or created later.
    let people = roster(emails([1, 2, 3, 7]));
    assert_eq!(people.plan(&list).revocations(NO_LIMIT).unwrap().len(), 1);
    let mut invited = list.clone();
    invited.seats[4].invitation_token_expires_at = Some("2026-11-02T00:00:00Z".into());
    let mut later = list.clone();
    later.seats[4].created_at = "2026-11-03T00:00:00Z".into();
    let people = roster(emails(0..4));
    for list in [invited, later] {
        assert_eq!(people.plan(&list).revocations(NO_LIMIT).unwrap().len(), 1);
    }
}

#[test]
fn a_reused_seat_keeps_its_creation_time() {
    let mut list = team_and(first(7, MemberRole::Member));
    // The oldest seat was revoked, so no other is the one that checkout claimed.
    let mut revoked = Seat::new(list.seats[0].id);
    revoked.status = SeatStatus::Revoked;
    revoked.created_at = "2026-10-31T00:00:00Z".into();
    list.seats[0] = revoked;
    let people = roster(emails(1..4));
    let plan = people.plan(&list);
    assert!(plan.buyer_candidates.is_empty());
    assert_eq!(plan.revocations(NO_LIMIT).unwrap().len(), 1);
}

#[test]
fn without_members_every_seat_of_the_buyers_customer_is_a_candidate() {
    let mut invited = seat(8, 8, SeatStatus::Pending);
    invited.member.as_mut().unwrap().role = MemberRole::Member;
    let list = list([
        of_customer(1),
        of_customer(2),
        first(7, MemberRole::Member),
        invited,
    ]);
    let people = roster(emails([1]));
    let plan = people.plan(&list);
    assert_eq!(plan.buyer_candidates, [&list.seats[2], &list.seats[3]]);
    assert_eq!(plan.others.len(), 3);
    assert_eq!(
        plan.revocations(NO_LIMIT),
        Err(RevokeError::MayBeBuyer { candidates: 2 })
    );
    let everyone = plan.including_buyer().revocations(NO_LIMIT).unwrap();
    assert_eq!(everyone.len(), 3);

    let people = roster(emails([1, 7, 8]));
    assert_eq!(people.plan(&list).revocations(NO_LIMIT).unwrap().len(), 1);

    // If the owner has a seat, the others are certainly not the buyer's.
    let mut list = list;
    list.seats[2] = first(7, MemberRole::Owner);
    let people = roster(emails([1]));
    let plan = people.plan(&list);
    assert_eq!((plan.buyer.len(), plan.buyer_candidates.len()), (1, 0));
    assert_eq!(plan.revocations(NO_LIMIT).unwrap().len(), 2);
}

#[test]
fn the_recorded_seat_of_a_buyer_is_kept() {
    // As a server listed it after a checkout.
    let text = r#"{"seats":[{"created_at":"2026-11-30T11:04:48.898626Z","modified_at":null,
        "id":"6612df07-b78b-4c8d-b3c6-591669e8baf0",
        "subscription_id":"1cee66d1-69f1-431e-bd6c-db37ef9c3c4d","order_id":null,"status":"claimed",
        "customer_id":"1fb96d9e-14dd-4e65-947f-d7aa6f83d8a1",
        "member_id":"96936673-55b2-4099-b922-5b7de8aa2164",
        "member":{"id":"96936673-55b2-4099-b922-5b7de8aa2164",
            "created_at":"2026-11-30T11:04:47.333060Z","modified_at":null,
            "customer_id":"1fb96d9e-14dd-4e65-947f-d7aa6f83d8a1","email":"buyer@globex.com",
            "name":"Ann Globex","external_id":null,"role":"owner"},
        "email":"buyer@globex.com","customer_email":"buyer@globex.com",
        "invitation_token_expires_at":null,"claimed_at":"2026-11-30T11:04:48.898044Z",
        "revoked_at":null,"seat_metadata":{}}],"available_seats":2,"total_seats":3}"#;
    let list: SeatsList = serde_json::from_str(text).unwrap();
    let people = roster(emails([0]));
    let plan = people.plan(&list);
    assert_eq!(plan.buyer, [&list.seats[0]]);
    assert_eq!(plan.revocations(RevokeLimit::Quarter), Ok(Vec::new()));
}

proptest! {
    #[test]
    fn no_plan_revokes_the_owners_seat_unless_included(
        named in people(), mut list in lists(), owner in 0..PEOPLE,
    ) {
        for member in list.seats.iter_mut().filter_map(|seat| seat.member.as_mut()) {
            if member.id == member_id(owner) {
                member.role = MemberRole::Owner;
            }
        }
        let roster = Roster::validate(named).roster;
        let plan = roster.plan(&list);
        let revoked = plan.revocations(NO_LIMIT).unwrap();
        let is_owners = |seat: &Seat| seat.member_id == Some(member_id(owner));
        prop_assert!(!revoked.iter().any(|one| is_owners(one.seat)));

        let kept = plan.buyer.len();
        prop_assert!(plan.buyer.iter().all(|seat| is_owners(seat)));
        let all = plan.including_buyer().revocations(NO_LIMIT).unwrap();
        prop_assert_eq!(all.len(), revoked.len() + kept);
    }
}
