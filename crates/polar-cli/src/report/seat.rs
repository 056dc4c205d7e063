//! Text about seats.

use std::time::SystemTime;

use polar_core::types::{Invitation, Occupant, Seat};

use super::{left, sanitize, since};

/// Returns the holder of a seat, or its last holder if it was just revoked, or `-`.
pub(crate) fn holder(seat: &Seat) -> String {
    seat.occupant()
        .or_else(|| seat.former_occupant())
        .map_or_else(|| "-".to_owned(), person)
}

/// Returns when the invitation of a seat expires, or an empty string if there is none.
pub(crate) fn invitation(seat: &Seat, now: SystemTime) -> String {
    match seat.invitation(now) {
        Invitation::Valid { remaining: time } => format!("expires {}", left(time)),
        Invitation::Expired { since: time } => format!("expired {}", since(time)),
        _ => String::new(),
    }
}

/// Returns `seat ID of subscription ID`.
pub(crate) fn details(seat: &Seat) -> String {
    match seat.container() {
        Some(container) => format!("seat {} of {container}", seat.id),
        None => format!("seat {}", seat.id),
    }
}

fn person(person: Occupant<'_>) -> String {
    let id = person
        .external_id
        .map(ToOwned::to_owned)
        .or_else(|| person.member_id.map(|id| format!("member {id}")))
        .or_else(|| person.customer_id.map(|id| format!("customer {id}")));
    sanitize(&match (person.name, person.email, id) {
        (Some(name), Some(email), _) => format!("{name} <{email}>"),
        (None, Some(email), _) => email.to_owned(),
        (Some(name), None, _) => name.to_owned(),
        (None, None, Some(id)) => id,
        (None, None, None) => "unknown".to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seat(json: &str) -> Seat {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn holder_has_name_email_or_id() {
        let id = r#""id":"dcb2c1b9-2f64-4c8c-90e6-d261c78b3eb2","status":"claimed""#;
        for (fields, expected) in [
            (r#","email":"a@b.c""#, "a@b.c"),
            (r#","customer_email":"a\u001b[2J@b.c""#, "a [2J@b.c"),
            (
                r#","customer_id":"92129a26-cd38-4258-acba-5045d1137722""#,
                "customer 92129a26-cd38-4258-acba-5045d1137722",
            ),
            (
                r#","email":"a@b.c","member":{"id":"302ed440-a3c2-444c-81cd-b55e6c3d34ba","name":"Ann"}"#,
                "Ann <a@b.c>",
            ),
            ("", "-"),
        ] {
            assert_eq!(holder(&seat(&format!("{{{id}{fields}}}"))), expected);
        }
    }
}
