//! Many claims at once while connections die, and what the mock has on record of each.

mod world;

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
    Client, Error, Outcome, blocking,
    recipes::{ClaimStatus, ClaimStatusQuery},
    types::ClaimedSeat,
};
use polar_e2e::{Caller, Direction, End, Fate, Setup, Transport, Unreliable};
use tokio::{runtime::Runtime, task::JoinSet};

use self::world::World;

#[test]
fn every_claim_of_many_ends_as_the_record_says_while_a_fifth_of_the_connections_die() {
    for transport in Transport::BOTH {
        for keeps in [true, false] {
            let ends = run(transport, keeps, 200, 16);
            assert!(ends.get("done").is_some_and(|&done| done > 100), "{ends:?}");
            assert!(keeps || ends.contains_key("unknown"), "{ends:?}");
        }
    }
}

#[test]
#[ignore = "takes minutes; see docs/contributing.md"]
fn every_claim_of_ten_thousand_ends_as_the_record_says() {
    for (transport, workers) in [(Transport::Hyper, 256), (Transport::Ureq, 64)] {
        for keeps in [true, false] {
            run(transport, keeps, 10_000, workers);
        }
    }
}

/// Claims that many seats, with so many workers at once; how many ended in which way.
fn run(
    transport: Transport,
    keeps: bool,
    claims: usize,
    workers: usize,
) -> BTreeMap<&'static str, usize> {
    let world = World::new(claims);
    let way = Unreliable::before(world.server.address(), fate);
    let mut setup = Setup::new(&format!("http://{}", way.address()));
    if !keeps {
        setup = setup.without_keeping();
    }
    let begun = Instant::now();
    let results = match Caller::new(transport, &setup) {
        Caller::Hyper(client, runtime) => waiting(&client, &runtime, &world, workers),
        Caller::Ureq(client) => blocking(&client, &world, workers),
    };
    let elapsed = begun.elapsed();
    assert_eq!(results.len(), claims);
    let passed = way.passed();
    drop(way);
    let ends = agree(&world, &results, &passed);
    println!(
        "{claims} claims over {transport:?}, {workers} at once, connections {}: {ends:?} in {elapsed:?}",
        if keeps { "kept" } else { "not kept" },
    );
    ends
}

type Results = Vec<Result<ClaimedSeat, Error>>;

/// One connection in five dies at a random byte, the same in each run.
fn fate(number: usize) -> Fate {
    let mut random = Rng::with_seed(number as u64);
    if random.u8(0..5) > 0 {
        return Fate::Sound;
    }
    Fate::Cut {
        direction: random.choice([Direction::Up, Direction::Down]).unwrap(),
        after: random.usize(0..1500),
        end: random.choice([End::Close, End::Reset]).unwrap(),
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

fn take<'a>(
    next: &AtomicUsize,
    all: &'a [world::Invitation],
) -> Option<(usize, &'a world::Invitation)> {
    let number = next.fetch_add(1, Ordering::Relaxed);
    Some((number, all.get(number)?))
}

fn in_order(results: Vec<Vec<(usize, Result<ClaimedSeat, Error>)>>) -> Results {
    let mut results: Vec<_> = results.into_iter().flatten().collect();
    results.sort_by_key(|(number, _)| *number);
    results.into_iter().map(|(_, result)| result).collect()
}

/// What each caller was told agrees with the mock's own record, and with the bytes on the way.
fn agree(world: &World, results: &Results, passed: &[Vec<u8>]) -> BTreeMap<&'static str, usize> {
    let record = world.claimed();
    let arrived = arrived(passed);
    let mut ends = BTreeMap::new();
    let mut sessions = HashSet::new();
    for (it, result) in world.invitations.iter().zip(results) {
        let claimed = record.get(&it.seat_id).copied().unwrap_or(0);
        let arrivals = arrived.get(it.token.expose()).copied().unwrap_or(0);
        assert!(arrivals <= 1, "an invitation was sent {arrivals} times");
        assert!(
            claimed <= arrivals,
            "a claim is on record that was never sent"
        );
        let end = match result {
            Ok(won) => {
                assert_eq!((claimed, won.seat.id), (1, it.seat_id));
                let token = won.customer_session_token.expose();
                assert!(sessions.insert(token), "a session was handed out twice");
                "done"
            }
            Err(error) => match error.outcome() {
                Outcome::Refused => {
                    assert_eq!(claimed, 0, "refused, and on record: {error:?}");
                    "refused"
                }
                Outcome::NotDone => {
                    assert_eq!(
                        (claimed, arrivals),
                        (0, 0),
                        "not done, and it was: {error:?}"
                    );
                    "not done"
                }
                Outcome::Unknown => {
                    // Each asks for the list of all seats, so a sample has to do.
                    if ends.get("unknown").is_none_or(|&settled| settled < SAMPLE) {
                        assert_settled(world, it, claimed == 1);
                    }
                    "unknown"
                }
                other => panic!("{other:?}"),
            },
        };
        *ends.entry(end).or_insert(0) += 1;
    }
    ends
}

/// How often each invitation was passed on, whole.
fn arrived(passed: &[Vec<u8>]) -> HashMap<String, usize> {
    let mut arrived = HashMap::new();
    for bytes in passed {
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

/// The recipe for an unknown outcome finds out what is on record.
fn assert_settled(world: &World, it: &world::Invitation, is_claimed: bool) {
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

const BEFORE: &str = r#""invitation_token":""#;
const SAMPLE: usize = 50;
