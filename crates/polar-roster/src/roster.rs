use std::collections::HashMap;

use polar_types::{Recipient, SeatsList};

use crate::{
    Aliases, Field, InvalidEmail, InvalidPerson, Person, Plan, Problem, identity::Identity,
};

/// The people who need a seat: each once, and none who certainly cannot have one.
///
/// A roster also remembers which people and rows were left out, so that a plan revokes none of
/// their seats. A person whose seat may be revoked must not be in the input at all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Roster {
    people: Vec<Person>,
    /// People who were left out, with their lines. They get no seat, and keep the one they have.
    excluded: Vec<(u64, Recipient)>,
    /// The lines of rows that do not identify a person.
    unidentified: Vec<u64>,
}

/// A roster, and the people who could not be on it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Validated {
    /// The valid people, in the order they were given.
    pub roster: Roster,
    /// The others, each with the problem, in the order they were given.
    pub invalid: Vec<InvalidPerson>,
}

impl Roster {
    /// Creates a roster of the valid people. Of several entries for one person, it keeps the first.
    ///
    /// Two entries are the same person if they share an email address, compared as the server does
    /// ([`EmailKey`](polar_types::EmailKey)), or any id.
    ///
    /// If an entry is invalid for another reason than being a duplicate, no plan of the roster
    /// revokes a seat: any seat might belong to that person.
    #[must_use]
    pub fn validate(people: impl IntoIterator<Item = Person>) -> Validated {
        let mut validated = Validated::default();
        let mut seen = HashMap::new();
        for person in people {
            if let Some((field, problem)) = find_problem(&person.recipient, &seen) {
                let line = person.line;
                match problem {
                    Problem::Duplicate { .. } => {
                        validated.roster.excluded.push((line, person.recipient));
                    }
                    Problem::Email(_) | Problem::EmptyId => {
                        validated.roster.unidentified.push(line);
                    }
                }
                validated.invalid.push(InvalidPerson {
                    line,
                    field,
                    problem,
                });
                continue;
            }
            for identity in Identity::of_recipient(&person.recipient) {
                seen.entry(identity).or_insert(person.line);
            }
            validated.roster.people.push(person);
        }
        validated
    }

    /// Returns the people, in the order they were given.
    #[must_use]
    pub fn people(&self) -> &[Person] {
        &self.people
    }

    /// Returns the number of people.
    #[must_use]
    pub fn len(&self) -> usize {
        self.people.len()
    }

    /// Returns whether the roster has no people.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.people.is_empty()
    }

    /// Removes people, such as those whom Polar rejected. Plans assign them no seat, and do not
    /// revoke the one they may have.
    #[must_use]
    pub fn without(mut self, mut is_removed: impl FnMut(&Person) -> bool) -> Self {
        let removed = self.people.extract_if(.., |person| is_removed(person));
        self.excluded
            .extend(removed.map(|person| (person.line, person.recipient)));
        self
    }

    /// Records the [lines](Person::line) of rows that could not be read as a [`Person`]. While there
    /// are any, no plan revokes a seat: any seat might belong to one of these people.
    #[must_use]
    pub fn with_unidentified(mut self, lines: impl IntoIterator<Item = u64>) -> Self {
        self.unidentified.extend(lines);
        self
    }

    /// Compares the roster with a list of seats.
    #[must_use]
    pub fn plan<'a>(&'a self, list: &'a SeatsList) -> Plan<'a> {
        self.plan_with(&Aliases::new(), list)
    }

    /// Compares the roster with a list of seats in which some people have an alias.
    #[must_use]
    pub fn plan_with<'a>(&'a self, aliases: &Aliases, list: &'a SeatsList) -> Plan<'a> {
        Plan::new(self, aliases, list)
    }

    pub(crate) fn excluded(&self) -> &[(u64, Recipient)] {
        &self.excluded
    }

    pub(crate) fn unidentified(&self) -> &[u64] {
        &self.unidentified
    }
}

fn find_problem(recipient: &Recipient, seen: &HashMap<Identity, u64>) -> Option<(Field, Problem)> {
    let (email, id) = match recipient {
        Recipient::Email(email) => (Some(email), None),
        Recipient::ExternalCustomer(id) => (None, Some((Field::ExternalCustomerId, id))),
        Recipient::ExternalMember {
            external_member_id,
            email,
        } => (
            email.as_ref(),
            Some((Field::ExternalMemberId, external_member_id)),
        ),
        _ => (None, None),
    };
    if let Some((field, _)) = id.filter(|(_, id)| id.is_empty()) {
        return Some((field, Problem::EmptyId));
    }
    if let Some(error) = email.and_then(|email| InvalidEmail::check(email)) {
        return Some((Field::Email, Problem::Email(error)));
    }
    Identity::of_recipient(recipient).find_map(|identity| {
        let first_line = *seen.get(&identity)?;
        Some((identity.field(), Problem::Duplicate { first_line }))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(recipients: impl IntoIterator<Item = Recipient>) -> Vec<String> {
        let people = recipients.into_iter().zip(2..);
        let people = people.map(|(recipient, line)| Person::new(line, recipient));
        let invalid = Roster::validate(people).invalid;
        invalid.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn duplicates_are_found_by_any_identity() {
        let with = Recipient::external_member_with_email;
        assert_eq!(
            problems([
                with("u1", "ann@acme.com"),
                Recipient::email("Ann <ANN@acme.com>"),
                Recipient::external_member("u1"),
                with("u2", "ann@ACME.com"),
                with("u1", "bob@acme.com"),
                Recipient::external_customer("u1"),
                with("u3", "bob@acme.com"),
            ]),
            [
                "line 3, email: same person as on line 2",
                "line 4, external_member_id: same person as on line 2",
                "line 5, email: same person as on line 2",
                "line 6, external_member_id: same person as on line 2",
            ],
        );
    }

    #[test]
    fn an_invalid_person_does_not_make_the_next_one_a_duplicate() {
        assert_eq!(
            problems([
                Recipient::external_member_with_email("u1", "nonsense"),
                Recipient::external_member_with_email("u1", "ann@acme.com"),
                Recipient::external_customer(""),
            ]),
            [
                "line 2, email: not an email address, such as ann@acme.com",
                "line 4, external_customer_id: the id is empty",
            ],
        );
    }
}
