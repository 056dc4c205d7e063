//! Claims over a loopback connection, each transport beside its baseline: how many a second, and what
//! the processors spend on one.
//!
//! `cargo bench -p polar-bench --bench end_to_end [-- ROUNDS]`
//!
//! Rounds are interleaved, and the figures are medians of the ratios of each round: a machine that
//! has other work to do is unjust to both alike. They are told, not held to a budget, for that very
//! reason.

use polar_bench::{
    Failure, median,
    wire::{Client, Server},
};

fn main() -> Result<(), Failure> {
    let rounds = std::env::args().find_map(|argument| argument.parse().ok());
    let rounds = rounds.unwrap_or(9);
    println!(
        "{:>10} {:>8} {:>8}  of the baseline, {rounds} rounds",
        "at a time", "calls/s", "CPU"
    );
    for server in [Server::start(SERVER)?, Server::start_tls(SERVER)?] {
        for pair in Client::PAIRS {
            for at_a_time in [1, 16, 64, 256] {
                let mut ratios = [Vec::new(), Vec::new()];
                for round in 0..rounds {
                    let [calls, spent] = compare(pair, &server, at_a_time, round)?;
                    ratios[0].push(calls);
                    ratios[1].push(spent);
                }
                let [calls, spent] = ratios.map(median);
                let [ours, by_hand] = pair.map(Client::name);
                let scheme = server.scheme();
                println!("{at_a_time:>10} {calls:>8.2} {spent:>8.2}  {scheme}: {ours} / {by_hand}");
            }
        }
    }
    Ok(())
}

/// One round: calls a second, and what one costs.
fn compare(
    pair: [Client; 2],
    server: &Server,
    at_a_time: u32,
    round: u32,
) -> Result<[f64; 2], Failure> {
    let [ours, by_hand] = pair;
    // Whoever is first must not be so always.
    let ([elapsed, spent], [elapsed_by_hand, spent_by_hand]) = if round.is_multiple_of(2) {
        (
            run(ours, server, at_a_time)?,
            run(by_hand, server, at_a_time)?,
        )
    } else {
        let second = run(by_hand, server, at_a_time)?;
        (run(ours, server, at_a_time)?, second)
    };
    Ok([elapsed_by_hand / elapsed, spent / spent_by_hand])
}

/// The seconds that a run took, and those that its processors spent.
fn run(client: Client, server: &Server, at_a_time: u32) -> Result<[f64; 2], Failure> {
    let claims = if at_a_time == 1 { 2_000 } else { 8_000 };
    let output = server
        .client(env!("CARGO_BIN_EXE_claims"))
        .args([client.name(), server.base()])
        .args([at_a_time, claims].map(|number| number.to_string()))
        .output()?;
    let told = String::from_utf8(output.stdout)?;
    let mut told = told.split_whitespace().map(str::parse);
    match (told.next(), told.next()) {
        (Some(elapsed), Some(spent)) => Ok([elapsed?, spent?]),
        _ => Err(String::from_utf8_lossy(&output.stderr).into()),
    }
}

const SERVER: &str = env!("CARGO_BIN_EXE_server");
