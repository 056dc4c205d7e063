use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use hyper::Request;
use tokio::sync::Notify;

/// Counts the interim (1xx) answers, which hyper skips however many there are.
#[derive(Debug, Default)]
pub(crate) struct Interim {
    seen: AtomicUsize,
    flood: Notify,
}

impl Interim {
    pub(crate) fn of<B>(request: &mut Request<B>) -> Arc<Self> {
        let interim = Arc::<Self>::default();
        let counter = Arc::clone(&interim);
        hyper::ext::on_informational(request, move |_| {
            if counter.seen.fetch_add(1, Ordering::Relaxed) == MOST {
                counter.flood.notify_one();
            }
        });
        interim
    }

    pub(crate) fn are_too_many(&self) -> bool {
        self.seen.load(Ordering::Relaxed) > MOST
    }

    pub(crate) async fn until_too_many(&self) {
        self.flood.notified().await;
    }
}

const MOST: usize = 16;
