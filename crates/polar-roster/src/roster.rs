use std::collections::HashMap;

use polar_types::{Recipient, SeatsList};

use crate::{Aliases, EmailFlaw, Fault, Field, Person, Plan, Problem, key::Key};

/// People who shall have a seat: nobody twice, and nobody who certainly cannot have one.
///
/// It remembers whom it was made without, so that a plan takes no seat from them. People who shall
/// lose theirs must not come near it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Roster {
    people: Vec<Person>,
    /// Who was named along with them, and where. They get no seat by it, and lose none.
    aside: Vec<(u64, Recipient)>,
    /// The lines of those of whom it is not known who they are.
    illegible: Vec<u64>,
}

/// A roster, and whoever could not be on it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Sifted {
    /// The good ones, in the order they came.
    pub roster: Roster,
    /// What is wrong with the others, a fault each, in the order they came.
    pub faults: Vec<Fault>,
}

impl Roster {
    /// Takes people one after the other. Of those who are the same person, the first is kept.
    ///
    /// Two are the same when they share an e-mail address, compared as the server does
    /// ([`EmailKey`](polar_types::EmailKey)), or any id. The memory it needs grows with the people
    /// alone.
    ///
    /// As long as somebody is at fault for another reason, no plan of the roster revokes a seat: any
    /// might be theirs.
    #[must_use]
    pub fn sift(people: impl IntoIterator<Item = Person>) -> Sifted {
        let mut sifted = Sifted::default();
        let mut seen = HashMap::new();
        for person in people {
            if let Some((field, problem)) = fault(&person.recipient, &seen) {
                match problem {
                    Problem::Again { .. } => {
                        sifted.roster.aside.push((person.line, person.recipient));
                    }
                    Problem::Email(_) | Problem::EmptyId => {
                        sifted.roster.illegible.push(person.line);
                    }
                }
                sifted.faults.push(Fault {
                    line: person.line,
                    field,
                    problem,
                });
                continue;
            }
            for key in Key::of_recipient(&person.recipient) {
                seen.entry(key).or_insert(person.line);
            }
            sifted.roster.people.push(person);
        }
        sifted
    }

    /// The people, in the order they came.
    #[must_use]
    pub fn people(&self) -> &[Person] {
        &self.people
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.people.len()
    }

    /// Whether there is nobody.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.people.is_empty()
    }

    /// The same roster without some of the people, such as those whom Polar refused. Plans leave
    /// them alone: they get no seat, and keep the one they may have.
    #[must_use]
    pub fn without(mut self, mut is_out: impl FnMut(&Person) -> bool) -> Self {
        let out = self.people.extract_if(.., |person| is_out(person));
        self.aside
            .extend(out.map(|person| (person.line, person.recipient)));
        self
    }

    /// The same roster, knowing that no [`Person`] could be made of some rows, by their
    /// [lines](Person::line). As long as there are such, no plan revokes a seat: any might be theirs.
    #[must_use]
    pub fn passing_over(mut self, lines: impl IntoIterator<Item = u64>) -> Self {
        self.illegible.extend(lines);
        self
    }

    /// What is to be done so that everybody here has a seat of those in the list.
    #[must_use]
    pub fn plan<'a>(&'a self, list: &'a SeatsList) -> Plan<'a> {
        self.plan_with(&Aliases::new(), list)
    }

    /// The same, knowing who some of the people turned out to be.
    #[must_use]
    pub fn plan_with<'a>(&'a self, aliases: &Aliases, list: &'a SeatsList) -> Plan<'a> {
        Plan::new(self, aliases, list)
    }

    pub(crate) fn aside(&self) -> &[(u64, Recipient)] {
        &self.aside
    }

    pub(crate) fn illegible(&self) -> &[u64] {
        &self.illegible
    }
}

fn fault(recipient: &Recipient, seen: &HashMap<Key, u64>) -> Option<(Field, Problem)> {
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
    if let Some(flaw) = email.and_then(|email| EmailFlaw::find(email)) {
        return Some((Field::Email, Problem::Email(flaw)));
    }
    Key::of_recipient(recipient).find_map(|key| {
        let first = *seen.get(&key)?;
        Some((field(&key), Problem::Again { first }))
    })
}

const fn field(key: &Key) -> Field {
    match key {
        Key::Email(_) => Field::Email,
        Key::ExternalMember(_) => Field::ExternalMemberId,
        Key::Member(_) => Field::MemberId,
        Key::Customer(_) => Field::CustomerId,
        Key::ExternalCustomer(_) => Field::ExternalCustomerId,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(recipients: impl IntoIterator<Item = Recipient>) -> Vec<String> {
        let people = recipients.into_iter().zip(2..);
        let people = people.map(|(recipient, line)| Person::new(line, recipient));
        let faults = Roster::sift(people).faults;
        faults.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_person_is_the_same_by_any_of_their_names() {
        let with = Recipient::external_member_with_email;
        assert_eq!(
            faults([
                with("u1", "ann@acme.com"),
                Recipient::email("Ann <ANN@acme.com>"),
                Recipient::external_member("u1"),
                with("u2", "ann@ACME.com"),
                with("u1", "bob@acme.com"),
                Recipient::external_customer("u1"),
                with("u3", "bob@acme.com"),
            ]),
            [
                "line 3, email: this is the person of line 2 again",
                "line 4, external_member_id: this is the person of line 2 again",
                "line 5, email: this is the person of line 2 again",
                "line 6, external_member_id: this is the person of line 2 again",
            ],
        );
    }

    #[test]
    fn somebody_who_was_refused_does_not_stand_in_the_way_of_others() {
        assert_eq!(
            faults([
                Recipient::external_member_with_email("u1", "nonsense"),
                Recipient::external_member_with_email("u1", "ann@acme.com"),
                Recipient::external_customer(""),
            ]),
            [
                "line 2, email: this is not an e-mail address, such as ann@acme.com",
                "line 4, external_customer_id: this id is empty: leave it out, or fill it in",
            ],
        );
    }
}
