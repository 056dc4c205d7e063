use std::time::{Duration, SystemTime};

use polar_types::Timestamp;

/// Nanoseconds since 1970. Every time that a platform can hold fits.
pub(crate) fn unix_nanos(time: SystemTime) -> i128 {
    let signed = |distance: Duration| i128::try_from(distance.as_nanos()).unwrap_or(i128::MAX);
    match time.duration_since(SystemTime::UNIX_EPOCH) {
        Ok(after) => signed(after),
        Err(before) => -signed(before.duration()),
    }
}

/// Whole seconds since 1970, the last that had begun by then.
pub(crate) fn unix_seconds(time: SystemTime) -> i64 {
    let seconds = unix_nanos(time).div_euclid(NANOS_PER_SECOND);
    i64::try_from(seconds).unwrap_or(if seconds < 0 { i64::MIN } else { i64::MAX })
}

/// The moment of a second since 1970. One that has no date is kept as the number that it is; only a
/// verifier without a limit lets such a one pass.
pub(crate) fn moment(seconds: i64) -> Timestamp {
    let distance = Duration::from_secs(seconds.unsigned_abs());
    let time = if seconds < 0 {
        SystemTime::UNIX_EPOCH.checked_sub(distance)
    } else {
        SystemTime::UNIX_EPOCH.checked_add(distance)
    };
    time.and_then(|time| Timestamp::try_from(time).ok())
        .unwrap_or_else(|| Timestamp::from(seconds.to_string().as_str()))
}

/// From this second to that nanosecond, and whether it goes backwards.
pub(crate) fn distance(from_seconds: i64, to_nanos: i128) -> (Duration, bool) {
    let nanos = to_nanos.saturating_sub(i128::from(from_seconds) * NANOS_PER_SECOND);
    let whole = nanos.unsigned_abs() / NANOS_PER_SECOND.unsigned_abs();
    let rest = nanos.unsigned_abs() % NANOS_PER_SECOND.unsigned_abs();
    let length = Duration::new(
        u64::try_from(whole).unwrap_or(u64::MAX),
        u32::try_from(rest).unwrap_or(0),
    );
    (length, nanos < 0)
}

const NANOS_PER_SECOND: i128 = 1_000_000_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_before_1970_counts_downwards() {
        let half_a_second_before = SystemTime::UNIX_EPOCH - Duration::from_millis(500);
        assert_eq!(unix_nanos(half_a_second_before), -500_000_000);
        assert_eq!(unix_seconds(half_a_second_before), -1);
        assert_eq!(unix_seconds(SystemTime::UNIX_EPOCH), 0);
    }

    #[test]
    fn a_second_is_a_moment_as_long_as_it_has_a_date() {
        assert_eq!(moment(1_795_411_307).to_string(), "2026-11-23T05:21:47Z");
        assert_eq!(moment(-1).to_string(), "1969-12-31T23:59:59Z");
        for beyond in [i64::MIN, i64::MAX, 253_402_300_800] {
            assert_eq!(moment(beyond).to_string(), beyond.to_string());
            assert_eq!(moment(beyond).instant(), None);
        }
        assert_eq!(
            moment(253_402_300_799).unix_seconds(),
            Some(253_402_300_799)
        );
    }

    #[test]
    fn a_distance_is_exact_from_one_end_of_time_to_the_other() {
        let now = 1_795_411_307_500_000_000;
        assert_eq!(
            distance(1_795_411_307, now),
            (Duration::from_millis(500), false)
        );
        assert_eq!(
            distance(1_795_411_308, now),
            (Duration::from_millis(500), true)
        );
        assert_eq!(
            distance(i64::MIN, i128::from(i64::MAX) * NANOS_PER_SECOND),
            (Duration::from_secs(u64::MAX), false)
        );
        assert_eq!(
            distance(i64::MAX, 0),
            (Duration::from_secs(i64::MAX.unsigned_abs()), true)
        );
    }
}
