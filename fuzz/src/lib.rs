//! What each fuzz target asserts, as plain functions: libFuzzer calls them, and so do the tests that
//! replay the seeds on any Rust.

mod answers;
mod machine;
mod requests;
mod webhooks;

pub use answers::{claim_info, claimed_seat, error_body, seat, seats_list, webhook_event};
pub use machine::{call_machine, retry_after};
pub use requests::{assign_seat, metadata, target};
pub use webhooks::webhook_verify;

/// A target: its name, which is also that of its folder of seeds, and what it asserts.
pub type Target = (&'static str, fn(&[u8]));

/// Every target.
pub const TARGETS: &[Target] = &[
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

/// Makes the program of one target: libFuzzer's when it is built for that, and otherwise one that
/// replays the files it is given.
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
