//! What is to be done.

mod buyer;
mod revoke;

use std::collections::HashSet;

use polar_types::{EmailKey, Recipient, Seat, SeatId, SeatsList};

use self::buyer::Buyer;
pub use self::revoke::{Revocation, RevokeLimit, RevokeRefused};
use crate::{
    Aliases, Person, Roster,
    index::Index,
    key::{self, Key},
};

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
    /// Live seats whose holder is on the roster by none of their names. The [`buyer`](Self::buyer)'s
    /// are not among them.
    pub others: Vec<&'a Seat>,
    /// The live seats of the buyer, who is not on the roster. Checkout claims a seat for the buyer
    /// (observed), so no revocation takes it unless the plan is
    /// [`including_buyer`](Self::including_buyer).
    pub buyer: Vec<&'a Seat>,
    /// Those of the [`others`](Self::others) that may be the buyer's, where the list does not show
    /// which one is: in organizations without members.
    pub buyer_candidates: Vec<&'a Seat>,
    /// Live seats whose holder may be one of the roster under another spelling of the address, such
    /// as one with an `xn--` domain: [`EmailKey::could_be`]. They are not among the `others`, and
    /// so they stay.
    pub doubtful: Vec<&'a Seat>,
    /// The lines of those to whom any seat might belong, because they are not found and the list
    /// does not show everyone who is named so.
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
            buyer: Vec::new(),
            buyer_candidates: Vec::new(),
            doubtful: Vec::new(),
            anywhere: Vec::new(),
            illegible: roster.illegible(),
            available: list.available_seats,
            excess: count(list.live().count()).saturating_sub(list.total_seats),
            team: list.live().count(),
        };
        let mut kept = Kept::default();
        for person in roster.people() {
            let names = aliases.names(&person.recipient);
            let has_lookalikes = kept.add(names, &index);
            if let Some((name, seat)) = index.find_any(names) {
                let seated = Seated { person, seat };
                if is_mismatch(name, seat) {
                    plan.mismatched.push(seated);
                } else {
                    plan.already_there.push(seated);
                }
            } else if !index.shows(&person.recipient) {
                plan.anywhere.push(person.line);
                plan.unlisted.push(person);
            } else if has_lookalikes {
                plan.unlisted.push(person);
            } else {
                plan.assign.push(person);
            }
        }
        for (line, recipient) in roster.aside() {
            let names = aliases.names(recipient);
            kept.add(names, &index);
            if !index.shows(recipient) && index.find_any(names).is_none() {
                plan.anywhere.push(*line);
            }
        }
        let buyer = Buyer::of(list);
        for seat in list.live().filter(|seat| !kept.names(seat)) {
            let part = if kept.spared.contains(&seat.id) {
                &mut plan.doubtful
            } else if buyer.holds(seat) {
                &mut plan.buyer
            } else {
                if buyer.may_hold(seat) {
                    plan.buyer_candidates.push(seat);
                }
                &mut plan.others
            };
            part.push(seat);
        }
        plan
    }

    /// The same plan with the [`buyer`](Self::buyer)'s seat among the [`others`](Self::others), so
    /// that it can be revoked as they can.
    #[must_use]
    pub fn including_buyer(mut self) -> Self {
        self.others.append(&mut self.buyer);
        self.buyer_candidates.clear();
        self
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
    /// Keeps the person of these names. Returns whether there is a seat that may be theirs under
    /// another spelling.
    fn add(&mut self, names: [&Recipient; 2], index: &Index<'_>) -> bool {
        self.names
            .extend(names.into_iter().flat_map(Key::of_recipient));
        let alike = names.into_iter().flat_map(|name| index.lookalikes(name));
        let alike: Vec<_> = alike.map(|seat| seat.id).collect();
        self.spared.extend(&alike);
        !alike.is_empty()
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
    let other_id = seat.occupant().and_then(|holder| holder.external_id);
    let email = EmailKey::new(email);
    let is_other_email = |other| !EmailKey::new(other).could_be(&email);
    let mut addresses = key::addresses(seat).peekable();
    other_id.is_some_and(|id| id != external_member_id)
        || addresses.peek().is_some() && addresses.all(is_other_email)
}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}
