use polar_types::{CustomerId, EmailKey, MemberId, Recipient, Seat};

/// One way in which a person is the same as another.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Key {
    Email(EmailKey),
    ExternalMember(String),
    Member(MemberId),
    Customer(CustomerId),
    ExternalCustomer(String),
}

impl Key {
    /// What a recipient can be found by, the first that counts first.
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
            // A way to name somebody that this version does not know finds nobody.
            _ => (None, None),
        };
        first.into_iter().chain(second)
    }

    /// What the holder of a seat can be found by: every address that the seat shows, and every id.
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
}

/// The addresses that a seat shows for its holder. Nearly always the three fields are equal, and
/// then there is one.
pub(crate) fn addresses(seat: &Seat) -> impl Iterator<Item = &str> {
    let holder = seat.occupant().and_then(|person| person.email);
    let member = seat.member.as_ref();
    let member = member.and_then(|member| member.email.as_deref());
    let member = member.filter(|_| holder.is_some() && member != holder);
    let customer = seat.customer_email.as_deref();
    let customer = customer.filter(|_| holder.is_some() && ![holder, member].contains(&customer));
    [holder, member, customer].into_iter().flatten()
}
