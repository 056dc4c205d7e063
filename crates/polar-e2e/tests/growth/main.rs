//! The memory of a mock server does not grow. A binary of its own, so that nothing else is measured.

#![expect(clippy::unwrap_used, reason = "test helpers fail by panicking")]

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
fn memory_of_a_busy_server_does_not_grow() {
    let world = World::new(50);
    world.run_cycles(100);
    let before = ALLOCATOR.current_usage();
    world.run_cycles(300);
    let grown = ALLOCATOR.current_usage().saturating_sub(before);
    assert!(grown < 64 * 1024, "{grown} bytes more");
}

#[test]
#[ignore = "takes a minute, and measures time; see docs/contributing.md"]
fn server_handles_100000_requests_in_a_minute_with_constant_memory() {
    let world = World::new(1_000);
    world.run_cycles(2_000);
    let (before, begun) = (ALLOCATOR.current_usage(), Instant::now());
    world.run_cycles(100_000 / REQUESTS_PER_CYCLE + 1);
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
    /// Starts a server that stores this number of mails, events and sessions.
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

    /// Assigns, claims and revokes seats for 20 recurring people.
    fn run_cycles(&self, cycles: usize) {
        for number in 0..cycles {
            self.cycle(&format!("person{}@acme.com", number % 20))
                .unwrap();
            // Lets days pass, as for a server that runs for a long time.
            self.server.mock().advance(Duration::from_secs(60));
        }
    }

    fn cycle(&self, email: &str) -> Result<(), Error> {
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

const REQUESTS_PER_CYCLE: usize = 7;
