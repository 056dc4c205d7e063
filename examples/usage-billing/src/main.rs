//! Stores usage, and sends it to Polar.
//!
//! ```sh
//! cargo run -p example-usage-billing
//! cargo run -p example-usage-billing -- ingest
//! ```
//!
//! Without arguments it runs a demo against a mock of Polar. README.md has the other commands.

mod demo;

use std::{env, error::Error, process::ExitCode, time::SystemTime};

use example_usage_billing::{Run, Usage, UsageLog, run};
use polar_ureq::{Client, Config, types::AccessToken};

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let result = match arguments.as_slice() {
        [] => demo::run(),
        ["record", id, customer, units] => record(id, customer, units),
        ["ingest"] => ingest(),
        _ => Err("expected record ID CUSTOMER UNITS, ingest or nothing".into()),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn record(id: &str, customer: &str, units: &str) -> Result<(), Box<dyn Error>> {
    let usage = Usage::new(id, customer, units.parse()?, SystemTime::now());
    Ok(UsageLog::open(variable("USAGE_DB")?)?.record(&usage)?)
}

fn ingest() -> Result<(), Box<dyn Error>> {
    let mut log = UsageLog::open(variable("USAGE_DB")?)?;
    println!("{}", describe(run(&client()?, &mut log)?));
    for rejected in log.rejected()? {
        println!("{} is rejected: {}", rejected.usage.id, rejected.reason);
    }
    Ok(())
}

fn client() -> Result<Client, Box<dyn Error>> {
    let token = AccessToken::new(variable("POLAR_ACCESS_TOKEN")?)?;
    let mut config = Config::new().access_token(token);
    if let Ok(url) = env::var("POLAR_BASE_URL") {
        config = config.base_url(url.parse()?);
    }
    Ok(polar_ureq::client(config))
}

fn variable(name: &str) -> Result<String, String> {
    env::var(name).map_err(|_| format!("set {name}, as README.md says"))
}

fn describe(run: Run) -> String {
    let Run {
        inserted,
        duplicates,
        rejected,
    } = run;
    format!("inserted {inserted}, known {duplicates}, rejected {rejected}")
}
