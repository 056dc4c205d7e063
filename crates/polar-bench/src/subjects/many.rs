//! The same with a thousand and with ten thousand, to see how it grows.

use std::hint::black_box;

use polar_roster::{Person, Roster};
use polar_types::{Recipient, SeatsList};

use crate::{Failure, Subject, Work, answers};

pub(super) fn all() -> Vec<Subject> {
    [("1,000", 1_000), ("10,000", 10_000)]
        .into_iter()
        .flat_map(|(name, number)| {
            let list = move || answers::seats_list(number);
            [
                Subject::of_text(format!("read a list: {name} seats"), list, |text| {
                    Ok(Box::new(move || {
                        black_box(serde_json::from_str::<SeatsList>(black_box(&text))).is_ok()
                    }))
                }),
                Subject::new(format!("plan: {name} rows"), move || plan(number)),
            ]
        })
        .collect()
}

/// Half of the people have a seat already, and half of the seats are somebody else's.
fn plan(rows: usize) -> Result<Work, Failure> {
    let list: SeatsList = serde_json::from_str(&answers::seats_list(rows))?;
    let person = |number| {
        let email = format!("person{number}@example.com");
        Person::new(number as u64, Recipient::email(email))
    };
    let people: Vec<_> = (rows / 2..rows / 2 + rows).map(person).collect();
    Ok(Box::new(move || {
        let roster = Roster::validate(black_box(&people).clone()).roster;
        !black_box(roster.plan(black_box(&list))).is_done()
    }))
}
