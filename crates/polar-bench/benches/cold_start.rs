//! From the start of a process to the end of its first claim, beside the same by hand: reading whom the
//! system trusts, and the handshake of TLS, are part of it.
//!
//! `cargo bench -p polar-bench --bench cold_start [-- ROUNDS]`. Instructions are held to a budget where
//! there is a valgrind; the processors' time is told.

use std::process::{Command, ExitCode};

use polar_bench::{
    Cost, Failure, Figures, median, valgrind,
    wire::{Client, Server},
};

fn main() -> Result<ExitCode, Failure> {
    let rounds = std::env::args().find_map(|argument| argument.parse().ok());
    let rounds = rounds.unwrap_or(9);
    let counts = valgrind::is_there();
    if !counts {
        println!("not counted: there is no valgrind here to count instructions with");
    }
    let mut figures = Figures::default();
    println!("{:>8}  of the baseline, {rounds} rounds", "CPU");
    let server = Server::start_tls(SERVER)?;
    for pair in Client::PAIRS {
        let [ours, by_hand] = pair.map(|client| first_claim(&server, client));
        let names = pair.map(Client::name).join(" / ");
        let mut ratios = Vec::new();
        for _ in 0..rounds {
            let [ours, by_hand] = [Cost::of(COST, &ours, 10)?, Cost::of(COST, &by_hand, 10)?];
            ratios.push(ours.milliseconds / by_hand.milliseconds);
        }
        println!("{:>8.2}  {names}", median(ratios));
        if counts {
            let ours = valgrind::instructions_of_run(&ours)?;
            let by_hand = valgrind::instructions_of_run(&by_hand)?;
            figures.hold_to(format!("instructions: {names}"), ours / by_hand, 1.05);
        }
    }
    println!("\n{figures}");
    Ok(figures.verdict())
}

/// The first round is one claim, and there is no other.
fn first_claim(server: &Server, client: Client) -> Command {
    let mut command = server.client(CLAIMS);
    command.args([client.name(), server.base(), "1", "0"]);
    command
}

const SERVER: &str = env!("CARGO_BIN_EXE_server");
const CLAIMS: &str = env!("CARGO_BIN_EXE_claims");
const COST: &str = env!("CARGO_BIN_EXE_cost");
