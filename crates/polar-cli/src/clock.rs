use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Instant, SystemTime},
};

use http::{HeaderMap, header};

/// The time as Polar's answers tell it; the machine's until one has come.
///
/// Invitations and sessions end by Polar's clock. The machine's may be wrong, and that of an offline
/// Polar may have been moved.
#[derive(Debug, Clone, Default)]
pub(crate) struct Clock(Arc<Mutex<Option<Heard>>>);

#[derive(Debug, Clone, Copy)]
struct Heard {
    date: SystemTime,
    at: Instant,
}

impl Clock {
    /// The time now.
    pub(crate) fn now(&self) -> SystemTime {
        let heard = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        heard
            .and_then(|Heard { date, at }| date.checked_add(at.elapsed()))
            .unwrap_or_else(SystemTime::now)
    }

    /// Takes the date of an answer, if it has one.
    pub(super) fn hear(&self, headers: &HeaderMap) {
        if let Some(date) = date(headers) {
            let heard = Heard {
                date,
                at: Instant::now(),
            };
            *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(heard);
        }
    }
}

/// When an answer was made, in whole seconds.
pub(crate) fn date(headers: &HeaderMap) -> Option<SystemTime> {
    httpdate::parse_http_date(headers.get(header::DATE)?.to_str().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn the_last_date_that_was_heard_goes_on_from_there() {
        let clock = Clock::default();
        let near = |time: SystemTime| {
            let now = clock.now();
            now >= time && now.duration_since(time).unwrap() < Duration::from_secs(60)
        };
        assert!(near(SystemTime::now() - Duration::from_secs(1)));

        let mut headers = HeaderMap::new();
        headers.insert(
            header::DATE,
            "Wed, 01 Jul 2026 12:00:00 GMT".parse().unwrap(),
        );
        let told = date(&headers).unwrap();
        clock.hear(&headers);
        assert!(near(told));
        // An answer without a date, or with none that can be read, changes nothing.
        headers.insert(header::DATE, "yesterday".parse().unwrap());
        clock.hear(&headers);
        clock.hear(&HeaderMap::new());
        assert!(near(told));
    }
}
