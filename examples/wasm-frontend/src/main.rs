//! Runs the two functions of the front end as a program, without a browser.
//!
//! ```sh
//! cargo run -p example-wasm-frontend
//! ```

use std::{error::Error, process::ExitCode, time::SystemTime};

use example_wasm_frontend::{invitation, lines};
use polar_types::{SeatsList, SubscriptionId};

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Box<dyn Error>> {
    println!("The list from our server:");
    for line in lines(LIST, SystemTime::now().into())? {
        println!("  {line}");
    }

    println!("\nThe form, validated:");
    let list: SeatsList = serde_json::from_str(LIST)?;
    let subscription: SubscriptionId = "4663fc95-f630-47e4-8260-a644811e7711".parse()?;
    let long = "Café ".repeat(120);
    for (email, note) in [
        ("zoe", ""),
        ("Ann@acme.com", ""),
        ("zoe@acme.com", long.as_str()),
        ("zoe@acme.com", "desk 4"),
    ] {
        match invitation(subscription, email, note, &list) {
            Err(problem) => println!("  {email}: {problem}"),
            Ok(request) => println!("  {email}: {}", serde_json::to_string(&request)?),
        }
    }
    Ok(())
}

const LIST: &str = r#"{"available_seats": 1, "total_seats": 3, "seats": [
    {"id": "dcb2c1b9-2f64-4c8c-90e6-d261c78b3eb1", "status": "claimed", "email": "ann@acme.com"},
    {"id": "dcb2c1b9-2f64-4c8c-90e6-d261c78b3eb2", "status": "pending", "email": "bob@acme.com",
     "invitation_token_expires_at": "2026-01-02T03:04:05Z"}]}"#;
