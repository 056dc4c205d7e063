use std::{error::Error, fmt, sync::Arc};

use polar_mock::Delivery;

/// One attempt to deliver an event failed.
#[derive(Debug, Clone)]
pub struct DeliveryFailure {
    event: &'static str,
    url: String,
    attempt: u32,
    source: Arc<dyn Error + Send + Sync>,
}

impl DeliveryFailure {
    pub(super) fn new(
        delivery: &Delivery,
        attempt: u32,
        source: Box<dyn Error + Send + Sync>,
    ) -> Self {
        Self {
            event: delivery.event.kind,
            url: shown(&delivery.url).to_owned(),
            attempt,
            source: source.into(),
        }
    }

    /// Which attempt it was, counted from 1.
    #[must_use]
    pub const fn attempt(&self) -> u32 {
        self.attempt
    }
}

impl fmt::Display for DeliveryFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "webhook {} was not delivered to {} (attempt {}): {}",
            self.event, self.url, self.attempt, self.source
        )
    }
}

impl Error for DeliveryFailure {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&*self.source)
    }
}

/// What can be shown of an endpoint's URL: a query may hold a token.
pub(super) fn shown(url: &str) -> &str {
    url.split('?').next().unwrap_or_default()
}
