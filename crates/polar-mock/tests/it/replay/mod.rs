//! Replays exchanges recorded with the real server; `.ci/exchanges` runs this.
//!
//! `POLAR_EXCHANGES` names a folder of JSON files, each an array of `{"name", "request",
//! "response"}`. For each exchange, a mock is built from request and response in which the recorded
//! response is the right one; then the request is sent to it. Statuses, six headers and bodies must
//! be equal; times and tokens must have the same form; ids may differ, but the same ids must be
//! equal in both bodies.

mod compare;
mod recording;
mod seed;
mod setup;

use std::{env, path::Path};

use recording::{Exchange, load};

#[test]
#[ignore = "needs recorded exchanges: .ci/exchanges runs it"]
fn recorded_exchanges_get_the_servers_responses() {
    let folder = env::var_os("POLAR_EXCHANGES")
        .expect("POLAR_EXCHANGES must name a folder of recorded exchanges");
    let exchanges = load(Path::new(&folder));
    let models = recording::learn_models(&exchanges);
    let mut compared = 0;
    let mut left_out = Vec::new();
    let mut differences = Vec::new();
    for exchange in &exchanges {
        let Some(response) = setup::replay(exchange, &models) else {
            left_out.push(exchange.name.as_str());
            continue;
        };
        compared += 1;
        if let Err(difference) = compare::compare(exchange, &response) {
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

/// Returns the seat in a response, alone or in a claim.
fn seat_of(exchange: &Exchange) -> &serde_json::Value {
    let body = &exchange.response.json;
    if body["seat"].is_object() {
        &body["seat"]
    } else {
        body
    }
}
