use std::time::Duration;

/// A length of time, to the nearest of the unit that a person would choose: of less than two minutes
/// the second, of less than two hours the minute, of less than two days the hour.
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

/// "in 24 h"
pub(crate) fn left(time: Duration) -> String {
    format!("in {}", length(time))
}

/// "3 days ago"
pub(crate) fn since(time: Duration) -> String {
    format!("{} ago", length(time))
}

const SECOND: u128 = 1000;
const MINUTE: u128 = 60 * SECOND;
const HOUR: u128 = 60 * MINUTE;
const DAY: u128 = 24 * HOUR;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_in_the_unit_that_fits() {
        for (seconds, words) in [
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
            assert_eq!(left(Duration::from_secs(seconds)), words);
        }
        assert_eq!(left(Duration::from_millis(59_500)), "in 60 s");
        assert_eq!(since(Duration::from_secs(150)), "3 min ago");
    }
}
