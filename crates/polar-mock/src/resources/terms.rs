//! The arithmetic of terms: periods and the prices of seats.

use time::{Date, Duration, Month, OffsetDateTime};

use crate::json::Json;

/// Returns the time a number of intervals later. A month later is the same day, or the last of a
/// shorter month. The calendar ends with the year 9999.
pub(super) fn time_after(start: OffsetDateTime, interval: &str, count: i64) -> OffsetDateTime {
    let days = |days: i64| start.saturating_add(Duration::days(days.saturating_mul(count)));
    match interval {
        "hour" => start.saturating_add(Duration::hours(count)),
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
    let date = Date::from_calendar_date(year, month, day);
    start.replace_date(date.unwrap_or(Date::MAX))
}

/// Returns what a number of seats costs for one period.
pub(super) fn seat_price(price: &Json, seats: i64) -> i64 {
    let Some(tiers) = price.get("seat_tiers") else {
        return 0;
    };
    let all = tiers.items("tiers").iter();
    let cost = |seats: i64, tier: &Json| {
        let cost = seats.saturating_mul(tier.number("price_per_seat"));
        cost.min(Json::LARGEST)
    };
    if tiers.text("seat_tier_type") == Some("graduated") {
        return all
            .map(|tier| {
                let first = tier.integer("min_seats").unwrap_or(1);
                let last = tier.integer("max_seats").unwrap_or(seats).min(seats);
                cost((last - first + 1).max(0), tier)
            })
            .sum();
    }
    let tier = all.clone().find(|tier| {
        let [first, last] = ["min_seats", "max_seats"].map(|key| tier.integer(key));
        first.is_none_or(|first| first <= seats) && last.is_none_or(|last| seats <= last)
    });
    tier.map_or(0, |tier| cost(seats, tier))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn month_later_is_the_same_day_or_the_last() {
        for (start, interval, count, end) in [
            ("2026-01-31", "month", 1, "2026-02-28"),
            ("2026-01-31", "month", 12, "2027-01-31"),
            ("2024-02-29", "year", 1, "2025-02-28"),
            ("2026-01-31", "week", 2, "2026-02-14"),
        ] {
            let time = |date: &str| Json::object([("at", format!("{date}T10:00:00Z").into())]);
            let [start, end] = [start, end].map(|date| time(date).time("at").unwrap());
            assert_eq!(time_after(start, interval, count), end);
        }
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
