use crate::{CustomerId, Member, MemberId, Seat, SeatStatus};

/// The person who holds a seat, in organizations with and without members.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Occupant<'a> {
    /// The email address. Missing only for a customer without one, in an organization without
    /// members.
    pub email: Option<&'a str>,
    /// The id as a member of the buyer. Missing only for a person without an email address.
    pub member_id: Option<MemberId>,
    /// The id as a customer, if it certainly is not the buyer: only in organizations without
    /// members.
    pub customer_id: Option<CustomerId>,
    /// The id in the seller's own system, if the member has one.
    pub external_id: Option<&'a str>,
    /// The name, if the member has one.
    pub name: Option<&'a str>,
}

impl Seat {
    /// Returns the holder of the seat, or `None` if it is revoked.
    ///
    /// `customer_id` alone does not identify the holder: with members it is the buyer. It is the
    /// holder only if it differs from the member's `customer_id`, which is always the buyer, or if
    /// there is no member.
    ///
    /// ```
    /// # let seat: polar_types::Seat = serde_json::from_str(
    /// #     r#"{"id":"dcb2c1b9-2f64-4c8c-90e6-d261c78b3eb2","status":"claimed",
    /// #         "email":"zoe@acme.com"}"#)?;
    /// match seat.occupant() {
    ///     Some(person) => println!("held by {}", person.email.unwrap_or("a person without email")),
    ///     None => println!("free"),
    /// }
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[must_use]
    pub fn occupant(&self) -> Option<Occupant<'_>> {
        if self.status == SeatStatus::Revoked {
            return None;
        }
        self.person()
    }

    /// Returns the holder of the seat before it was revoked, or `None` if it is not revoked.
    ///
    /// Only the first response to a revoke and its webhook contain the former holder (observed).
    /// Later responses and lists do not.
    #[must_use]
    pub fn former_occupant(&self) -> Option<Occupant<'_>> {
        if self.status != SeatStatus::Revoked {
            return None;
        }
        self.person()
    }

    /// Returns the customer who bought the seat, if known. Always known if the seat has a member.
    #[must_use]
    pub fn buyer(&self) -> Option<CustomerId> {
        self.member.as_ref()?.customer_id
    }

    fn person(&self) -> Option<Occupant<'_>> {
        let member = self.member.as_ref();
        let text = |field: fn(&Member) -> &Option<String>| member.and_then(|m| field(m).as_deref());
        let person = Occupant {
            email: self
                .email
                .as_deref()
                .or_else(|| text(|member| &member.email))
                .or(self.customer_email.as_deref()),
            member_id: member.map(|member| member.id).or(self.member_id),
            customer_id: self.customer_id.filter(|&id| match member {
                Some(member) => member.customer_id.is_some_and(|buyer| buyer != id),
                None => self.member_id.is_none(),
            }),
            external_id: text(|member| &member.external_id),
            name: text(|member| &member.name),
        };
        let known =
            person.email.is_some() || person.member_id.is_some() || person.customer_id.is_some();
        known.then_some(person)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BUYER: &str = "bbbf4f55-65e0-4653-87ca-16dd84fe37c7";
    const HOLDER: &str = "92129a26-cd38-4258-acba-5045d1137722";
    const MEMBER: &str = "302ed440-a3c2-444c-81cd-b55e6c3d34ba";

    fn seat(status: SeatStatus, customer: Option<&str>) -> Seat {
        let mut member = Member::new(MEMBER.parse().unwrap());
        member.customer_id = Some(BUYER.parse().unwrap());
        member.email = Some("zoe@acme.com".to_owned());
        member.external_id = Some("usr_42".to_owned());
        let mut seat = Seat::new(crate::SeatId::new(uuid::Uuid::nil()));
        seat.status = status;
        seat.customer_id = customer.map(|id| id.parse().unwrap());
        seat.member_id = Some(member.id);
        seat.member = Some(member);
        seat.email = Some("zoe@acme.com".to_owned());
        seat.customer_email = seat.email.clone();
        seat
    }

    #[test]
    fn with_members_customer_id_is_the_buyer() {
        let seat = seat(SeatStatus::Claimed, Some(BUYER));
        let person = seat.occupant().unwrap();
        assert_eq!(person.email, Some("zoe@acme.com"));
        assert_eq!(person.member_id, Some(MEMBER.parse().unwrap()));
        assert_eq!(person.external_id, Some("usr_42"));
        assert_eq!(person.customer_id, None);
        assert_eq!(seat.buyer(), Some(BUYER.parse().unwrap()));
        assert_eq!(seat.former_occupant(), None);
    }

    #[test]
    fn without_members_customer_id_is_the_holder() {
        let mut seat = seat(SeatStatus::Pending, Some(HOLDER));
        assert_eq!(
            seat.occupant().unwrap().customer_id,
            Some(HOLDER.parse().unwrap())
        );
        assert_eq!(seat.buyer(), Some(BUYER.parse().unwrap()));

        (seat.member, seat.member_id, seat.email, seat.customer_email) = (None, None, None, None);
        let person = seat.occupant().unwrap();
        assert_eq!(person.customer_id, Some(HOLDER.parse().unwrap()));
        assert_eq!(
            (person.email, person.member_id, seat.buyer()),
            (None, None, None)
        );
    }

    #[test]
    fn customer_id_is_ignored_if_the_member_is_missing() {
        let mut seat = seat(SeatStatus::Claimed, Some(BUYER));
        seat.member = None;
        let person = seat.occupant().unwrap();
        assert_eq!(person.member_id, Some(MEMBER.parse().unwrap()));
        assert_eq!(person.customer_id, None);
    }

    #[test]
    fn revoked_seat_has_a_former_occupant_in_the_first_response() {
        let mut seat = seat(SeatStatus::Revoked, None);
        (seat.member_id, seat.email) = (None, None);
        assert_eq!(seat.occupant(), None);
        assert_eq!(seat.former_occupant().unwrap().email, Some("zoe@acme.com"));

        (seat.member, seat.customer_email) = (None, None);
        assert_eq!(seat.former_occupant(), None);
    }
}
