//! Many concurrent claims while connections break, compared with the events of the mock.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Instant,
};

use fastrand::Rng;
use polar_core::{
    Client, Config, Error, Outcome, blocking,
    recipes::{ClaimStatus, ClaimStatusQuery},
    types::{
        AccessToken, AssignSeat, ClaimedSeat, InvitationToken, Recipient, SeatId, SubscriptionId,
    },
};
use polar_e2e::{Caller, ConnectionFate, CutEnd, Direction, Setup, Transport, UnreliableProxy};
use polar_mock::Mock;
use polar_mock_server::MockServer;
use tokio::{runtime::Runtime, task::JoinSet};

#[test]
fn outcomes_of_200_claims_are_true_while_a_fifth_of_the_connections_break() {
    for transport in Transport::BOTH {
        for reuse in [true, false] {
            let outcomes = run(transport, reuse, 200, 16);
            let done = outcomes.get("done").copied().unwrap_or_default();
            assert!(done > 100, "{outcomes:?}");
            assert!(reuse || outcomes.contains_key("unknown"), "{outcomes:?}");
        }
    }
}

#[test]
#[ignore = "takes minutes; see docs/contributing.md"]
fn outcomes_of_10000_claims_are_true() {
    for (transport, workers) in [(Transport::Hyper, 256), (Transport::Ureq, 64)] {
        for reuse in [true, false] {
            run(transport, reuse, 10_000, workers);
        }
    }
}

/// Makes concurrent claims, and returns the number of claims for each outcome.
fn run(
    transport: Transport,
    reuse: bool,
    claims: usize,
    workers: usize,
) -> BTreeMap<&'static str, usize> {
    let world = World::new(claims);
    let way = UnreliableProxy::start(world.server.address(), fate);
    let mut setup = Setup::new(&format!("http://{}", way.address()));
    if !reuse {
        setup = setup.without_reuse();
    }
    let begun = Instant::now();
    let results = match Caller::new(transport, &setup) {
        Caller::Hyper(client, runtime) => waiting(&client, &runtime, &world, workers),
        Caller::Ureq(client) => blocking(&client, &world, workers),
    };
    let elapsed = begun.elapsed();
    assert_eq!(results.len(), claims);
    let forwarded = way.forwarded();
    drop(way);
    let outcomes = check(&world, &results, &forwarded);
    println!(
        "{claims} claims over {transport:?}, {workers} workers, connections {}: {outcomes:?} in {elapsed:?}",
        if reuse { "reused" } else { "not reused" },
    );
    outcomes
}

type Results = Vec<Result<ClaimedSeat, Error>>;

/// Cuts one connection in five at a random byte, which is the same in each run.
fn fate(number: usize) -> ConnectionFate {
    let mut random = Rng::with_seed(number as u64);
    if random.u8(0..5) > 0 {
        return ConnectionFate::Forward;
    }
    ConnectionFate::Cut {
        direction: random.choice([Direction::Up, Direction::Down]).unwrap(),
        after: random.usize(0..1500),
        end: random.choice([CutEnd::Close, CutEnd::Reset]).unwrap(),
    }
}

fn waiting(client: &Client, runtime: &Runtime, world: &World, workers: usize) -> Results {
    let next = Arc::new(AtomicUsize::new(0));
    runtime.block_on(async {
        let mut tasks = JoinSet::new();
        for _ in 0..workers {
            let (client, next) = (client.clone(), Arc::clone(&next));
            let invitations = Arc::clone(&world.invitations);
            tasks.spawn(async move {
                let mut results = Vec::new();
                while let Some((number, it)) = take(&next, &invitations) {
                    results.push((number, client.customer_seats().claim(&it.token).await));
                }
                results
            });
        }
        in_order(tasks.join_all().await)
    })
}

fn blocking(client: &blocking::Client, world: &World, workers: usize) -> Results {
    let next = AtomicUsize::new(0);
    let all = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                let mut results = Vec::new();
                while let Some((number, it)) = take(&next, &world.invitations) {
                    results.push((number, client.customer_seats().claim(&it.token)));
                }
                all.lock().unwrap().push(results);
            });
        }
    });
    in_order(all.into_inner().unwrap())
}

fn take<'a>(next: &AtomicUsize, all: &'a [Invitation]) -> Option<(usize, &'a Invitation)> {
    let number = next.fetch_add(1, Ordering::Relaxed);
    Some((number, all.get(number)?))
}

