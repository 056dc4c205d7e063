//! A mock with many invitations under way.

use std::{collections::HashMap, sync::Arc};

use polar_core::{
    Config, blocking,
    types::{AccessToken, AssignSeat, InvitationToken, Recipient, SeatId, SubscriptionId},
};
use polar_mock::Mock;
use polar_mock_server::MockServer;

pub(super) struct World {
    pub(super) server: MockServer,
    pub(super) subscription: SubscriptionId,
    pub(super) invitations: Arc<Vec<Invitation>>,
    access_token: AccessToken,
}

pub(super) struct Invitation {
    pub(super) seat_id: SeatId,
    pub(super) token: InvitationToken,
}

impl World {
    pub(super) fn new(seats: usize) -> Self {
        let mock = Mock::new();
        let acme = mock.organization("Acme");
        let team = acme
            .buyer("buyer@acme.com")
            .subscription("Team plan", seats as u64);
        let mut world = Self {
            server: MockServer::start(mock).unwrap(),
            subscription: team.id(),
            invitations: Arc::default(),
            access_token: acme.access_token(),
        };
        let client = world.in_process();
        for number in 0..seats {
            let person = Recipient::email(format!("person{number}@acme.com"));
            let request = AssignSeat::new(world.subscription, person);
            client.customer_seats().assign(request).unwrap();
        }
        let mails = world.server.mock().outbox().into_iter();
        let invitations = mails.map(|mail| Invitation {
            seat_id: mail.seat_id,
            token: mail.invitation_token,
        });
        world.invitations = Arc::new(invitations.collect());
        assert_eq!(world.invitations.len(), seats);
        world
    }

    /// A client that nothing can come between.
    pub(super) fn in_process(&self) -> blocking::Client {
        let config = Config::new().access_token(self.access_token.clone());
        blocking::Client::new(self.server.mock().blocking_transport(), config)
    }

    /// How often each seat was claimed, by the mock's own record.
    pub(super) fn claimed(&self) -> HashMap<SeatId, usize> {
        let mut claimed = HashMap::new();
        for event in self.server.mock().events() {
            if event.kind == "customer_seat.claimed" {
                *claimed.entry(event.data.id).or_default() += 1;
            }
        }
        claimed
    }
}
