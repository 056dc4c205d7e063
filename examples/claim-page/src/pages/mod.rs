//! The pages: plain HTML that needs no script. `maud` escapes every value.

pub(crate) mod error;
mod team;

use std::time::Duration;

use maud::{DOCTYPE, Markup, html};
use polar_hyper::types::Timestamp;
use time::macros::format_description;

pub(crate) use self::team::{Team, confirm_revoke, sign_in, team};
use crate::Secret;

/// A complete page around its main part. The title is also the heading.
pub(crate) fn layout(title: &str, main: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) " – Team seats" }
                link rel="stylesheet" href="/claim/style.css";
                link rel="stylesheet" href="/site.css";
            }
            body {
                a.skip href="#main" { "Skip to content" }
                header { p.brand { (mark()) "Team seats" } }
                main #main tabindex="-1" {
                    h1 { (title) }
                    (main)
                }
                footer {
                    nav aria-label="Pages" {
                        a href="/claim" { "Claim a seat" }
                        a href="/team" { "Manage the team" }
                    }
                    p { "An example application. Seats are sold and assigned with Polar." }
                }
            }
        }
    }
}

/// The mark of the application: a seat.
fn mark() -> Markup {
    html! {
        svg.mark viewBox="0 0 24 24" aria-hidden="true" {
            path d="M7 4v9h9.5M7 13l-1.5 7M16.5 13l1.5 7M7 16.5h10" {}
        }
    }
}

/// The hidden field that proves that a form is from one of our pages.
pub(super) fn form_token(token: &Secret) -> Markup {
    html! { input type="hidden" name="form_token" value=(token.expose()); }
}

/// Formats a time. Without a script the time zone of the reader is unknown, so the text names UTC.
pub(super) fn format_time(timestamp: &Timestamp) -> String {
    let format =
        format_description!("[day padding:none] [month repr:long] [year], [hour]:[minute]");
    let text = timestamp.to_utc().and_then(|at| at.format(&format).ok());
    text.map_or_else(|| timestamp.to_string(), |text| format!("{text} UTC"))
}

/// Formats a remaining time: `5 hours`, `1 minute`.
pub(super) fn format_duration(left: Duration) -> String {
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
    fn format_time_names_the_time_zone() {
        let at = Timestamp::from("2026-11-04T09:05:59.123456+01:00");
        assert_eq!(format_time(&at), "4 November 2026, 08:05 UTC");
        assert_eq!(format_time(&Timestamp::from("soon")), "soon");
    }

    #[test]
    fn format_duration_uses_the_larger_unit_and_rounds_up() {
        for (seconds, words) in [
            (1, "1 minute"),
            (60, "1 minute"),
            (61, "2 minutes"),
            (3600, "1 hour"),
            (3 * 3600 - 1, "3 hours"),
            (86_400, "24 hours"),
        ] {
            assert_eq!(
                format_duration(Duration::from_secs(seconds)),
                words,
                "{seconds}"
            );
        }
    }
}
