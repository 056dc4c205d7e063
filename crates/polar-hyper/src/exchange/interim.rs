use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering::Relaxed},
};

use http::Request;

use super::Gate;

/// Counts the interim (1xx) answers to one request. hyper skips them, however many there are.
#[derive(Debug)]
pub(super) struct Interim {
    seen: AtomicUsize,
    gate: Arc<Gate>,
}

impl Interim {
    /// Begins to count. More than there may be shut the gate: a task that goes on reading a flood
    /// would leave no time to anybody else on its thread.
    pub(super) fn count<B>(request: &mut Request<B>, gate: &Arc<Gate>) -> Arc<Self> {
        let interim = Arc::new(Self {
            seen: AtomicUsize::new(0),
            gate: Arc::clone(gate),
        });
        let counter = Arc::clone(&interim);
        hyper::ext::on_informational(request, move |_| counter.add());
        interim
    }

    /// Whether more have come than a client must put up with.
    pub(super) fn are_too_many(&self) -> bool {
        self.seen.load(Relaxed) > MOST
    }

    fn add(&self) {
        if self.seen.fetch_add(1, Relaxed) >= MOST {
            self.gate.shut();
        }
    }
}

/// The most interim answers before the one that counts.
const MOST: usize = 16;
