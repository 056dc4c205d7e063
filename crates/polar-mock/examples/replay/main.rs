//! Sends recorded requests to a fresh mock, in order, and prints how many responses it has in common
//! with the real server: `cargo run -p polar-mock --example replay -- [-v] [--update] PATH...`.
//!
//! A file is a recorded flow: the world at its start, and then exchanges, moves of the clock, mails
//! and deliveries. A folder with `_world.json` has the exchanges of the whole API, a file per tag.
//! Ids, times and tokens are compared by their form, and an id that stood for another before must do
//! so again. A difference must be in `differences.md` with its reason. `-v` prints each difference.
#![expect(
    clippy::indexing_slicing,
    reason = "indexing JSON returns null for what is not there"
)]

mod asides;
mod compare;
mod differences;
mod player;
mod recording;

use std::{collections::BTreeMap, env, path::PathBuf, process::ExitCode};

use differences::Differences;
use player::{Outcome, Player};
use recording::Recording;

fn main() -> ExitCode {
    let (options, paths): (Vec<String>, Vec<String>) =
        env::args().skip(1).partition(|word| word.starts_with('-'));
    let has = |name: &str| options.iter().any(|option| option == name);
    if paths.is_empty() || options.iter().any(|one| one != "-v" && one != "--update") {
        eprintln!("usage: cargo run -p polar-mock --example replay -- [-v] [--update] PATH...");
        return ExitCode::from(2);
    }
    let paths: Vec<PathBuf> = paths.into_iter().map(PathBuf::from).collect();
    let read = recording::implemented()
        .and_then(|implemented| Ok((implemented, Recording::read_all(&paths)?)));
    let (implemented, recordings) = match read {
        Ok(read) => read,
        Err(error) => {
            eprintln!("{error}");
            return ExitCode::from(2);
        }
    };
    let outcomes: Vec<Outcome> = recordings
        .iter()
        .flat_map(|recording| Player::new(recording).run(&implemented))
        .collect();
    if has("-v") {
        for Outcome {
            entry,
            subject,
            result,
            ..
        } in &outcomes
        {
            if let Some(Err(difference)) = result {
                println!(
                    "{entry} {subject}: {}: {}",
                    difference.place, difference.what
                );
            }
        }
    }
    print("operation or event", &outcomes, |outcome| &outcome.subject);
    print("flow or tag", &outcomes, |outcome| &outcome.group);

    let differences = Differences::read();
    if has("--update") {
        if let Err(error) = differences.update(&outcomes) {
            eprintln!("{error}");
            return ExitCode::from(2);
        }
        return ExitCode::SUCCESS;
    }
    let wrong = differences.check(&outcomes);
    for line in &wrong {
        println!("{line}");
    }
    println!(
        "{} differences that are not in the table, or rows too many",
        wrong.len()
    );
    if wrong.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// Prints how many responses are right, of those of operations that the mock carries out.
fn print<'a>(what: &str, outcomes: &'a [Outcome], group: impl Fn(&'a Outcome) -> &'a String) {
    let mut counts: BTreeMap<&str, [usize; 3]> = BTreeMap::new();
    for outcome in outcomes {
        for name in [group(outcome).as_str(), "~"] {
            let count = counts.entry(name).or_default();
            match &outcome.result {
                Some(result) => {
                    count[0] += usize::from(result.is_ok());
                    count[1] += 1;
                }
                None => count[2] += 1,
            }
        }
    }
    println!("\n right     of    %    501  {what}");
    for (name, [right, of, missing]) in counts {
        let percent = (100 * right).checked_div(of);
        let percent = percent.map_or("-".to_owned(), |percent| percent.to_string());
        let name = if name == "~" { "all" } else { name };
        println!("{right:>6} {of:>6} {percent:>4} {missing:>6}  {name}");
    }
}
