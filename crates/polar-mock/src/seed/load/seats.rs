use polar_types::{Container, InvitationToken, OrganizationId, Seat, SeatId, SeatStatus};
use time::OffsetDateTime;

use super::Loader;
use crate::{
    clock::SeedTime,
    json::{self, Json},
    seed::{
        SeedError,
        document::{self, Document, Nullable},
    },
    state::{EventKind, Mail, NewSeat, PurchaseRow, SeatRow, State, invitation_end},
    validation::check_metadata,
};

impl Loader<'_> {
    pub(super) fn seat(&mut self, place: &str, entry: &document::Seat) -> Result<(), SeedError> {
        self.seats.add(place, &entry.key, ())?;
        let container = self.container(place, entry.subscription.as_ref(), entry.order.as_ref())?;
        let purchase = container
            .and_then(|id| self.state.purchase(id))
            .cloned()
            .ok_or_else(|| {
                SeedError::new(
                    place,
                    "a seat needs the key of a `subscription` or an `order`",
                )
            })?;
        let created_at = self.time(entry.created_at);
        let names_holder = entry.customer.is_some() || entry.member.is_some();
        match &entry.email {
            Some(email) if !names_holder => {
                self.assigned(place, entry, &purchase, email, created_at)?;
            }
            None if !names_holder && entry.status != document::SeatStatus::Revoked => {
                let problem = "a seat needs an `email`, or the key of the `customer` that holds it";
                return Err(SeedError::new(place, problem));
            }
            _ => self.held(place, entry, &purchase, created_at)?,
        }
        if let Some(row) = self.state.seats.last_mut() {
            set_times(row, entry);
        }
        Ok(())
    }

    /// Inserts a seat that is assigned to an address. People are found or created for it.
    fn assigned(
        &mut self,
        place: &str,
        entry: &document::Seat,
        purchase: &PurchaseRow,
        email: &str,
        created_at: OffsetDateTime,
    ) -> Result<(), SeedError> {
        let place_of_email = format!("{place}.email");
        let email = polar_email::normalize(email)
            .map_err(|reason| SeedError::new(place_of_email.as_str(), reason))?;
        let seat = NewSeat {
            email,
            status: status(entry),
            id: self.seen.id(place, entry.id)?.map(SeatId::from),
            invitation_token: self.invitation_token(place, entry)?,
            metadata: metadata(place, entry)?,
        };
        let inserted = self.state.insert_seat(purchase, seat, created_at);
        inserted.map(drop).map_err(|_| {
            let problem = "this person already has a seat of the same subscription or order";
            SeedError::new(place_of_email, problem)
        })
    }

    /// Inserts a seat whose holder is named by key, without looking for people.
    fn held(
        &mut self,
        place: &str,
        entry: &document::Seat,
        purchase: &PurchaseRow,
        created_at: OffsetDateTime,
    ) -> Result<(), SeedError> {
        let customer = entry
            .customer
            .as_ref()
            .map(|key| self.customers.id(&format!("{place}.customer"), key));
        let member = entry
            .member
            .as_ref()
            .map(|key| self.members.id(&format!("{place}.member"), key));
        let (customer, member) = (customer.transpose()?, member.transpose()?);
        let mut token = self.invitation_token(place, entry)?;
        if token.is_none() && entry.status == document::SeatStatus::Pending {
            token = Some(self.state.random.invitation_token());
        }
        let mut row = SeatRow {
            id: self.id(place, entry.id)?,
            created_at,
            modified_at: None,
            container: purchase.id,
            status: SeatStatus::Pending,
            customer,
            member,
            email: entry.email.clone(),
            invitation_token: token,
            invitation_token_expires_at: Some(invitation_end(created_at)),
            claimed_at: None,
            revoked_at: None,
            metadata: metadata(place, entry)?.unwrap_or(Json::EMPTY),
        };
        row.set_status(status(entry), created_at);
        self.state.seats.push(row);
        Ok(())
    }

    fn invitation_token(
        &mut self,
        place: &str,
        entry: &document::Seat,
    ) -> Result<Option<String>, SeedError> {
        let Some(token) = &entry.invitation_token else {
            return Ok(None);
        };
        let place = format!("{place}.invitation_token");
        let token = self.seen.token(&place, token)?;
        // Mails have a typed token.
        InvitationToken::new(token.as_str()).map_err(|error| SeedError::new(place, error))?;
        Ok(Some(token))
    }
}

