use polar_types::{InvitationToken, SeatId, SeatStatus};
use time::{Duration, OffsetDateTime};

use super::Loader;
use crate::{
    json::{self, Json},
    moment::Moment,
    seed::{
        SeedError,
        document::{self, Written},
    },
    validation::{check_metadata, normalize_email},
    world::{Plant, SaleRow, SeatRow},
};

impl Loader<'_> {
    pub(super) fn seat(&mut self, place: &str, entry: &document::Seat) -> Result<(), SeedError> {
        self.seats.add(place, &entry.key, ())?;
        let container = self.container(place, entry.subscription.as_ref(), entry.order.as_ref())?;
        let sale = container
            .and_then(|id| self.world.sale(id))
            .cloned()
            .ok_or_else(|| {
                SeedError::new(
                    place,
                    "a seat needs the key of a `subscription` or an `order`",
                )
            })?;
        let created_at = self.time(entry.created_at);
        let names_holder = entry.customer.is_some() || entry.member.is_some();
        let mut row = match &entry.email {
            Some(email) if !names_holder => {
                self.assigned(place, entry, &sale, email, created_at)?
            }
            None if !names_holder && entry.status != document::SeatStatus::Revoked => {
                let problem = "a seat needs an `email`, or the key of a `customer` who holds it";
                return Err(SeedError::new(place, problem));
            }
            _ => self.held(place, entry, &sale, created_at)?,
        };
        times(&mut row, entry);
        self.world.seats.push(row);
        Ok(())
    }

    /// A seat that is assigned to an address, with people found or made.
    fn assigned(
        &mut self,
        place: &str,
        entry: &document::Seat,
        sale: &SaleRow,
        email: &str,
        created_at: OffsetDateTime,
    ) -> Result<SeatRow, SeedError> {
        let place_of_email = format!("{place}.email");
        let email = normalize_email(email)
            .map_err(|reason| SeedError::new(place_of_email.as_str(), reason))?;
        let plant = Plant {
            email,
            status: status(entry),
            id: self.ledger.id(place, entry.id)?.map(SeatId::from),
            invitation_token: self.invitation_token(place, entry)?,
            metadata: metadata(place, entry)?,
        };
        self.world.plant(sale, plant, created_at).map_err(|_| {
            let problem = "this person has a seat of the same subscription or order already";
            SeedError::new(place_of_email, problem)
        })
    }

    /// A seat whose holder is named: the row as it stands, with nobody found or made.
    fn held(
        &mut self,
        place: &str,
        entry: &document::Seat,
        sale: &SaleRow,
        created_at: OffsetDateTime,
    ) -> Result<SeatRow, SeedError> {
        let customer = entry
            .customer
            .as_ref()
            .map(|key| self.customers.get(&format!("{place}.customer"), key));
        let member = entry
            .member
            .as_ref()
            .map(|key| self.members.get(&format!("{place}.member"), key));
        let (customer, member) = (customer.transpose()?, member.transpose()?);
        let mut token = self.invitation_token(place, entry)?;
        if token.is_none() && entry.status == document::SeatStatus::Pending {
            token = Some(self.world.random.invitation_token());
        }
        let mut row = SeatRow {
            id: self.id(place, entry.id)?,
            created_at,
            modified_at: None,
            container: sale.id,
            status: SeatStatus::Pending,
            customer,
            member,
            email: entry.email.clone(),
            invitation_token: token,
            invitation_token_expires_at: Some(created_at.saturating_add(Duration::DAY)),
            claimed_at: None,
            revoked_at: None,
            metadata: metadata(place, entry)?.unwrap_or(Json::EMPTY),
        };
        row.settle(status(entry), created_at);
        Ok(row)
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
        let token = self.ledger.token(&place, token)?;
        // The mail that carries it is typed.
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

/// Sets the times that are given.
fn times(row: &mut SeatRow, entry: &document::Seat) {
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
            Written::Absent => {}
            Written::Null => *time = None,
            Written::As(Moment(moment)) => *time = Some(moment),
        }
    }
}

fn metadata(place: &str, entry: &document::Seat) -> Result<Option<Json>, SeedError> {
    let Some(raw) = &entry.metadata else {
        return Ok(None);
    };
    let place = format!("{place}.metadata");
    let value = json::parse(raw.as_str())
        .map_err(|_| SeedError::new(place.as_str(), "it cannot be read"))?;
    match check_metadata(&value) {
        Ok(metadata) if metadata.is_printable() => Ok(Some(metadata)),
        Ok(_) => Err(SeedError::new(
            place,
            "it has a number or a text that cannot be written",
        )),
        Err(wrong) => Err(SeedError::new(place, wrong.message())),
    }
}
