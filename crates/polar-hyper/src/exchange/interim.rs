use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering::Relaxed},
};

use http::Request;
use tokio::sync::Notify;

/// Counts the interim (1xx) answers to one request. hyper skips them, however many there are.
#[derive(Debug, Default)]
pub(super) struct Interim {
    seen: AtomicUsize,
    flood: Notify,
}

impl Interim {
    pub(super) fn count<B>(request: &mut Request<B>) -> Arc<Self> {
        let interim = Arc::new(Self::default());
        let counter = Arc::clone(&interim);
        hyper::ext::on_informational(request, move |_| counter.add());
        interim
    }

    /// Whether more have come than a client must put up with.
    pub(super) fn are_too_many(&self) -> bool {
        self.seen.load(Relaxed) > MOST
    }

    /// Ends when they are too many.
    pub(super) async fn until_too_many(&self) {
        self.flood.notified().await;
    }

    fn add(&self) {
        if self.seen.fetch_add(1, Relaxed) == MOST {
            self.flood.notify_one();
        }
    }
}

/// The most interim answers before the one that counts.
const MOST: usize = 16;
