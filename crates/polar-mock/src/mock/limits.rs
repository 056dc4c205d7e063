use super::Mock;
use crate::RateLimits;

impl Mock {
    /// Holds Polar's rate limits from now on, or none. The mock's clock ends their windows.
    pub fn limit_rates(&self, limits: impl Into<Option<RateLimits>>) {
        self.polar().world.rates.set(limits.into());
    }

    /// Keeps so many of the newest mails, of the newest events, and of the sessions that claims
    /// opened last; 10,000 of each unless set. Older ones are forgotten, and a forgotten session is
    /// one that has ended. People, sales and seats are never forgotten.
    pub fn limit_history(&self, newest: usize) {
        self.polar().world.limit_history(newest);
    }
}
