//! The fuzz targets as plain functions. They are called by libFuzzer, and by the tests that replay
//! the seeds with any Rust toolchain.

mod machine;
mod requests;
mod responses;
mod webhooks;
mod whole_api;

pub use machine::{call_machine, retry_after};
pub use requests::{assign_seat, metadata, target};
pub use responses::{claim_info, claimed_seat, error_body, seat, seats_list, webhook_event};
pub use webhooks::webhook_verify;
pub use whole_api::{any_event, any_response, samples};

/// A fuzz target: its name, which is also the name of its seed folder, and its function.
pub type Target = (&'static str, fn(&[u8]));

/// Every target.
pub const TARGETS: &[Target] = &[
    ("any_event", any_event),
    ("any_response", any_response),
    ("assign_seat", assign_seat),
    ("call_machine", call_machine),
    ("claim_info", claim_info),
    ("claimed_seat", claimed_seat),
    ("error_body", error_body),
    ("metadata", metadata),
    ("retry_after", retry_after),
    ("seat", seat),
    ("seats_list", seats_list),
    ("target", target),
    ("webhook_event", webhook_event),
    ("webhook_verify", webhook_verify),
];

/// Defines the program of a target: a libFuzzer program when built by cargo-fuzz, or else a program
/// that replays the files in its arguments.
#[macro_export]
macro_rules! program {
    ($target:ident) => {
        #[cfg(fuzzing)]
        libfuzzer_sys::fuzz_target!(|data: &[u8]| polar_fuzz::$target(data));

        #[cfg(not(fuzzing))]
        fn main() -> std::io::Result<()> {
            for path in std::env::args_os().skip(1) {
                polar_fuzz::$target(&std::fs::read(&path)?);
            }
            Ok(())
        }
    };
}
