use std::time::Duration;

use polar_hyper::types::Timestamp;
use time::macros::format_description;

/// A moment for people. Without a script a page does not know their time zone, so it says which.
pub(super) fn moment(timestamp: &Timestamp) -> String {
    let format =
        format_description!("[day padding:none] [month repr:long] [year], [hour]:[minute]");
    let text = timestamp.to_utc().and_then(|at| at.format(&format).ok());
    text.map_or_else(|| timestamp.to_string(), |text| format!("{text} UTC"))
}

/// How long something still lasts: `5 hours`, `1 minute`.
pub(super) fn span(left: Duration) -> String {
    let minutes = left.as_secs().div_ceil(60);
    let (count, unit) = if minutes < 60 {
        (minutes, "minute")
    } else {
        (minutes / 60, "hour")
    };
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {unit}{plural}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_written_for_people_and_says_its_zone() {
        let at = Timestamp::from("2026-11-04T09:05:59.123456+01:00");
        assert_eq!(moment(&at), "4 November 2026, 08:05 UTC");
        assert_eq!(moment(&Timestamp::from("soon")), "soon");
    }

    #[test]
    fn a_span_is_in_the_larger_unit_and_never_none() {
        for (seconds, words) in [
            (1, "1 minute"),
            (60, "1 minute"),
            (61, "2 minutes"),
            (3600, "1 hour"),
            (3 * 3600 - 1, "3 hours"),
            (86_400, "24 hours"),
        ] {
            assert_eq!(span(Duration::from_secs(seconds)), words, "{seconds}");
        }
    }
}
