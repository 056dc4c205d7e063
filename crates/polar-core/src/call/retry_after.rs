use std::time::{Duration, SystemTime};

use http::{HeaderMap, header};

/// The wait that a `Retry-After` header asks for.
///
/// Whole seconds, or an HTTP date, which is measured against the answer's own `Date` so that a
/// wrong local clock does not matter; without one, against `wall`. Anything else (negative,
/// fractional, unreadable) is as if absent; too large a number saturates.
pub(crate) fn retry_after(headers: &HeaderMap, wall: SystemTime) -> Option<Duration> {
    let text = headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim();
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        // Only too many digits can fail here.
        return Some(Duration::from_secs(text.parse().unwrap_or(MOST).min(MOST)));
    }
    let until = httpdate::parse_http_date(text).ok()?;
    let now = date(headers).unwrap_or(wall);
    Some(
        until
            .duration_since(now)
            .unwrap_or_default()
            .min(Duration::from_secs(MOST)),
    )
}

fn date(headers: &HeaderMap) -> Option<SystemTime> {
    httpdate::parse_http_date(headers.get(header::DATE)?.to_str().ok()?).ok()
}

/// A hundred years, in seconds: far beyond any deadline, and small enough to add to a clock.
const MOST: u64 = 100 * 365 * 24 * 60 * 60;

#[cfg(test)]
mod tests {
    use super::*;

    fn read(value: &str, date: Option<&str>) -> Option<u64> {
        let mut headers = HeaderMap::new();
        headers.insert(header::RETRY_AFTER, value.parse().unwrap());
        if let Some(date) = date {
            headers.insert(header::DATE, date.parse().unwrap());
        }
        retry_after(&headers, clock()).map(|wait| wait.as_secs())
    }

    fn clock() -> SystemTime {
        httpdate::parse_http_date("Sun, 06 Nov 1994 08:49:30 GMT").unwrap()
    }

    #[test]
    fn whole_seconds_are_taken_as_they_are() {
        assert_eq!(read("60", None), Some(60));
        assert_eq!(read(" 0 ", None), Some(0));
    }

    #[test]
    fn too_large_a_number_saturates() {
        assert_eq!(read("99999999999999999999999", None), Some(MOST));
    }

    #[test]
    fn what_cannot_be_read_is_as_if_absent() {
        for value in ["-1", "1.5", "soon", "", "+3", "1e3", "٣"] {
            let mut headers = HeaderMap::new();
            headers.insert(
                header::RETRY_AFTER,
                http::HeaderValue::from_bytes(value.as_bytes()).unwrap(),
            );
            assert_eq!(retry_after(&headers, clock()), None, "{value:?}");
        }
    }

    #[test]
    fn a_date_is_measured_against_the_answers_own_date() {
        let until = "Sun, 06 Nov 1994 08:49:37 GMT";
        assert_eq!(read(until, Some("Sun, 06 Nov 1994 08:49:07 GMT")), Some(30));
        assert_eq!(read(until, Some("Sun, 06 Nov 1994 09:00:00 GMT")), Some(0));
        assert_eq!(read(until, None), Some(7));
    }
}
