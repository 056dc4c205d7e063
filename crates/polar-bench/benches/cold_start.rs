//! Measures a process from its start to the end of its first claim, compared with the same by hand.
//! This includes reading the system's certificates, and the TLS handshake.
//!
//! `cargo bench -p polar-bench --bench cold_start [-- ROUNDS]`. Checks a budget for instructions, if
//! valgrind is installed. The CPU time is only reported.

use std::process::{Command, ExitCode};

use polar_bench::{
    BoxError, Measurements, RunCost, median, valgrind,
    wire::{Client, Server},
};

fn main() -> Result<ExitCode, BoxError> {
    let rounds = std::env::args().find_map(|argument| argument.parse().ok());
    let rounds = rounds.unwrap_or(9);
    let has_valgrind = valgrind::is_available();
    if !has_valgrind {
        println!("instructions are skipped: valgrind is not installed");
    }
    let mut measurements = Measurements::default();
    println!("{:>8}  relative to the baseline, {rounds} rounds", "CPU");
    let server = Server::start_tls(HELPER)?;
    for pair in Client::PAIRS {
        let [ours, by_hand] = pair.map(|client| first_claim(&server, client));
        let names = pair.map(Client::name).join(" / ");
        let mut ratios = Vec::new();
        for _ in 0..rounds {
            let [ours, by_hand] = [
                RunCost::of(HELPER, &ours, 10)?,
                RunCost::of(HELPER, &by_hand, 10)?,
            ];
            ratios.push(ours.milliseconds / by_hand.milliseconds);
        }
        println!("{:>8.2}  {names}", median(ratios));
        if has_valgrind {
            let ours = valgrind::instructions_of_run(&ours)?;
            let by_hand = valgrind::instructions_of_run(&by_hand)?;
            measurements.check(format!("instructions: {names}"), ours / by_hand, 1.05);
        }
    }
    println!("\n{measurements}");
    Ok(measurements.exit_code())
}

/// Returns a command for a single claim: the one that opens the connection.
fn first_claim(server: &Server, client: Client) -> Command {
    let mut command = server.client(HELPER);
    command.args(["claims", client.name(), server.base(), "1", "0"]);
    command
}

const HELPER: &str = env!("CARGO_BIN_EXE_helper");
