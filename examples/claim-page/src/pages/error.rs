//! What failed, and what a person can do about it.

use maud::{Markup, html};

use super::layout;

/// A form that cannot be read.
pub(crate) fn invalid_form() -> Markup {
    layout(
        "The form could not be read",
        &html! { p role="alert" { "Go back, reload the page, and send it again." } },
    )
}

/// A form without a valid token.
pub(crate) fn stale_form() -> Markup {
    layout(
        "This page was open too long",
        &html! {
            p role="alert" {
                "Nothing was done. Go back, reload the page, and send it again. If that does not "
                "help, allow this site to set cookies."
            }
        },
    )
}

/// A page that does not exist.
pub(crate) fn not_found() -> Markup {
    layout(
        "Page not found",
        &html! {
            p { "There is nothing at this address. It may be mistyped." }
            p.hint { "Are you looking for your invitation? Copy the complete link from the email." }
            div.row {
                a.button href="/claim" { "Claim a seat" }
                a.button.plain href="/team" { "Manage the team" }
            }
        },
    )
}
