use polar_types::{InvitationToken, SeatId, SeatStatus};

use super::Loader;
use crate::{
    json,
    seed::{SeedError, document},
    validation::{check_metadata, normalize_email},
    world::Plant,
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
        let email = normalize_email(&entry.email)
            .map_err(|reason| SeedError::new(format!("{place}.email"), reason))?;
        let plant = Plant {
            email,
            status: match entry.status {
                document::SeatStatus::Pending => SeatStatus::Pending,
                document::SeatStatus::Claimed => SeatStatus::Claimed,
                document::SeatStatus::Revoked => SeatStatus::Revoked,
            },
            id: self.ledger.id(place, entry.id)?.map(SeatId::from),
            invitation_token: self.invitation_token(place, entry)?,
            metadata: metadata(place, entry)?,
        };
        let planted = self.world.plant(&sale, plant, self.now);
        planted.map(|_| ()).map_err(|_| {
            let problem = "this person has a seat of the same subscription or order already";
            SeedError::new(format!("{place}.email"), problem)
        })
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

fn metadata(place: &str, entry: &document::Seat) -> Result<Option<json::Json>, SeedError> {
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
