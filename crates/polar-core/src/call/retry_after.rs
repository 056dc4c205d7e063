use std::time::{Duration, SystemTime};

use http::{HeaderMap, header};

/// Returns the wait in the `Retry-After` header.
///
/// The value is whole seconds or an HTTP date. A date is compared with the `Date` of the response,
/// so that a wrong local clock does not matter, or with `wall` if there is none. An invalid value
/// (negative, fractional, unreadable) is ignored. The result is at most a hundred years.
pub(crate) fn retry_after(headers: &HeaderMap, wall: SystemTime) -> Option<Duration> {
    let text = headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim();
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        // Parsing fails only if there are too many digits.
        return Some(Duration::from_secs(
            text.parse().unwrap_or(MAX_SECONDS).min(MAX_SECONDS),
        ));
    }
    let until = httpdate::parse_http_date(text).ok()?;
    let now = date(headers).unwrap_or(wall);
    Some(
        until
            .duration_since(now)
            .unwrap_or_default()
            .min(Duration::from_secs(MAX_SECONDS)),
    )
}

fn date(headers: &HeaderMap) -> Option<SystemTime> {
    httpdate::parse_http_date(headers.get(header::DATE)?.to_str().ok()?).ok()
}

/// A hundred years: longer than any deadline, and small enough to add to a clock.
const MAX_SECONDS: u64 = 100 * 365 * 24 * 60 * 60;

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
    fn seconds_are_returned_unchanged() {
        assert_eq!(read("60", None), Some(60));
        assert_eq!(read(" 0 ", None), Some(0));
    }

    #[test]
    fn large_numbers_are_capped() {
        assert_eq!(read("99999999999999999999999", None), Some(MAX_SECONDS));
    }

    #[test]
    fn invalid_values_are_ignored() {
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
    fn dates_are_compared_with_the_date_of_the_response() {
        let until = "Sun, 06 Nov 1994 08:49:37 GMT";
        assert_eq!(read(until, Some("Sun, 06 Nov 1994 08:49:07 GMT")), Some(30));
        assert_eq!(read(until, Some("Sun, 06 Nov 1994 09:00:00 GMT")), Some(0));
        assert_eq!(read(until, None), Some(7));
    }
}
