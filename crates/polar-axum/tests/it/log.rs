//! The log of a test.

use std::{
    io::{self, Write},
    sync::{Arc, Mutex},
};

use tracing::{Level, subscriber::DefaultGuard};

/// The log of all levels, of this thread, which also serves the routes.
pub(crate) struct CapturedLog {
    writer: Writer,
    _logging: DefaultGuard,
}

#[derive(Clone, Default)]
struct Writer(Arc<Mutex<Vec<u8>>>);

impl CapturedLog {
    pub(crate) fn start() -> Self {
        // With only one subscriber, of one thread, tracing lets another thread decide that an event is of
        // no interest.
        let _ = tracing::subscriber::set_global_default(tracing_subscriber::registry());
        let writer = Writer::default();
        let target = writer.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(Level::TRACE)
            .with_ansi(false)
            .with_writer(move || target.clone())
            .finish();
        Self {
            writer,
            _logging: tracing::subscriber::set_default(subscriber),
        }
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.writer.0.lock().unwrap().clone()).unwrap()
    }
}

impl Write for Writer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
