use std::sync::{Mutex, Once, PoisonError};

use log::{LevelFilter, Log, Metadata, Record};

use super::secrets::SECRETS;

/// Has everything searched that is logged from now on, by whichever crate, down to `debug`.
///
/// At `trace` ureq writes every byte it sends, as the documentation of polar-ureq says.
pub(crate) fn watch() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        log::set_logger(&LOGBOOK).unwrap();
        log::set_max_level(LevelFilter::Debug);
    });
}

/// Fails when a secret has been logged anywhere, since the program began.
#[track_caller]
pub(crate) fn assert_clean() {
    let leaks = LOGBOOK.0.lock().unwrap_or_else(PoisonError::into_inner);
    assert!(leaks.is_empty(), "secrets were logged: {leaks:?}");
}

/// Keeps the lines with a secret in them, and forgets all others.
struct Logbook(Mutex<Vec<String>>);

static LOGBOOK: Logbook = Logbook(Mutex::new(Vec::new()));

impl Log for Logbook {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &Record<'_>) {
        let line = record.args().to_string();
        if SECRETS.iter().any(|secret| line.contains(secret)) {
            let line = format!("{} {}: {line}", record.level(), record.target());
            self.0
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(line);
        }
    }

    fn flush(&self) {}
}
