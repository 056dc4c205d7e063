//! What is to be done.

mod revoke;

use std::collections::HashSet;

use polar_types::{EmailKey, Recipient, Seat, SeatId, SeatsList};

pub use self::revoke::{Revocation, RevokeLimit, RevokeRefused};
use crate::{Aliases, Person, Roster, index::Index, key::Key};

/// What is to be done so that everybody on a roster has a seat. Everybody is in exactly one of the
/// first four parts, in the roster's order.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Plan<'a> {
    /// Who has no seat, and gets one.
    pub assign: Vec<&'a Person>,
    /// Who has a seat.
    pub already_there: Vec<Seated<'a>>,
    /// Whom the list cannot show: customers by their ids, and people whose address it may have in
    /// another spelling. Assigning them finds out whether they have a seat.
    pub unlisted: Vec<&'a Person>,
    /// Who is named by an external id and an e-mail of two different people, and the seat that one of
    /// the two has. Polar refuses such an assignment as `MemberEmailMismatch` (observed).
    pub mismatched: Vec<Seated<'a>>,
    /// Live seats whose holder is on the roster by none of their names.
    pub others: Vec<&'a Seat>,
    /// Live seats whose holder may be one of the roster under another spelling of the address, such
    /// as one with an `xn--` domain: [`EmailKey::could_be`]. They are not among the `others`, and
    /// so they stay.
    pub doubtful: Vec<&'a Seat>,
    /// The lines of those to whom any seat might belong, for the list does not show them.
    anywhere: Vec<u64>,
    /// And for it is not known who they are.
    illegible: &'a [u64],
    available: u64,
    /// How many more seats are taken than were bought.
    excess: u64,
    /// How many people hold a seat now.
    team: usize,
}

/// Somebody, and the seat they have.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Seated<'a> {
    /// Who it is.
    pub person: &'a Person,
    /// Their seat, pending or claimed.
    pub seat: &'a Seat,
}

impl<'a> Plan<'a> {
    pub(crate) fn new(roster: &'a Roster, aliases: &Aliases, list: &'a SeatsList) -> Self {
        let index = Index::new(list);
        let mut plan = Self {
            assign: Vec::new(),
            already_there: Vec::new(),
            unlisted: Vec::new(),
            mismatched: Vec::new(),
            others: Vec::new(),
            doubtful: Vec::new(),
            anywhere: Vec::new(),
            illegible: roster.illegible(),
            available: list.available_seats,
            excess: count(list.live().count()).saturating_sub(list.total_seats),
            team: list.live().count(),
        };
        let mut kept = Kept::default();
        for person in roster.people() {
            let recipient = aliases.resolve(&person.recipient);
            let alike = index.lookalikes(recipient);
            kept.add([recipient, &person.recipient], &alike);
            if let Some(seat) = index.find(recipient) {
                let seated = Seated { person, seat };
                if is_mismatch(recipient, seat) {
                    plan.mismatched.push(seated);
                } else {
                    plan.already_there.push(seated);
                }
            } else if !is_listed(recipient) {
                plan.anywhere.push(person.line);
                plan.unlisted.push(person);
            } else if alike.is_empty() {
                plan.assign.push(person);
            } else {
                plan.unlisted.push(person);
            }
        }
        for (line, named) in roster.aside() {
            let recipient = aliases.resolve(named);
            kept.add([recipient, named], &index.lookalikes(recipient));
            if !is_listed(recipient) && index.find(recipient).is_none() {
                plan.anywhere.push(*line);
            }
        }
        let unnamed = list.live().filter(|seat| !kept.names(seat));
        (plan.doubtful, plan.others) = unnamed.partition(|seat| kept.spared.contains(&seat.id));
        plan
    }

    /// Whether everybody has a seat, as far as the list shows: all are
    /// [`already_there`](Self::already_there).
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.assign.is_empty() && self.unlisted.is_empty() && self.mismatched.is_empty()
    }

    /// How many people hold a seat now, on the roster or not.
    #[must_use]
    pub const fn team(&self) -> usize {
        self.team
    }

    /// How many seats are free now.
    #[must_use]
    pub const fn available_seats(&self) -> u64 {
        self.available
    }

    /// How many seats have to be bought before everybody can have one. With people in
    /// [`unlisted`](Self::unlisted) it is the most that can be missing.
    #[must_use]
    pub fn missing_seats(&self) -> u64 {
        self.missing_seats_after(0)
    }

    /// The same, once so many seats were revoked.
    #[must_use]
    pub fn missing_seats_after(&self, revoked: usize) -> u64 {
        // A seat beyond those that were bought frees none when it goes.
        let freed = count(revoked).saturating_sub(self.excess);
        let wanted = count(self.assign.len() + self.unlisted.len());
        wanted.saturating_sub(self.available.saturating_add(freed))
    }
}

/// Who keeps their seat: not only the seats that were found, for a row may name two people, and a
/// person may have two.
#[derive(Default)]
struct Kept {
    names: HashSet<Key>,
    spared: HashSet<SeatId>,
}

impl Kept {
    fn add(&mut self, names: [&Recipient; 2], alike: &[&Seat]) {
        self.names
            .extend(names.into_iter().flat_map(Key::of_recipient));
        self.spared.extend(alike.iter().map(|seat| seat.id));
    }

    fn names(&self, seat: &Seat) -> bool {
        Key::of_holder(seat).any(|key| self.names.contains(&key))
    }
}

/// Whether a seat that was found by one name of a person belongs to somebody by the other.
fn is_mismatch(recipient: &Recipient, seat: &Seat) -> bool {
    let Recipient::ExternalMember {
        external_member_id,
        email: Some(email),
    } = recipient
    else {
        return false;
    };
    let holder = seat.occupant();
    let other_id = holder.and_then(|holder| holder.external_id);
    let other_email = holder.and_then(|holder| holder.email);
    other_id.is_some_and(|id| id != external_member_id)
        || other_email.is_some_and(|other| !EmailKey::new(other).could_be(&EmailKey::new(email)))
}

/// Whether a list shows everybody who holds a seat and is named so.
const fn is_listed(recipient: &Recipient) -> bool {
    matches!(
        recipient,
        Recipient::Email(_) | Recipient::Member(_) | Recipient::ExternalMember { .. }
    )
}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}
