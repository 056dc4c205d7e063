//! Finding the seat of a person, by the rules of the server.
//!
//! Only pending and claimed seats are found. The server allows one of them per person and container,
//! and a revoked seat has no holder.

use crate::{EmailKey, MemberId, Recipient, Seat, SeatsList};

impl SeatsList {
    /// Returns the seat of the person with this email address, compared as by the server; see
    /// [`EmailKey`].
    #[must_use]
    #[inline]
    pub fn find_by_email(&self, email: &str) -> Option<&Seat> {
        let key = EmailKey::new(email);
        self.live().find(|seat| {
            let occupant = seat.occupant();
            occupant
                .and_then(|person| person.email)
                .is_some_and(|email| EmailKey::new(email) == key)
        })
    }

    /// Returns the seats that may belong to this recipient under another spelling of the email
    /// address, if [`find`](Self::find) finds none. Only if this is empty, too, the recipient
    /// certainly has no seat. See [`EmailKey::may_match`].
    pub fn possible_matches(&self, recipient: &Recipient) -> impl Iterator<Item = &Seat> {
        let email = match recipient {
            Recipient::Email(email) => Some(email.as_str()),
            Recipient::ExternalMember { email, .. } => email.as_deref(),
            _ => None,
        };
        let email = email.filter(|_| self.find(recipient).is_none());
        let key = email.map(EmailKey::new);
        self.live().filter(move |seat| {
            let held = seat.occupant().and_then(|person| person.email);
            let held = held.map(EmailKey::new);
            matches!((&key, held), (Some(key), Some(held)) if key.may_match(&held))
        })
    }

    /// Returns the seat of this member of the buyer.
    #[must_use]
    #[inline]
    pub fn find_by_member(&self, id: MemberId) -> Option<&Seat> {
        self.live().find(|seat| {
            let occupant = seat.occupant();
            occupant.and_then(|person| person.member_id) == Some(id)
        })
    }

    /// Returns the seat of the member with this id in your own system, compared exactly.
    #[must_use]
    #[inline]
    pub fn find_by_external_member(&self, external_member_id: &str) -> Option<&Seat> {
        self.live().find(|seat| {
            let occupant = seat.occupant();
            occupant.and_then(|person| person.external_id) == Some(external_member_id)
        })
    }

