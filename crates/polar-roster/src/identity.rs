use std::collections::HashMap;

use polar_types::{CustomerId, EmailKey, MemberId, Recipient, Seat, SeatsList};

use crate::{Field, aliases::searchable_holder};

/// An email address or id that identifies a person. Two people with a common identity are the same.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Identity {
    Email(EmailKey),
    ExternalMember(String),
    Member(MemberId),
    Customer(CustomerId),
    ExternalCustomer(String),
}

impl Identity {
    /// Returns the identities of a recipient, the most significant first.
    pub(crate) fn of_recipient(recipient: &Recipient) -> impl Iterator<Item = Self> {
        let (first, second) = match recipient {
            Recipient::Email(email) => (Some(Self::Email(EmailKey::new(email))), None),
            Recipient::Customer(id) => (Some(Self::Customer(*id)), None),
            Recipient::ExternalCustomer(id) => (Some(Self::ExternalCustomer(id.clone())), None),
            Recipient::Member(id) => (Some(Self::Member(*id)), None),
            Recipient::ExternalMember {
                external_member_id,
                email,
            } => (
                Some(Self::ExternalMember(external_member_id.clone())),
                email
                    .as_deref()
                    .map(|email| Self::Email(EmailKey::new(email))),
            ),
            // A kind of recipient that this version does not know matches no seat.
            _ => (None, None),
        };
        first.into_iter().chain(second)
    }

    /// Returns the identities of a seat's holder: every address and id that the seat shows.
    pub(crate) fn of_holder(seat: &Seat) -> impl Iterator<Item = Self> {
        let person = seat.occupant();
        let ids = [
            person
                .and_then(|person| person.external_id)
                .map(|id| Self::ExternalMember(id.into())),
            person.and_then(|person| person.member_id).map(Self::Member),
            person
                .and_then(|person| person.customer_id)
                .map(Self::Customer),
        ];
        let emails = addresses(seat).map(|email| Self::Email(EmailKey::new(email)));
        emails.chain(ids.into_iter().flatten())
    }

    pub(crate) const fn field(&self) -> Field {
        match self {
            Self::Email(_) => Field::Email,
            Self::ExternalMember(_) => Field::ExternalMemberId,
            Self::Member(_) => Field::MemberId,
            Self::Customer(_) => Field::CustomerId,
            Self::ExternalCustomer(_) => Field::ExternalCustomerId,
        }
    }
}

/// Returns the different addresses that a seat shows for its holder, usually one.
pub(crate) fn addresses(seat: &Seat) -> impl Iterator<Item = &str> {
    let holder = seat.occupant().and_then(|person| person.email);
    let member = seat.member.as_ref();
    let member = member.and_then(|member| member.email.as_deref());
    let member = member.filter(|_| holder.is_some() && member != holder);
    let customer = seat.customer_email.as_deref();
    let customer = customer.filter(|_| holder.is_some() && ![holder, member].contains(&customer));
    [holder, member, customer].into_iter().flatten()
}

/// The live seats of a list by the identities of their holders: [`SeatsList::find`] for many people,
/// by every address that a seat shows.
#[derive(Debug)]
pub(crate) struct SeatIndex<'a> {
    seats: HashMap<Identity, &'a Seat>,
    /// Whether every seat with a searchable holder shows the holder as a member.
    shows_members: bool,
    /// The seats by addresses that have only one spelling.
    certain: Vec<(EmailKey, &'a Seat)>,
    /// The seats by addresses that may be spelled in another way.
    uncertain: Vec<(EmailKey, &'a Seat)>,
}

impl<'a> SeatIndex<'a> {
    pub(crate) fn new(list: &'a SeatsList) -> Self {
        let mut seats = HashMap::new();
        let (mut certain, mut uncertain) = (Vec::new(), Vec::new());
        for seat in list.live() {
            for identity in Identity::of_holder(seat) {
                match &identity {
                    Identity::Email(email) if email.is_unambiguous() => {
                        certain.push((email.clone(), seat));
                    }
                    Identity::Email(email) => uncertain.push((email.clone(), seat)),
                    _ => {}
                }
                seats.entry(identity).or_insert(seat);
            }
        }
        let shows_member = |seat: &Seat| seat.member.is_some() || searchable_holder(seat).is_none();
        Self {
            seats,
            shows_members: list.live().all(shows_member),
            certain,
            uncertain,
        }
    }

    pub(crate) fn find(&self, recipient: &Recipient) -> Option<&'a Seat> {
        Identity::of_recipient(recipient).find_map(|identity| self.seats.get(&identity).copied())
    }

    /// Returns the first of these names that has a seat, and the seat.
    pub(crate) fn find_any<'n>(
        &self,
        names: [&'n Recipient; 2],
    ) -> Option<(&'n Recipient, &'a Seat)> {
        let mut names = names.into_iter();
        names.find_map(|name| Some((name, self.find(name)?)))
    }

    /// Returns whether the list shows every holder by this kind of name. If it does not, a person
    /// who is not found may have any of the seats.
    pub(crate) const fn shows(&self, recipient: &Recipient) -> bool {
        match recipient {
            Recipient::Email(_) | Recipient::ExternalMember { email: Some(_), .. } => true,
            Recipient::Member(_) | Recipient::ExternalMember { email: None, .. } => {
                self.shows_members
            }
            _ => false,
        }
    }

    /// Returns the seats whose address may be another spelling of the recipient's address, if no
    /// seat has that address itself.
    pub(crate) fn lookalikes(&self, recipient: &Recipient) -> Vec<&'a Seat> {
        let mut alike = Vec::new();
        for identity in Identity::of_recipient(recipient) {
            if let (Identity::Email(email), false) = (&identity, self.seats.contains_key(&identity))
            {
                // Two certain addresses are never alike. Without this, thousands of people would be
                // compared with thousands of seats.
                let certain = if email.is_unambiguous() {
                    &[][..]
                } else {
                    &self.certain
                };
                let all = self.uncertain.iter().chain(certain);
                let all = all.filter(|(listed, _)| email.may_match(listed));
                alike.extend(all.map(|(_, seat)| *seat));
            }
        }
        alike
    }
}
