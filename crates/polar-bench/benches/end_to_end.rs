//! Measures claims over loopback connections, each transport compared with its baseline: claims per
//! second, and CPU time per claim.
//!
//! `cargo bench -p polar-bench --bench end_to_end [-- ROUNDS]`
//!
//! Rounds are interleaved, and the results are medians of the ratios of each round, so that other load
//! on the machine affects both alike. There is no budget, because the results still vary.

use polar_bench::{
    BoxError, median,
    wire::{Client, Server},
};

fn main() -> Result<(), BoxError> {
    let rounds = std::env::args().find_map(|argument| argument.parse().ok());
    let rounds = rounds.unwrap_or(9);
    println!(
        "{:>11} {:>8} {:>8}  relative to the baseline, {rounds} rounds",
        "concurrency", "calls/s", "CPU"
    );
    for server in [Server::start(HELPER)?, Server::start_tls(HELPER)?] {
        for pair in Client::PAIRS {
            for concurrency in [1, 16, 64, 256] {
                let mut ratios = [Vec::new(), Vec::new()];
                for round in 0..rounds {
                    let [calls, cpu_time] = compare(pair, &server, concurrency, round)?;
                    ratios[0].push(calls);
                    ratios[1].push(cpu_time);
                }
                let [calls, cpu_time] = ratios.map(median);
                let [ours, by_hand] = pair.map(Client::name);
                let scheme = server.scheme();
                println!(
                    "{concurrency:>11} {calls:>8.2} {cpu_time:>8.2}  {scheme}: {ours} / {by_hand}"
                );
            }
        }
    }
    Ok(())
}

/// Runs one round, and returns the ratios of claims per second and CPU time.
fn compare(
    pair: [Client; 2],
    server: &Server,
    concurrency: u32,
    round: u32,
) -> Result<[f64; 2], BoxError> {
    let [ours, by_hand] = pair;
    // The order alternates.
    let ([elapsed, cpu_time], [elapsed_by_hand, cpu_time_by_hand]) = if round.is_multiple_of(2) {
        (
            run(ours, server, concurrency)?,
            run(by_hand, server, concurrency)?,
        )
    } else {
        let second = run(by_hand, server, concurrency)?;
        (run(ours, server, concurrency)?, second)
    };
    Ok([elapsed_by_hand / elapsed, cpu_time / cpu_time_by_hand])
}

/// Returns the elapsed seconds of a run, and its seconds of CPU time.
fn run(client: Client, server: &Server, concurrency: u32) -> Result<[f64; 2], BoxError> {
    let claims = if concurrency == 1 { 2_000 } else { 8_000 };
    let output = server
        .client(HELPER)
        .args(["claims", client.name(), server.base()])
        .args([concurrency, claims].map(|number| number.to_string()))
        .output()?;
    let text = String::from_utf8(output.stdout)?;
    let mut numbers = text.split_whitespace().map(str::parse);
    match (numbers.next(), numbers.next()) {
        (Some(elapsed), Some(cpu_time)) => Ok([elapsed?, cpu_time?]),
        _ => Err(String::from_utf8_lossy(&output.stderr).into()),
    }
}

const HELPER: &str = env!("CARGO_BIN_EXE_helper");
