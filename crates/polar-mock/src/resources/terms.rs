//! The arithmetic of terms: periods and the prices of seats.

use time::{Duration, Month, OffsetDateTime};

use crate::json::Json;

/// Returns the time a number of intervals later. A month later is the same day, or the last of a
/// shorter month.
pub(super) fn time_after(start: OffsetDateTime, interval: &str, count: i64) -> OffsetDateTime {
    let days = |days: i64| start.saturating_add(Duration::days(days.saturating_mul(count)));
    match interval {
        "day" => days(1),
        "week" => days(7),
        "year" => months_after(start, count.saturating_mul(12)),
        _ => months_after(start, count),
    }
}

fn months_after(start: OffsetDateTime, months: i64) -> OffsetDateTime {
    let index = i64::from(start.year()) * 12 + i64::from(u8::from(start.month())) - 1;
    let index = index.saturating_add(months);
    let year = i32::try_from(index.div_euclid(12)).unwrap_or(i32::MAX);
    let month = u8::try_from(index.rem_euclid(12) + 1).unwrap_or(1);
    let month = Month::try_from(month).unwrap_or(Month::January);
    let day = start.day().min(month.length(year));
    let date = time::Date::from_calendar_date(year, month, day);
    date.map_or(start, |date| start.replace_date(date))
}

/// Returns what a number of seats costs for one period.
pub(super) fn seat_price(price: &Json, seats: i64) -> i64 {
    let Some(tiers) = price.get("seat_tiers") else {
        return 0;
    };
    let all = tiers.items("tiers").iter();
    let of = |tier: &Json, key: &str| tier.integer(key);
    if tiers.text("seat_tier_type") == Some("graduated") {
        return all
            .map(|tier| {
                let first = of(tier, "min_seats").unwrap_or(1);
                let last = of(tier, "max_seats").unwrap_or(seats).min(seats);
                (last - first + 1).max(0) * of(tier, "price_per_seat").unwrap_or_default()
            })
            .sum();
    }
    let tier = all.clone().find(|tier| {
        of(tier, "min_seats").is_none_or(|first| first <= seats)
            && of(tier, "max_seats").is_none_or(|last| seats <= last)
    });
    tier.and_then(|tier| of(tier, "price_per_seat"))
        .unwrap_or_default()
        * seats
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn month_later_is_the_same_day_or_the_last() {
        let start = datetime!(2026-01-31 10:00 UTC);
        assert_eq!(
            time_after(start, "month", 1),
            datetime!(2026-02-28 10:00 UTC)
        );
        assert_eq!(
            time_after(start, "month", 12),
            datetime!(2027-01-31 10:00 UTC)
        );
        assert_eq!(
            time_after(datetime!(2024-02-29 0:00 UTC), "year", 1),
            datetime!(2025-02-28 0:00 UTC)
        );
        assert_eq!(
            time_after(start, "week", 2),
            datetime!(2026-02-14 10:00 UTC)
        );
    }

    #[test]
    fn seats_cost_by_volume_or_by_tier() {
        let tiers = |kind: &str| {
            let tier = |min: i64, max: Option<i64>, price: i64| {
                Json::object([
                    ("min_seats", min.into()),
                    ("max_seats", max.into()),
                    ("price_per_seat", price.into()),
                ])
            };
            let all = vec![tier(1, Some(4), 1000), tier(5, None, 800)];
            let tiers = Json::object([("seat_tier_type", kind.into()), ("tiers", all.into())]);
            Json::object([("seat_tiers", tiers)])
        };
        assert_eq!(seat_price(&tiers("volume"), 3), 3000);
        assert_eq!(seat_price(&tiers("volume"), 5), 4000);
        assert_eq!(seat_price(&tiers("graduated"), 6), 5600);
    }
}
