//! Random operations on seats, compared with a small model.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::{Value, json};

use crate::support::{Team, id};

/// A random operation. People and seats are numbers, taken modulo their count.
#[derive(Debug, Clone)]
enum Step {
    Assign { person: usize, immediate: bool },
    Claim { mail: usize },
    Revoke { seat: usize },
    Resend { seat: usize },
    SetSeats { seats: u64 },
    Wait { hours: u64 },
}

/// The expected state: the holder of each seat, and when invitations expire.
#[derive(Default)]
struct Model {
    total: u64,
    hours: u64,
    /// Seats in the order of their creation.
    seats: Vec<Seat>,
    tokens_used: Vec<String>,
}

struct Seat {
    id: String,
    /// `None` if it is revoked.
    holder: Option<usize>,
    /// The token that claims it, and the hour when it expires.
    invitation: Option<(String, u64)>,
}

impl Model {
    fn taken(&self) -> u64 {
        self.seats
            .iter()
            .filter(|seat| seat.holder.is_some())
            .count() as u64
    }

    fn free(&self) -> u64 {
        self.total.saturating_sub(self.taken())
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn mock_agrees_with_a_small_model(
        legacy in any::<bool>(),
        steps in prop::collection::vec(step(), 1..60),
    ) {
        let team = if legacy { Team::legacy(4) } else { Team::new(4) };
        let mut model = Model { total: 4, ..Model::default() };
        for step in steps {
            perform(&team, &mut model, &step);
            assert_agreement(&team, &model);
        }
    }
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        5 => (0..6_usize, prop::bool::weighted(0.2))
            .prop_map(|(person, immediate)| Step::Assign { person, immediate }),
        3 => any::<usize>().prop_map(|mail| Step::Claim { mail }),
        3 => any::<usize>().prop_map(|seat| Step::Revoke { seat }),
        1 => any::<usize>().prop_map(|seat| Step::Resend { seat }),
        1 => (0..6_u64).prop_map(|seats| Step::SetSeats { seats }),
        1 => (1..30_u64).prop_map(|hours| Step::Wait { hours }),
    ]
}

fn perform(team: &Team, model: &mut Model, step: &Step) {
    match *step {
        Step::Assign { person, immediate } => assign(team, model, person, immediate),
        Step::Claim { mail } => claim(team, model, mail),
        Step::Revoke { seat } => {
            if let Some(index) = seat.checked_rem(model.seats.len()) {
                let seat = &mut model.seats[index];
                let revoked = team.revoke(&json!({"id": seat.id})).ok();
                assert_eq!(revoked["status"], "revoked");
                assert_eq!(revoked["customer_email"].is_string(), seat.holder.is_some());
                (seat.holder, seat.invitation) = (None, None);
            }
        }
        Step::Resend { seat } => {
            if let Some(index) = seat.checked_rem(model.seats.len()) {
                let before = team.mock.outbox().len();
                let seat = &model.seats[index];
                let response = team.resend(&json!({"id": seat.id}));
                if seat.invitation.is_some() {
                    response.ok();
                    assert_eq!(team.mock.outbox().len(), before + 1);
                } else {
                    assert_eq!(response.error(), "SeatNotPending");
                }
            }
        }
        Step::SetSeats { seats } => {
            team.subscription.set_seats(seats);
            model.total = seats;
        }
        Step::Wait { hours } => {
            team.mock
                .advance(std::time::Duration::from_secs(hours * 3600));
            model.hours += hours;
        }
    }
}

fn assign(team: &Team, model: &mut Model, person: usize, immediate: bool) {
    let email = format!("person{person}@acme.com");
    let response = team.assign(&json!({"email": email, "immediate_claim": immediate}));
    if model.free() == 0 {
        assert_eq!(response.error(), "SeatNotAvailable");
        return;
    }
    if model.seats.iter().any(|seat| seat.holder == Some(person)) {
        assert_eq!(response.error(), "SeatAlreadyAssigned");
        return;
    }
    let seat = response.ok();
    let invitation = (!immediate).then(|| (team.token_for(&email), model.hours + 24));
    let seat = Seat {
        id: id(&seat).to_owned(),
        holder: Some(person),
        invitation,
    };
    // A revoked seat is reused before a new one is created; the mock may choose which.
    let must_reuse = model.seats.iter().any(|seat| seat.holder.is_none());
    if let Some(known) = model.seats.iter_mut().find(|known| known.id == seat.id) {
        assert_eq!(known.holder, None, "a seat was given to two people");
        *known = seat;
    } else {
        assert!(!must_reuse, "a seat was made though one was free");
        model.seats.push(seat);
    }
}

fn claim(team: &Team, model: &mut Model, mail: usize) {
    let mails = team.mock.outbox();
    let Some(index) = mail.checked_rem(mails.len()) else {
        return;
    };
    let token = mails[index].invitation_token.expose().to_owned();
    let hours = model.hours;
    let seat = model.seats.iter_mut().find(|seat| {
        seat.invitation
            .as_ref()
            .is_some_and(|(held, end)| *held == token && hours < *end)
    });
    let info = team.claim_info(&token);
    let response = team.claim(&token);
    let Some(seat) = seat else {
        assert_eq!((info.status.as_u16(), response.status.as_u16()), (404, 400));
        return;
    };
    let claimed = response.ok();
    assert_eq!(id(&claimed["seat"]), seat.id);
    assert_eq!(info.ok()["customer_email"], claimed["seat"]["email"]);
    assert!(
        !model.tokens_used.contains(&token),
        "a token was taken twice"
    );
    seat.invitation = None;
    model.tokens_used.push(token);
}

fn assert_agreement(team: &Team, model: &Model) {
    let list = team.list();
    assert_eq!(list["total_seats"], model.total);
    assert_eq!(list["available_seats"], model.free());
    let seats = list["seats"].as_array().unwrap();
    let listed: BTreeMap<&str, (&Value, &Value)> = seats
        .iter()
        .map(|seat| (id(seat), (&seat["status"], &seat["email"])))
        .collect();
    assert_eq!(listed.len(), model.seats.len());
    for seat in &model.seats {
        let (status, email) = listed[seat.id.as_str()];
        let holder = seat.holder.map(|person| format!("person{person}@acme.com"));
        assert_eq!(email, &json!(holder));
        let expected = match (&seat.holder, &seat.invitation) {
            (None, _) => "revoked",
            (Some(_), Some(_)) => "pending",
            (Some(_), None) => "claimed",
        };
        assert_eq!(status, expected);
    }
}
