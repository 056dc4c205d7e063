use std::time::Instant;

use time::OffsetDateTime;

/// The clock below a mock's advances.
#[derive(Debug)]
pub(super) struct Clock {
    /// Where time stands; `None` when it runs with the machine's.
    standing: Option<OffsetDateTime>,
    started: Instant,
}

impl Clock {
    pub(super) fn machine() -> Self {
        Self {
            standing: None,
            started: Instant::now(),
        }
    }

    pub(super) fn standing(now: OffsetDateTime) -> Self {
        Self {
            standing: Some(now),
            started: Instant::now(),
        }
    }

    pub(super) fn time(&self) -> OffsetDateTime {
        self.standing.unwrap_or_else(OffsetDateTime::now_utc)
    }

    pub(super) fn instant(&self) -> Instant {
        match self.standing {
            Some(_) => self.started,
            None => Instant::now(),
        }
    }
}
