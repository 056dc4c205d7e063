//! What did not work, in a person's words, and what to do about it.

use maud::{Markup, html};
use polar_hyper::types::InvitationToken;

use super::layout::{ask, form_token, layout};
use crate::{Secret, Settings, claim::Trouble};

/// Why an invitation could not be shown or claimed. `again` is what trying again takes.
pub(crate) fn invitation(
    trouble: Trouble,
    again: Option<(&InvitationToken, &Secret)>,
    settings: &Settings,
) -> Markup {
    let contact = ask(&settings.contact);
    let (title, main) = match trouble {
        Trouble::Incomplete => (
            "The link is not complete",
            html! {
                p { "There is no invitation in it. Mail programs sometimes break long links." }
                p { "Copy the whole link from the mail and " a href="/" { "paste it here" } "." }
            },
        ),
        Trouble::Dead => (
            "This invitation cannot be used any more",
            html! {
                p {
                    "Either it was claimed already, or it is older than 24 hours, or it was "
                    "withdrawn. Polar does not tell us which."
                }
                ul {
                    li { "You claimed it before? " (portal()) "." }
                    li { "Otherwise ask " (contact) " to renew it. Opening the same mail again, or "
                        "having it sent again, does not help." }
                }
            },
        ),
        Trouble::Claimed => (
            "The seat was claimed already",
            html! {
                p { "You have your seat: " (portal()) " with your e-mail address." }
                p.aside { "That was not you? Tell " (contact) "." }
            },
        ),
        Trouble::Expired => (
            "The invitation expired",
            html! {
                p { "Invitations work for 24 hours. Your place is still kept." }
                p { "Ask " (contact) " to renew it: you will get a new mail." }
            },
        ),
        Trouble::Renewed => (
            "There is a newer invitation",
            html! {
                p { "This one was replaced. Look for the latest mail, and use its link." }
                p.aside { "No newer mail? Ask " (contact) "." }
            },
        ),
        Trouble::Off => (
            "Seats are switched off",
            html! {
                p { "The organisation does not offer seats at the moment. Nothing was claimed." }
                p { "Ask " (contact) "." }
            },
        ),
        Trouble::Busy(seconds) => (
            "Many people are here right now",
            html! {
                p { "Nothing was claimed. Wait " (seconds) " seconds, then try again." }
            },
        ),
        Trouble::Unreachable => (
            "We cannot reach Polar",
            html! {
                p { "Nothing was claimed, and your invitation is as it was. Try again in a minute." }
            },
        ),
        Trouble::OutOfOrder => (
            "Something is wrong on our side",
            html! {
                p { "Nothing was claimed, and your invitation is as it was." }
                p { "Please tell " (contact) "." }
            },
        ),
    };
    let again = again.filter(|_| trouble.may_pass());
    layout(
        title,
        &html! {
            div role="alert" { (main) }
            @if let Some((invitation, token)) = again { (try_again(invitation, token)) }
        },
    )
}

/// A form that is not understood.
pub(crate) fn not_a_form() -> Markup {
    layout(
        "The form was not understood",
        &html! { p role="alert" { "Go back, reload the page, and send it again." } },
    )
}

/// A form without its visit.
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
pub(crate) fn no_such_page() -> Markup {
    layout(
        "There is no such page",
        &html! { p { "Go to " a href="/" { "the first page" } "." } },
    )
}

fn portal() -> Markup {
    html! { a href="/portal" rel="noreferrer" { "Sign in to the customer portal" } }
}

fn try_again(invitation: &InvitationToken, token: &Secret) -> Markup {
    html! {
        form method="post" action="/claim/by-hand" {
            (form_token(token))
            input type="hidden" name="invitation" value=(invitation.expose());
            button { "Try again" }
        }
    }
}
