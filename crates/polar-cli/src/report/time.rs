use std::time::Duration;

/// Returns a rounded duration: in seconds below two minutes, in minutes below two hours, in hours
/// below two days, otherwise in days.
pub(crate) fn length(time: Duration) -> String {
    let millis = time.as_millis();
    let nearest = |unit: u128| (millis + unit / 2) / unit;
    let (seconds, minutes, hours) = (nearest(SECOND), nearest(MINUTE), nearest(HOUR));
    if seconds < 120 {
        format!("{seconds} s")
    } else if minutes < 120 {
        format!("{minutes} min")
    } else if hours < 48 {
        format!("{hours} h")
    } else {
        format!("{} days", nearest(DAY))
    }
}

/// Returns a time in the future: `in 24 h`.
pub(crate) fn left(time: Duration) -> String {
    format!("in {}", length(time))
}

/// Returns a time in the past: `3 days ago`.
pub(crate) fn since(time: Duration) -> String {
    format!("{} ago", length(time))
}

/// Returns a duration rounded up to seconds: `45 s`, `3 min 5 s`, `1 h`, `365 days`. Durations that
/// polar-core limited to a hundred years are `100 years or more`.
pub(crate) fn exact(time: Duration) -> String {
    if time.as_millis() >= 100 * 365 * DAY {
        return "100 years or more".to_owned();
    }
    let millis = time.as_millis().div_ceil(SECOND) * SECOND;
    let days = match millis / DAY {
        1 => "day",
        _ => "days",
    };
    let parts: Vec<_> = [
        (millis / DAY, days),
        (millis % DAY / HOUR, "h"),
        (millis % HOUR / MINUTE, "min"),
        (millis % MINUTE / SECOND, "s"),
    ]
    .iter()
    .filter(|(count, _)| *count > 0)
    .map(|(count, unit)| format!("{count} {unit}"))
    .collect();
    if parts.is_empty() {
        return "0 s".to_owned();
    }
    parts.join(" ")
}

const SECOND: u128 = 1000;
const MINUTE: u128 = 60 * SECOND;
const HOUR: u128 = 60 * MINUTE;
const DAY: u128 = 24 * HOUR;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_rounded() {
        for (seconds, text) in [
            (0, "in 0 s"),
            (119, "in 119 s"),
            (120, "in 2 min"),
            (3599, "in 60 min"),
            (7169, "in 119 min"),
            (7170, "in 2 h"),
            (86_399, "in 24 h"),
            (86_400, "in 24 h"),
            (171_000, "in 2 days"),
            (216_000, "in 3 days"),
        ] {
            assert_eq!(left(Duration::from_secs(seconds)), text);
        }
        assert_eq!(left(Duration::from_millis(59_500)), "in 60 s");
        assert_eq!(since(Duration::from_secs(150)), "3 min ago");
    }

    #[test]
    fn exact_durations_have_every_unit() {
        for (millis, text) in [
            (0, "0 s"),
            (1, "1 s"),
            (44_001, "45 s"),
            (185_000, "3 min 5 s"),
            (3_600_000, "1 h"),
            (3_601_000, "1 h 1 s"),
            (90_000_000, "1 day 1 h"),
            (31_536_000_000, "365 days"),
            (3_153_599_999_000, "36499 days 23 h 59 min 59 s"),
            (3_153_600_000_000, "100 years or more"),
            (u64::MAX, "100 years or more"),
        ] {
            assert_eq!(exact(Duration::from_millis(millis)), text);
        }
    }
}
