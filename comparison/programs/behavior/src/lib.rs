//! Prints the result of each call as one line: the call, a tab, and `value` or the error.

use std::fmt::Display;

/// The id in every request; the server responds to any.
pub const ID: &str = "6f4922f4-5568-461a-8cdf-4ad2299f6d23";

/// Prints the result of a call.
pub fn print<T, E: Display>(call: &str, result: Result<T, E>) {
    match result {
        Ok(_) => println!("{call}\tvalue"),
        Err(error) => println!("{call}\t{}", error.to_string().replace(['\n', '\t'], " ")),
    }
}

/// Returns the base URL, which is the only argument.
///
/// # Panics
///
/// Without an argument.
#[must_use]
pub fn base_url() -> String {
    std::env::args().nth(1).expect("expected a base URL")
}
