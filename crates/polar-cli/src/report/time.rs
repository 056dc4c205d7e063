use std::time::Duration;

/// A length of time in one unit that a person would choose, rounded down.
fn length(time: Duration) -> String {
    let seconds = time.as_secs();
    let (count, unit) = match seconds {
        0..60 => (seconds, "s"),
        60..3600 => (seconds / 60, "min"),
        3600..172_800 => (seconds / 3600, "h"),
        _ => (seconds / 86_400, "days"),
    };
    format!("{count} {unit}")
}

/// "in 23 h"
pub(crate) fn left(time: Duration) -> String {
    format!("in {}", length(time))
}

/// "3 days ago"
pub(crate) fn since(time: Duration) -> String {
    format!("{} ago", length(time))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_in_the_unit_that_fits() {
        for (seconds, words) in [
            (0, "in 0 s"),
            (59, "in 59 s"),
            (60, "in 1 min"),
            (3599, "in 59 min"),
            (86_399, "in 23 h"),
            (172_799, "in 47 h"),
            (172_800, "in 2 days"),
        ] {
            assert_eq!(left(Duration::from_secs(seconds)), words);
        }
        assert_eq!(since(Duration::from_secs(90)), "1 min ago");
    }
}
