//! Replays exchanges recorded with the real server; `.ci/exchanges` runs this.
//!
//! `POLAR_EXCHANGES` names a folder of JSON files, each an array of `{"name", "request", "response"}`.
//! For each exchange a world is built in which the recorded answer is the right one, from what
//! request and answer say; then the request is sent to it. Statuses, five headers and bodies must be
//! equal; times and tokens have the same form; ids may differ, but where one stands twice in the
//! recorded body, the same must stand twice in ours.

mod compare;
mod models;
mod recording;
mod scene;
mod stage;

use std::{env, path::Path};

use recording::{Exchange, load};

#[test]
#[ignore = "needs recorded exchanges: .ci/exchanges runs it"]
fn recorded_exchanges_are_answered_as_the_server_answered_them() {
    let folder = env::var_os("POLAR_EXCHANGES")
        .expect("POLAR_EXCHANGES must name a folder of recorded exchanges");
    let exchanges = load(Path::new(&folder));
    let models = models::learn(&exchanges);
    let mut compared = 0;
    let mut left_out = Vec::new();
    let mut differences = Vec::new();
    for exchange in &exchanges {
        let Some(answer) = scene::play(exchange, &models) else {
            left_out.push(exchange.name.as_str());
            continue;
        };
        compared += 1;
        if let Err(difference) = compare::same(exchange, &answer) {
            differences.push(format!("{}: {difference}", exchange.name));
        }
    }
    println!("compared {compared} of {} exchanges", exchanges.len());
    println!("left out: {}", left_out.join(", "));
    assert!(
        differences.is_empty(),
        "{} differ:\n{}",
        differences.len(),
        differences.join("\n")
    );
    assert!(
        compared > 0,
        "there was nothing to compare in {}",
        folder.display()
    );
}

/// The seat in an answer, be it alone or in a claim.
fn seat_of(exchange: &Exchange) -> &serde_json::Value {
    let body = &exchange.response.json;
    if body["seat"].is_object() {
        &body["seat"]
    } else {
        body
    }
}
