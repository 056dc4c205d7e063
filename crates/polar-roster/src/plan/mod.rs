//! What has to be done so that everyone on a roster has a seat.

mod buyer;
mod revoke;

use std::collections::HashSet;

use polar_types::{EmailKey, Recipient, Seat, SeatId, SeatsList};

use self::buyer::Buyer;
pub use self::revoke::{Revocation, RevokeError, RevokeLimit};
use crate::{
    Aliases, Person, Roster,
    identity::{Identity, SeatIndex, addresses},
};

/// The difference between a roster and a list of seats. Every person is in exactly one of the first
/// four fields, in the order of the roster.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Plan<'a> {
    /// People without a seat.
    pub assign: Vec<&'a Person>,
    /// People who have a seat.
    pub already_there: Vec<SeatedPerson<'a>>,
    /// People whom the list cannot show: customers named by their ids, and people whose address the
    /// list may have in another spelling. Only an assignment shows whether they have a seat.
    pub unlisted: Vec<&'a Person>,
    /// People whose external id and email address belong to two different people, with the seat of
    /// one of the two. Polar rejects such an assignment with `MemberEmailMismatch` (observed).
    pub mismatched: Vec<SeatedPerson<'a>>,
    /// Live seats whose holder is not on the roster by any name, except the [`buyer`](Self::buyer)'s.
    pub others: Vec<&'a Seat>,
    /// The live seats of the buyer, if the buyer is not on the roster. Checkout claims a seat for
    /// the buyer (observed), so it is not revoked unless the plan is
    /// [`including_buyer`](Self::including_buyer).
    pub buyer: Vec<&'a Seat>,
    /// Those of the [`others`](Self::others) that may be the buyer's, if the list does not show which
    /// seat is: in organizations without members.
    pub buyer_candidates: Vec<&'a Seat>,
    /// Live seats whose holder may be on the roster with another spelling of the address, such as
    /// an `xn--` domain: [`EmailKey::may_match`]. They are not among the `others`, so they are not
    /// revoked.
    pub doubtful: Vec<&'a Seat>,
    /// The lines of people who may have any seat: they are not found, and the list does not show
    /// every holder by that kind of name.
    unsearchable: Vec<u64>,
    /// The lines of rows that do not identify a person.
    unidentified: &'a [u64],
    available: u64,
    /// How many more seats are live than were bought.
    excess: u64,
    /// The number of people who have a seat now.
    team: usize,
}

/// A person, with the seat that the person has.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct SeatedPerson<'a> {
    /// The person.
    pub person: &'a Person,
    /// The person's seat, pending or claimed.
    pub seat: &'a Seat,
}

impl<'a> Plan<'a> {
    pub(crate) fn new(roster: &'a Roster, aliases: &Aliases, list: &'a SeatsList) -> Self {
        let index = SeatIndex::new(list);
        let mut plan = Self {
            assign: Vec::new(),
            already_there: Vec::new(),
            unlisted: Vec::new(),
            mismatched: Vec::new(),
            others: Vec::new(),
            buyer: Vec::new(),
            buyer_candidates: Vec::new(),
            doubtful: Vec::new(),
            unsearchable: Vec::new(),
            unidentified: roster.unidentified(),
            available: list.available_seats,
            excess: count(list.live().count()).saturating_sub(list.total_seats),
            team: list.live().count(),
        };
        let mut kept = KeptSeats::default();
        for person in roster.people() {
            let names = aliases.names(&person.recipient);
            let has_lookalikes = kept.add(names, &index);
            if let Some((name, seat)) = index.find_any(names) {
                let seated = SeatedPerson { person, seat };
                if is_mismatch(name, seat) {
                    plan.mismatched.push(seated);
                } else {
                    plan.already_there.push(seated);
                }
            } else if !index.shows(&person.recipient) {
                plan.unsearchable.push(person.line);
                plan.unlisted.push(person);
            } else if has_lookalikes {
                plan.unlisted.push(person);
            } else {
                plan.assign.push(person);
            }
        }
        for (line, recipient) in roster.excluded() {
            let names = aliases.names(recipient);
            kept.add(names, &index);
            if !index.shows(recipient) && index.find_any(names).is_none() {
                plan.unsearchable.push(*line);
            }
        }
        let buyer = Buyer::of(list);
        for seat in list.live().filter(|seat| !kept.contains_holder_of(seat)) {
            let part = if kept.lookalikes.contains(&seat.id) {
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

    /// Moves the [`buyer`](Self::buyer)'s seat to the [`others`](Self::others), so that it can be
    /// revoked.
    #[must_use]
    pub fn including_buyer(mut self) -> Self {
        self.others.append(&mut self.buyer);
        self.buyer_candidates.clear();
        self
    }

    /// Returns whether the list shows a seat for everyone: all are
    /// [`already_there`](Self::already_there).
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.assign.is_empty() && self.unlisted.is_empty() && self.mismatched.is_empty()
    }

    /// Returns the number of people who have a seat now, on the roster or not.
    #[must_use]
    pub const fn team_size(&self) -> usize {
        self.team
    }

    /// Returns the number of free seats.
    #[must_use]
    pub const fn available_seats(&self) -> u64 {
        self.available
    }

    /// Returns how many seats are missing for everyone to have one. It counts everyone who is
    /// [`unlisted`](Self::unlisted), so fewer may be missing.
    #[must_use]
    pub fn missing_seats(&self) -> u64 {
        self.missing_seats_after(0)
    }

    /// Returns how many seats are missing after a number of seats was revoked.
    #[must_use]
    pub fn missing_seats_after(&self, revoked: usize) -> u64 {
        // Revoking a seat beyond those that were bought frees none.
        let freed = count(revoked).saturating_sub(self.excess);
        let wanted = count(self.assign.len() + self.unlisted.len());
        wanted.saturating_sub(self.available.saturating_add(freed))
    }
}

/// The seats that must not be revoked. These are not only the seats that were found: a row may name
/// two people, and a person may have two seats.
#[derive(Default)]
struct KeptSeats {
    holders: HashSet<Identity>,
    lookalikes: HashSet<SeatId>,
}

impl KeptSeats {
    /// Adds the seats of a person. Returns whether a seat may be the person's by another spelling of
    /// the address.
    fn add(&mut self, names: [&Recipient; 2], index: &SeatIndex<'_>) -> bool {
        self.holders
            .extend(names.into_iter().flat_map(Identity::of_recipient));
        let alike = names.into_iter().flat_map(|name| index.lookalikes(name));
        let alike: Vec<_> = alike.map(|seat| seat.id).collect();
        self.lookalikes.extend(&alike);
        !alike.is_empty()
    }

    fn contains_holder_of(&self, seat: &Seat) -> bool {
        Identity::of_holder(seat).any(|identity| self.holders.contains(&identity))
    }
}

/// Returns whether a seat was found by one name of a recipient, and its holder has another of the
/// other kind.
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
    let is_other_email = |other| !EmailKey::new(other).may_match(&email);
    let mut addresses = addresses(seat).peekable();
    other_id.is_some_and(|id| id != external_member_id)
        || addresses.peek().is_some() && addresses.all(is_other_email)
}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}
