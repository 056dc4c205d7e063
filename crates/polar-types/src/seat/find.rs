//! Finding the seat of a person, by the server's own rules.
//!
//! Only live seats are found, pending and claimed ones: the server allows one per person and
//! container, and a revoked slot is nobody's.

use crate::{EmailKey, MemberId, Recipient, Seat, SeatsList};

impl SeatsList {
    /// The seat of whoever has this e-mail address, compared as the server does; see [`EmailKey`].
    #[must_use]
    pub fn find_by_email(&self, email: &str) -> Option<&Seat> {
        let key = EmailKey::new(email);
        self.live().find(|seat| {
            let occupant = seat.occupant();
            occupant
                .and_then(|person| person.email)
                .is_some_and(|email| EmailKey::new(email) == key)
        })
    }

    /// Seats that may be this recipient's under another spelling of the e-mail, when no seat is
    /// theirs under this one: whoever is not found is certainly not there only when this is empty,
    /// too. See [`EmailKey::could_be`].
    pub fn lookalikes(&self, recipient: &Recipient) -> impl Iterator<Item = &Seat> {
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
            matches!((&key, held), (Some(key), Some(held)) if key.could_be(&held))
        })
    }

    /// The seat of this member of the buyer.
    #[must_use]
    pub fn find_by_member(&self, id: MemberId) -> Option<&Seat> {
        self.live().find(|seat| {
            let occupant = seat.occupant();
            occupant.and_then(|person| person.member_id) == Some(id)
        })
    }

    /// The seat of the member with this id of one's own system, compared exactly.
    #[must_use]
    pub fn find_by_external_member(&self, external_member_id: &str) -> Option<&Seat> {
        self.live().find(|seat| {
            let occupant = seat.occupant();
            occupant.and_then(|person| person.external_id) == Some(external_member_id)
        })
    }

    /// The seat that an assignment to this recipient would find taken.
    ///
    /// `None` is no proof for an e-mail that has another spelling; [`lookalikes`](Self::lookalikes)
    /// says whether there is one.
    ///
    /// A customer is found by Polar's id only where the seat tells the holder's customer, that is
    /// in organisations without members, and an external customer id is in no seat: with those,
    /// `None` does not mean that there is no seat.
    #[must_use]
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
    fn an_e_mail_is_found_in_whatever_case_and_only_in_a_live_seat() {
        let list = list();
        assert_eq!(slot(list.find_by_email(" Zoe <zoe@ACME.com> ")), Some(2));
        assert_eq!(slot(list.find_by_email("bob@acme.com")), None);
    }

    #[test]
    fn somebody_who_is_not_found_may_be_there_in_another_spelling() {
        let mut list = list();
        list.seats
            .push(seat(5, SeatStatus::Claimed, "zo\u{eb}@m\u{fc}ller.de"));
        let alike = |recipient: Recipient| -> Vec<_> {
            let seats = list.lookalikes(&recipient);
            seats.map(|seat| slot(Some(seat)).unwrap()).collect()
        };
        let with = Recipient::external_member_with_email;
        let spelt = "zoe\u{308}@xn--mller-kva.de";
        assert_eq!(alike(Recipient::email(spelt)), [5]);
        assert_eq!(alike(with("usr_9", spelt)), [5]);
        assert_eq!(alike(with("usr_5", spelt)), []);
        assert_eq!(alike(Recipient::email("ZO\u{cb}@m\u{fc}ller.de")), []);
        assert_eq!(alike(Recipient::email("bob@acme.com")), []);
        assert_eq!(alike(Recipient::external_member("usr_9")), []);
    }

    #[test]
    fn an_external_id_is_found_only_as_it_is() {
        let list = list();
        assert_eq!(slot(list.find_by_external_member("usr_3")), Some(3));
        assert_eq!(slot(list.find_by_external_member("USR_3")), None);
        assert_eq!(slot(list.find_by_external_member(" usr_3")), None);
        assert_eq!(slot(list.find_by_external_member("usr_1")), None);
    }

    #[test]
    fn a_recipient_is_found_by_what_the_seat_tells() {
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
    fn a_list_is_gone_through_with_its_revoked_seats() {
        let list = list();
        let seen: Vec<_> = (&list).into_iter().map(|seat| seat.id).collect();
        assert_eq!(seen.len(), 4);
        let kept: Vec<_> = list.into_iter().map(|seat| seat.id).collect();
        assert_eq!(kept, seen);
    }

    #[test]
    fn a_list_counts_what_is_taken_and_what_is_free() {
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
