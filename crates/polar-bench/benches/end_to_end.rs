//! Claims over a loopback connection, each transport beside its baseline: how many a second, and what
//! the processors spend on one.
//!
//! `cargo bench -p polar-bench --bench end_to_end [-- ROUNDS]`
//!
//! Rounds are interleaved, and the figures are medians of the ratios of each round: a machine that
//! has other work to do is unjust to both alike. They are told, not held to a budget, for that very
//! reason.

use std::process::Command;

use polar_bench::{
    Failure,
    wire::{Client, Server},
};

fn main() -> Result<(), Failure> {
    let rounds = std::env::args()
        .find_map(|argument| argument.parse().ok())
        .unwrap_or(9);
    let server = Server::start(env!("CARGO_BIN_EXE_server"))?;
    println!(
        "{:>10} {:>10} {:>10}  over the baseline, {rounds} rounds",
        "at a time", "calls/s", "CPU"
    );
    for [ours, by_hand] in Client::PAIRS {
        for at_a_time in [1, 16, 64, 256] {
            let mut ratios = [Vec::new(), Vec::new()];
            for round in 0..rounds {
                // Whoever is first must not be so always.
                let (first, second) = if round % 2 == 0 {
                    (ours, by_hand)
                } else {
                    (by_hand, ours)
                };
                let mut runs =
                    [first, second].map(|client| (client, run(client, &server, at_a_time)));
                runs.sort_by_key(|(client, _)| *client != ours);
                let [(_, ours), (_, by_hand)] = runs;
                let ([elapsed, spent], [elapsed_by_hand, spent_by_hand]) = (ours?, by_hand?);
                ratios[0].push(elapsed_by_hand / elapsed);
                ratios[1].push(spent / spent_by_hand);
            }
            let [calls, cpu] = ratios.map(median);
            println!(
                "{at_a_time:>10} {calls:>10.2} {cpu:>10.2}  {} / {}",
                ours.name(),
                by_hand.name()
            );
        }
    }
    Ok(())
}

/// The seconds that a run took, and those that its processors spent.
fn run(client: Client, server: &Server, at_a_time: u32) -> Result<[f64; 2], Failure> {
    let claims = if at_a_time == 1 { 2_000 } else { 8_000 };
    let output = Command::new(env!("CARGO_BIN_EXE_claims"))
        .args([
            client.name(),
            server.base(),
            &at_a_time.to_string(),
            &claims.to_string(),
        ])
        .output()?;
    let told = String::from_utf8(output.stdout)?;
    match told
        .split_whitespace()
        .map(str::parse)
        .collect::<Result<Vec<f64>, _>>()?[..]
    {
        [elapsed, spent] => Ok([elapsed, spent]),
        _ => Err(String::from_utf8_lossy(&output.stderr).into()),
    }
}

fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or(f64::NAN)
}
