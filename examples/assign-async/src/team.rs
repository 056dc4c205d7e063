//! The seats of a team, managed from an application's own list of people. This is the part to copy.

use std::time::SystemTime;

use polar_hyper::{
    Client, Error,
    recipes::{EnsuredAssigned, RenewError},
    types::{AssignSeat, Container, Invitation, Recipient, Seat, SeatMetadata, SeatsList},
};

/// One subscription or order, with a client of the organization that sold it.
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

    /// Ensures that a person has a seat, and returns whether this call assigned it. It is safe to call
    /// again, also after an error.
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

    /// Returns the seat that a person holds now. Do not store its id instead: Polar reuses it for the
    /// next holder.
    pub(crate) async fn seat_of(&self, email: &str) -> Result<Option<Seat>, Error> {
        Ok(self.seats().await?.find_by_email(email).cloned())
    }

    /// Renews every expired invitation, one after the other. A resend would send the expired link
    /// again.
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
    async fn adding_a_person_twice_assigns_one_seat() {
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
    async fn seat_of_finds_the_seat_by_email() {
        let (_, team) = offline(1);
        assert_eq!(team.seat_of("zoe@acme.com").await.unwrap(), None);
        team.add("zoe@acme.com", desk()).await.unwrap();
        let seat = team.seat_of("ZOE@acme.com").await.unwrap().unwrap();
        assert_eq!(seat.status, SeatStatus::Pending);
    }

    #[tokio::test]
    async fn renew_expired_keeps_metadata_and_skips_live_invitations() {
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
