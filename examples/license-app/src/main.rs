//! Activates, checks and deactivates the license of this computer.
//!
//! ```sh
//! cargo run -p example-license-app
//! cargo run -p example-license-app -- activate < key.txt
//! ```
//!
//! Without arguments it runs a demo against a mock of Polar. README.md has the other commands.

mod demo;

use std::{
    env,
    error::Error,
    io::{self, Read},
    process::ExitCode,
    time::SystemTime,
};

use example_license_app::{App, License, LicenseError, LicenseFile};
use polar_ureq::types::Secret;

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let result = match arguments.as_slice() {
        [] => demo::run(),
        ["activate"] => activate(),
        ["status"] => status(),
        ["deactivate"] => deactivate(),
        _ => Err("expected activate, status, deactivate or nothing".into()),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            if let Some(cause) = error.source() {
                eprintln!("cause: {cause}");
            }
            if let Some(error) = error.downcast_ref::<LicenseError>() {
                eprintln!("help: {}", error.help());
            }
            ExitCode::FAILURE
        }
    }
}

fn activate() -> Result<(), Box<dyn Error>> {
    let mut key = String::new();
    io::stdin().take(1024).read_to_string(&mut key)?;
    let key = Secret::from(key.trim());
    let license = app()?.activate(&key, &label(), SystemTime::now())?;
    println!("{}", describe(license));
    Ok(())
}

fn status() -> Result<(), Box<dyn Error>> {
    println!("{}", describe(app()?.validate(SystemTime::now())?));
    Ok(())
}

fn deactivate() -> Result<(), Box<dyn Error>> {
    app()?.deactivate()?;
    println!("This computer is no longer activated.");
    Ok(())
}

/// In your program these ids are constants.
fn app() -> Result<App, Box<dyn Error>> {
    let mut config = App::client_config();
    if let Ok(url) = env::var("POLAR_BASE_URL") {
        config = config.base_url(url.parse()?);
    }
    let file = match env::var_os("LICENSE_FILE") {
        Some(file) => file.into(),
        None => env::home_dir()
            .ok_or("no home directory: set LICENSE_FILE")?
            .join(".license-app.json"),
    };
    Ok(App {
        polar: polar_ureq::client(config),
        organization: variable("POLAR_ORGANIZATION")?.parse()?,
        benefit: variable("POLAR_BENEFIT")?.parse()?,
        file: LicenseFile::new(file),
    })
}

fn variable(name: &str) -> Result<String, String> {
    env::var(name).map_err(|_| format!("set {name}, as README.md says"))
}

/// The name of the computer, by which customers recognize the activation in the portal.
fn label() -> String {
    let name = env::var("COMPUTERNAME").or_else(|_| env::var("HOSTNAME"));
    name.unwrap_or_else(|_| "a computer".to_owned())
}

fn describe(license: License) -> String {
    match license {
        License::Confirmed => "The license is valid.".to_owned(),
        License::Offline { until } => {
            let left = until.duration_since(SystemTime::now()).unwrap_or_default();
            let days = left.as_secs() / (24 * 60 * 60);
            format!("Polar could not be reached. The license is valid for {days} more days.")
        }
    }
}
