//! What failed, and what a person can do about it.

use maud::{Markup, html};
use polar_hyper::types::InvitationToken;

use super::{ask, form_token, layout};
use crate::{Secret, Settings, claim::InvitationError};

/// Why an invitation cannot be shown or claimed. `retry` is what the button to try again needs.
pub(crate) fn invitation(
    reason: InvitationError,
    retry: Option<(&InvitationToken, &Secret)>,
    settings: &Settings,
) -> Markup {
    let contact = ask(&settings.contact);
    let (title, main) = match reason {
        InvitationError::Incomplete => (
            "The link is not complete",
            html! {
                p { "It contains no invitation. Email programs sometimes break long links." }
                p { "Copy the complete link from the email and " a href="/" { "paste it here" } "." }
            },
        ),
        InvitationError::Unusable => (
            "This invitation can no longer be used",
            html! {
                p {
                    "It was already claimed, is older than 24 hours, was revoked, or is mistyped. Polar "
                    "does not report which."
                }
                ul {
                    li { "Did you claim it before? " (portal()) "." }
                    li { "Otherwise ask " (contact) " to renew it. Sending the same email again does "
                        "not help." }
                }
            },
        ),
        InvitationError::AlreadyClaimed => (
            "The seat was already claimed",
            html! {
                p { "You have your seat: " (portal()) " with your email address." }
                p.aside { "Was that not you? Contact " (contact) "." }
            },
        ),
        InvitationError::Expired => (
            "The invitation expired",
            html! {
                p { "Invitations are valid for 24 hours. Your seat is still reserved." }
                p { "Ask " (contact) " to renew it. You will get a new email." }
            },
        ),
        InvitationError::Replaced => (
            "There is a newer invitation",
            html! {
                p { "This one was replaced. Use the link in the latest email." }
                p.aside { "No newer email? Ask " (contact) "." }
            },
        ),
        InvitationError::SeatsDisabled => (
            "Seats are disabled",
            html! {
                p { "The organization does not offer seats at the moment. Nothing was claimed." }
                p { "Ask " (contact) "." }
            },
        ),
        InvitationError::RateLimited(seconds) => (
            "Too many requests right now",
            html! {
                p { "Nothing was claimed. Wait " (seconds) " seconds, then try again." }
            },
        ),
        InvitationError::Unavailable => (
            "We cannot reach Polar",
            html! {
                p { "Nothing was claimed, and your invitation is unchanged. Try again in a minute." }
            },
        ),
        InvitationError::Internal => (
            "Something is wrong on our side",
            html! {
                p { "Nothing was claimed, and your invitation is unchanged." }
                p { "Please contact " (contact) "." }
            },
        ),
    };
    let retry = retry.filter(|_| reason.is_temporary());
    layout(
        title,
        &html! {
            div role="alert" { (main) }
            @if let Some((invitation, token)) = retry { (try_again(invitation, token)) }
        },
    )
}

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
        &html! { p { "Go to " a href="/" { "the start page" } "." } },
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
