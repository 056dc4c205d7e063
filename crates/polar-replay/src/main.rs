//! Replays recorded exchanges, and prints those that are wrong.

use std::{collections::BTreeMap, process::ExitCode};

use polar_replay::{Verdict, read, replay};

const USAGE: &str = "\
Replays recorded exchanges of Polar's API through both clients, and prints those that are wrong.

Usage: cargo run -p polar-replay -- PATH...

A path is a file, or a folder of files: each a JSON array of exchanges, or one exchange.";

fn main() -> ExitCode {
    let paths: Vec<String> = std::env::args().skip(1).collect();
    if paths.is_empty() || paths.iter().any(|path| path.starts_with('-')) {
        eprintln!("{USAGE}");
        return ExitCode::FAILURE;
    }
    let recordings = match read(&paths) {
        Ok(recordings) => recordings,
        Err(error) => {
            eprintln!("error: {error}");
            return ExitCode::FAILURE;
        }
    };
    let (mut right, mut wrong) = (0, 0);
    let mut impossible: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for recording in &recordings {
        let id = recording.operation_id.as_deref().unwrap_or_default();
        let name = format!(
            "{id} \"{}\" ({} {} -> {})",
            recording.name,
            recording.request.method,
            recording.request.path,
            recording.response.status
        );
        match replay(recording) {
            Verdict::Right => right += 1,
            Verdict::Impossible(why) => {
                let why: Vec<String> = why.iter().map(ToString::to_string).collect();
                impossible.entry(why.join(", ")).or_default().push(name);
            }
            Verdict::Wrong(problems) => {
                wrong += 1;
                println!("{name}");
                for problem in problems {
                    println!("    {problem}");
                }
            }
        }
    }
    let total = recordings.len();
    let cannot: usize = impossible.values().map(Vec::len).sum();
    for (reason, names) in &impossible {
        println!("{} cannot be built: {reason}", names.len());
        for name in names {
            println!("    {name}");
        }
    }
    println!("{right} of {total} exchanges right, {cannot} cannot be built");
    if wrong == 0 && total > 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
