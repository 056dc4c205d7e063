//! The subjects that are measured within one process.

mod calls;
mod deliveries;
mod json;

use std::hint::black_box;

use polar_roster::{Person, Roster};
use polar_types::{Recipient, SeatsList};

use crate::{BoxError, Subject, Work, responses};

/// Returns all subjects and their baselines.
#[must_use]
pub fn all() -> Vec<Subject> {
    let mut subjects = calls::all();
    subjects.extend(json::all());
    subjects.extend(deliveries::all());
    subjects.extend(growth());
    subjects
}

/// Returns the subject with this name.
#[must_use]
pub fn find(name: &str) -> Option<Subject> {
    all().into_iter().find(|subject| subject.name() == name)
}

/// Reading lists and planning at two sizes, to measure how the cost grows.
fn growth() -> Vec<Subject> {
    [("1,000", 1_000), ("10,000", 10_000)]
        .into_iter()
        .flat_map(|(name, number)| {
            let list = move || responses::seats_list(number);
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

/// Plans a roster of which half have seats. The other half of the seats belong to other people.
fn plan(rows: usize) -> Result<Work, BoxError> {
    let list: SeatsList = serde_json::from_str(&responses::seats_list(rows))?;
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

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use crate::Subject;

    #[test]
    fn subjects_have_the_right_result() {
        // The subjects with 10,000 items are the same as those with 1,000, and slow in debug builds.
        let few = |subject: &Subject| !subject.name().contains("10,000");
        for subject in super::all().into_iter().filter(few) {
            let mut work = subject.prepare().unwrap();
            assert!(work(), "{subject}: wrong result when repeated");
        }
    }

    #[test]
    fn subject_names_are_unique() {
        let subjects = super::all();
        let names: HashSet<_> = subjects.iter().map(Subject::name).collect();
        assert_eq!(names.len(), subjects.len());
    }
}