    /// Returns the seat that this recipient holds already.
    ///
    /// `None` does not prove that there is none:
    ///
    /// - The seat may have another spelling of the email address; see
    ///   [`possible_matches`](Self::possible_matches).
    /// - A customer is only found in organizations without members, where the seat has the id of
    ///   the holder.
    /// - An external customer is never found, because seats do not have that id.
    #[must_use]
    #[inline]
    pub fn find(&self, recipient: &Recipient) -> Option<&Seat> {
        match recipient {
            Recipient::Email(email) => self.find_by_email(email),
            Recipient::Customer(id) => self.live().find(|seat| {
                let occupant = seat.occupant();
                occupant.and_then(|person| person.customer_id) == Some(*id)
            }),
            Recipient::ExternalCustomer(_) => None,
            Recipient::Member(id) => self.find_by_member(*id),
            Recipient::ExternalMember {
                external_member_id,
                email,
            } => {
                let by_id = self.find_by_external_member(external_member_id);
                by_id.or_else(|| email.as_deref().and_then(|email| self.find_by_email(email)))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::{CustomerId, Member, SeatId, SeatStatus};

    fn seat(slot: u128, status: SeatStatus, email: &str) -> Seat {
        let mut member = Member::new(MemberId::new(Uuid::from_u128(slot + 100)));
        member.email = Some(email.to_owned());
        member.external_id = Some(format!("usr_{slot}"));
        let mut seat = Seat::new(SeatId::new(Uuid::from_u128(slot)));
        seat.status = status;
        seat.email = member.email.clone();
        seat.member_id = Some(member.id);
        seat.member = Some(member);
        seat
    }

    fn slot(found: Option<&Seat>) -> Option<u128> {
        found.map(|seat| seat.id.as_uuid().as_u128())
    }

    fn list() -> SeatsList {
        let mut nameless = Seat::new(SeatId::new(Uuid::from_u128(4)));
        nameless.status = SeatStatus::Claimed;
        nameless.customer_id = Some(CustomerId::new(Uuid::from_u128(500)));
        let seats = vec![
            seat(1, SeatStatus::Revoked, "zoe@acme.com"),
            seat(2, SeatStatus::Pending, "Zoe@acme.com"),
            seat(3, SeatStatus::Claimed, "ann@acme.com"),
            nameless,
        ];
        SeatsList::new(seats, 10)
    }

    #[test]
    fn find_by_email_ignores_case_and_revoked_seats() {
        let list = list();
        assert_eq!(slot(list.find_by_email(" Zoe <zoe@ACME.com> ")), Some(2));
        assert_eq!(slot(list.find_by_email("bob@acme.com")), None);
    }

    #[test]
    fn possible_matches_returns_seats_with_other_spellings() {
        let mut list = list();
        list.seats
            .push(seat(5, SeatStatus::Claimed, "zo\u{eb}@m\u{fc}ller.de"));
        let matches = |recipient: Recipient| -> Vec<_> {
            let seats = list.possible_matches(&recipient);
            seats.map(|seat| slot(Some(seat)).unwrap()).collect()
        };
        let with = Recipient::external_member_with_email;
        let spelling = "zoe\u{308}@xn--mller-kva.de";
        assert_eq!(matches(Recipient::email(spelling)), [5]);
        assert_eq!(matches(with("usr_9", spelling)), [5]);
        assert_eq!(matches(with("usr_5", spelling)), []);
        assert_eq!(matches(Recipient::email("ZO\u{cb}@m\u{fc}ller.de")), []);
        assert_eq!(matches(Recipient::email("bob@acme.com")), []);
        assert_eq!(matches(Recipient::external_member("usr_9")), []);
    }

    #[test]
    fn find_by_external_member_compares_exactly() {
        let list = list();
        assert_eq!(slot(list.find_by_external_member("usr_3")), Some(3));
        assert_eq!(slot(list.find_by_external_member("USR_3")), None);
        assert_eq!(slot(list.find_by_external_member(" usr_3")), None);
        assert_eq!(slot(list.find_by_external_member("usr_1")), None);
    }

    #[test]
    fn find_uses_the_fields_of_the_seat() {
        let list = list();
        let found = |recipient: Recipient| slot(list.find(&recipient));
        assert_eq!(found(Recipient::email("ANN@acme.com")), Some(3));
        assert_eq!(found(MemberId::new(Uuid::from_u128(102)).into()), Some(2));
        assert_eq!(found(MemberId::new(Uuid::from_u128(101)).into()), None);
        assert_eq!(found(CustomerId::new(Uuid::from_u128(500)).into()), Some(4));
        assert_eq!(found(Recipient::external_customer("usr_3")), None);
        assert_eq!(found(Recipient::external_member("usr_2")), Some(2));
        assert_eq!(
            found(Recipient::external_member_with_email("new", "ann@acme.com")),
            Some(3),
        );
    }

    #[test]
    fn iteration_includes_revoked_seats() {
        let list = list();
        let seen: Vec<_> = (&list).into_iter().map(|seat| seat.id).collect();
        assert_eq!(seen.len(), 4);
        let owned: Vec<_> = list.into_iter().map(|seat| seat.id).collect();
        assert_eq!(owned, seen);
    }

    #[test]
    fn new_and_counts_count_the_seats() {
        let mut list = list();
        assert_eq!((list.available_seats, list.total_seats), (7, 10));
        list.seats.push(seat(5, "suspended".into(), "new@acme.com"));
        let counts = list.counts();
        assert_eq!(
            (counts.pending, counts.claimed, counts.revoked, counts.other),
            (1, 2, 1, 1),
        );
    }
}
