//! A server of the mock does not grow, however long it runs: a binary of its own, so that nothing
//! else is counted.

#![expect(
    clippy::unwrap_used,
    reason = "helpers of tests say what they expect by failing, too"
)]

use std::time::{Duration, Instant};

use peak_alloc::PeakAlloc;
use polar_core::{
    Config, Error,
    types::{AssignSeat, Container, Recipient, SubscriptionId},
};
use polar_mock::Mock;
use polar_mock_server::MockServer;
use polar_ureq::Client;

#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

#[test]
fn a_server_that_is_busy_does_not_grow() {
    let world = World::new(50);
    world.live(100);
    let before = ALLOCATOR.current_usage();
    world.live(300);
    let grown = ALLOCATOR.current_usage().saturating_sub(before);
    assert!(grown < 64 * 1024, "{grown} bytes more");
}

#[test]
#[ignore = "takes a minute, and measures time; see docs/contributing.md"]
fn a_hundred_thousand_requests_take_less_than_a_minute_and_leave_memory_flat() {
    let world = World::new(1_000);
    world.live(2_000);
    let (before, begun) = (ALLOCATOR.current_usage(), Instant::now());
    world.live(100_000 / REQUESTS_OF_A_LIFE + 1);
    let (took, after) = (begun.elapsed(), ALLOCATOR.current_usage());
    let grown = after.saturating_sub(before);
    println!("100,000 requests in {took:?}; {before} bytes before, {after} after");
    assert!(grown < 256 * 1024, "{grown} bytes more");
    assert!(took < Duration::from_secs(60), "{took:?}");
}

/// A server with a team, and the team's own client.
struct World {
    server: MockServer,
    team: SubscriptionId,
    client: Client,
}

impl World {
    /// Remembers so many mails, events and sessions.
    fn new(history: usize) -> Self {
        let mock = Mock::new();
        mock.limit_history(history);
        let acme = mock.organization("Acme");
        let team = acme.buyer("buyer@acme.com").subscription("Team plan", 10);
        let server = MockServer::start(mock).unwrap();
        let config = Config::new()
            .base_url(server.url().parse().unwrap())
            .access_token(acme.access_token());
        Self {
            client: polar_ureq::client(config),
            team: team.id(),
            server,
        }
    }

    /// Lets so many seats be given, claimed and taken back, by people who come again.
    fn live(&self, lives: usize) {
        for number in 0..lives {
            self.life(&format!("person{}@acme.com", number % 20))
                .unwrap();
            // Days pass, as they do for a server that runs for long.
            self.server.mock().advance(Duration::from_secs(60));
        }
    }

    fn life(&self, email: &str) -> Result<(), Error> {
        let seats = self.client.customer_seats();
        let seat = seats.assign(AssignSeat::new(self.team, Recipient::email(email)))?;
        seats.resend(seat.id)?;
        let token = self.server.mock().mail_to(email).unwrap().invitation_token;
        seats.claim_info(&token)?;
        let claimed = seats.claim(&token)?;
        let portal = self.client.customer_portal(&claimed.customer_session_token);
        portal.customer_session().user()?;
        seats.list(Container::from(self.team))?;
        seats.revoke(seat.id)?;
        Ok(())
    }
}

const REQUESTS_OF_A_LIFE: usize = 7;
