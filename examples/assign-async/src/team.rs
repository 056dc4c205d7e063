//! A team's seats, as an application keeps them in step with its own list of people. This is the
//! part to copy.

use std::time::SystemTime;

use polar_hyper::{
    Client, Error,
    recipes::{EnsuredAssigned, RenewError},
    types::{AssignSeat, Container, Invitation, Recipient, Seat, SeatMetadata, SeatsList},
};

/// One subscription or order, and the client of the organisation that sold it.
#[derive(Debug, Clone)]
pub(crate) struct Team {
    client: Client,
    container: Container,
}

impl Team {
    pub(crate) fn new(client: Client, container: impl Into<Container>) -> Self {
        Self {
            client,
            container: container.into(),
        }
    }

    /// Makes sure that a person has a seat, and says whether this call gave it to them. Safe to
    /// call again, also after a failure.
    pub(crate) async fn add(
        &self,
        email: &str,
        metadata: SeatMetadata,
    ) -> Result<EnsuredAssigned, Error> {
        let request = AssignSeat::new(self.container, Recipient::email(email)).metadata(metadata);
        self.client.customer_seats().ensure_assigned(request).await
    }

    pub(crate) async fn seats(&self) -> Result<SeatsList, Error> {
        self.client.customer_seats().list(self.container).await
    }

    /// The seat a person holds now. Look it up each time: a seat's id is a slot, and a stored one
    /// may be somebody else's by now.
    pub(crate) async fn seat_of(&self, email: &str) -> Result<Option<Seat>, Error> {
        Ok(self.seats().await?.find_by_email(email).cloned())
    }

    /// Renews every invitation that has expired, one after the other. A resend would not do: it
    /// mails the dead link again.
    pub(crate) async fn renew_expired(&self, now: SystemTime) -> Result<Vec<Seat>, RenewError> {
        let list = self.seats().await.map_err(RenewError::NotStarted)?;
        let mut renewed = Vec::new();
        for seat in list.live() {
            if matches!(seat.invitation(now), Invitation::Expired { .. }) {
                renewed.push(self.client.customer_seats().renew(seat).await?);
            }
        }
        Ok(renewed)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use polar_hyper::{Config, types::SeatStatus};
    use polar_mock::Mock;

    use super::*;

    #[tokio::test]
    async fn adding_somebody_twice_gives_one_seat() {
        let (_, team) = offline(2);
        let first = team.add("zoe@acme.com", desk()).await.unwrap();
        let second = team.add("zoe@acme.com", desk()).await.unwrap();
        assert!(matches!(first, EnsuredAssigned::Assigned(_)));
        assert!(
            matches!(&second, EnsuredAssigned::AlreadyAssigned(seat) if seat.id == first.seat().id)
        );
        assert_eq!(team.seats().await.unwrap().available_seats, 1);
    }

    #[tokio::test]
    async fn a_seat_is_found_by_the_person_and_not_by_a_stored_id() {
        let (_, team) = offline(1);
        assert_eq!(team.seat_of("zoe@acme.com").await.unwrap(), None);
        team.add("zoe@acme.com", desk()).await.unwrap();
        let seat = team.seat_of("ZOE@acme.com").await.unwrap().unwrap();
        assert_eq!(seat.status, SeatStatus::Pending);
    }

    #[tokio::test]
    async fn only_expired_invitations_are_renewed_and_keep_their_metadata() {
        let (mock, team) = offline(2);
        team.add("zoe@acme.com", desk()).await.unwrap();
        let old = mock.mail_to("zoe@acme.com").unwrap();
        mock.advance(Duration::from_secs(25 * 60 * 60));
        team.add("ann@acme.com", desk()).await.unwrap();

        let renewed = team.renew_expired(mock.now().into()).await.unwrap();
        assert_eq!(renewed.len(), 1);
        assert_eq!(renewed[0].email.as_deref(), Some("zoe@acme.com"));
        assert_eq!(renewed[0].seat_metadata.as_ref(), Some(&desk()));
        let new = mock.mail_to("zoe@acme.com").unwrap();
        assert!(new.invitation_token != old.invitation_token);
        assert_eq!(team.renew_expired(mock.now().into()).await.unwrap(), []);
    }

    fn desk() -> SeatMetadata {
        SeatMetadata::try_from_pairs([("desk", "4")]).unwrap()
    }

    fn offline(seats: u64) -> (Mock, Team) {
        let mock = Mock::new();
        let acme = mock.organization("Acme");
        let plan = acme
            .buyer("buyer@acme.com")
            .subscription("Team plan", seats);
        let config = Config::new().access_token(acme.access_token());
        let team = Team::new(Client::new(mock.transport(), config), plan.id());
        (mock, team)
    }
}