fn in_order(results: Vec<Vec<(usize, Result<ClaimedSeat, Error>)>>) -> Results {
    let mut results: Vec<_> = results.into_iter().flatten().collect();
    results.sort_by_key(|(number, _)| *number);
    results.into_iter().map(|(_, result)| result).collect()
}

/// Asserts that the results agree with the events of the mock and the forwarded bytes.
fn check(world: &World, results: &Results, forwarded: &[Vec<u8>]) -> BTreeMap<&'static str, usize> {
    let events = world.claimed();
    let arrived = arrived(forwarded);
    let mut outcomes = BTreeMap::new();
    let mut sessions = HashSet::new();
    for (it, result) in world.invitations.iter().zip(results) {
        let claimed = events.get(&it.seat_id).copied().unwrap_or(0);
        let arrivals = arrived.get(it.token.expose()).copied().unwrap_or(0);
        assert!(arrivals <= 1, "an invitation was sent {arrivals} times");
        assert!(
            claimed <= arrivals,
            "the mock has a claim that was not sent"
        );
        let outcome = match result {
            Ok(won) => {
                assert_eq!((claimed, won.seat.id), (1, it.seat_id));
                let token = won.customer_session_token.expose();
                assert!(sessions.insert(token), "a session was returned twice");
                "done"
            }
            Err(error) => match error.outcome() {
                Outcome::Refused => {
                    assert_eq!(claimed, 0, "refused, but claimed: {error:?}");
                    "refused"
                }
                Outcome::NotDone => {
                    assert_eq!(
                        (claimed, arrivals),
                        (0, 0),
                        "not done, but it arrived: {error:?}"
                    );
                    "not done"
                }
                Outcome::Unknown => {
                    // Each check lists all seats, so only a sample is checked.
                    let checked = outcomes.get("unknown");
                    if checked.is_none_or(|&checked| checked < SAMPLE) {
                        assert_claim_status(world, it, claimed == 1);
                    }
                    "unknown"
                }
                other => panic!("{other:?}"),
            },
        };
        *outcomes.entry(outcome).or_insert(0) += 1;
    }
    outcomes
}

/// Returns how often each complete invitation token was forwarded.
fn arrived(forwarded: &[Vec<u8>]) -> HashMap<String, usize> {
    let mut arrived = HashMap::new();
    for bytes in forwarded {
        let text = String::from_utf8_lossy(bytes);
        for (at, before) in text.match_indices(BEFORE) {
            let token = text[at + before.len()..].split_once('"');
            if let Some((token, _)) = token {
                *arrived.entry(token.to_owned()).or_default() += 1;
            }
        }
    }
    arrived
}

/// Asserts that `claim_status` finds out the outcome.
fn assert_claim_status(world: &World, it: &Invitation, is_claimed: bool) {
    let question = ClaimStatusQuery::new(it.token.clone()).seat(world.subscription, it.seat_id);
    match world
        .in_process()
        .customer_seats()
        .claim_status(question)
        .unwrap()
    {
        ClaimStatus::Open(_) => assert!(!is_claimed),
        ClaimStatus::Claimed(_) => assert!(is_claimed),
        other => panic!("{other:?}"),
    }
}

/// A mock with many open invitations.
struct World {
    server: MockServer,
    subscription: SubscriptionId,
    invitations: Arc<Vec<Invitation>>,
    access_token: AccessToken,
}

struct Invitation {
    seat_id: SeatId,
    token: InvitationToken,
}

impl World {
    fn new(seats: usize) -> Self {
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

    /// Returns a client without a network.
    fn in_process(&self) -> blocking::Client {
        let config = Config::new().access_token(self.access_token.clone());
        blocking::Client::new(self.server.mock().blocking_transport(), config)
    }

    /// Returns how often each seat was claimed, by the events of the mock.
    fn claimed(&self) -> HashMap<SeatId, usize> {
        let mut claimed = HashMap::new();
        for event in self.server.mock().events() {
            if event.kind == "customer_seat.claimed" {
                let seat = event.seat().unwrap();
                *claimed.entry(seat.id).or_default() += 1;
            }
        }
        claimed
    }
}

const BEFORE: &str = r#""invitation_token":""#;
const SAMPLE: usize = 50;