const fn status(entry: &document::Seat) -> SeatStatus {
    match entry.status {
        document::SeatStatus::Pending => SeatStatus::Pending,
        document::SeatStatus::Claimed => SeatStatus::Claimed,
        document::SeatStatus::Revoked => SeatStatus::Revoked,
    }
}

/// Sets the times that are present in the entry.
fn set_times(row: &mut SeatRow, entry: &document::Seat) {
    for (time, given) in [
        (&mut row.modified_at, entry.modified_at),
        (
            &mut row.invitation_token_expires_at,
            entry.invitation_token_expires_at,
        ),
        (&mut row.claimed_at, entry.claimed_at),
        (&mut row.revoked_at, entry.revoked_at),
    ] {
        match given {
            Nullable::Absent => {}
            Nullable::Null => *time = None,
            Nullable::Value(SeedTime(moment)) => *time = Some(moment),
        }
    }
}

fn metadata(place: &str, entry: &document::Seat) -> Result<Option<Json>, SeedError> {
    let Some(raw) = &entry.metadata else {
        return Ok(None);
    };
    let place = format!("{place}.metadata");
    let value = json::parse(raw.as_str())
        .map_err(|_| SeedError::new(place.as_str(), "the JSON cannot be parsed"))?;
    match check_metadata(&value) {
        Ok(metadata) if metadata.is_serializable() => Ok(Some(metadata)),
        Ok(_) => Err(SeedError::new(
            place,
            "it contains a number or a text that cannot be serialized",
        )),
        Err(violation) => Err(SeedError::new(place, violation.msg)),
    }
}

/// Loads the mails of the outbox.
pub(super) fn outbox(document: &Document, state: &mut State) -> Result<(), SeedError> {
    for (index, entry) in document.outbox.iter().enumerate() {
        let place = format!("outbox[{index}].invitation_token");
        let token = InvitationToken::new(entry.invitation_token.0.as_str())
            .map_err(|error| SeedError::new(place, error))?;
        state.outbox.push(Mail {
            seat_id: entry.seat_id,
            email: entry.email.clone(),
            invitation_token: token,
            expires_at: entry.expires_at.0.into(),
            sent_at: entry.sent_at.0.into(),
        });
    }
    Ok(())
}

/// Loads the events.
pub(super) fn events(document: &Document, state: &mut State) -> Result<(), SeedError> {
    for (index, entry) in document.events.iter().enumerate() {
        let place = format!("events[{index}]");
        let organization = match entry.organization {
            Some(id) => organization(state, id.into(), &place)?,
            None => seller_of(state, entry, &place)?,
        };
        if entry.delivered && state.delivered < state.events.next_number() {
            let problem = "an event before it is not delivered, and events are delivered in order";
            return Err(SeedError::new(format!("{place}.delivered"), problem));
        }
        let (kind, data) = (entry.kind.clone(), entry.data.clone());
        state.raise(kind, organization, data, entry.raised_at.0);
        if entry.delivered {
            state.delivered = state.events.next_number();
        }
    }
    Ok(())
}

fn organization(
    state: &State,
    id: OrganizationId,
    place: &str,
) -> Result<OrganizationId, SeedError> {
    let known = state.organization(id).map(|row| row.id);
    known.ok_or_else(|| {
        SeedError::new(
            format!("{place}.organization"),
            "no organization has this id",
        )
    })
}

/// Returns the organization of the seat that an event is about.
fn seller_of(
    state: &State,
    entry: &document::Event,
    place: &str,
) -> Result<OrganizationId, SeedError> {
    let kinds = EventKind::ALL.map(EventKind::name);
    if !kinds.contains(&entry.kind.as_str()) {
        let problem = format!("expected one of {}, or an organization", kinds.join(", "));
        return Err(SeedError::new(format!("{place}.type"), problem));
    }
    let problem = |problem: &str| SeedError::new(format!("{place}.data"), problem);
    let seat: Seat = entry.data.parse().map_err(|_| problem("expected a seat"))?;
    seller(state, &seat).ok_or_else(|| problem("its subscription or order is not in this seed"))
}

/// Returns the organization that sold a seat.
pub(in crate::seed) fn seller(state: &State, seat: &Seat) -> Option<OrganizationId> {
    let subscription = seat.subscription_id.map(Container::Subscription);
    let container = subscription.or(seat.order_id.map(Container::Order))?;
    state
        .purchase(container)
        .map(|purchase| purchase.organization)
}
