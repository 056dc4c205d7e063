//! Why an invitation cannot be shown or claimed, and what a person can do about it.

use maud::{Markup, html};
use polar_types::InvitationToken;

use super::{ask, form_token};
use crate::claim::{InvitationError, PageContext};

pub(super) const fn title(reason: InvitationError) -> &'static str {
    match reason {
        InvitationError::Incomplete => "The link is not complete",
        InvitationError::Mistyped => "The link is mistyped",
        InvitationError::Unusable => "This invitation can no longer be used",
        InvitationError::AlreadyClaimed => "The seat was already claimed",
        InvitationError::Expired => "The invitation expired",
        InvitationError::Replaced => "There is a newer invitation",
        InvitationError::SeatsDisabled => "Seats are disabled",
        InvitationError::RateLimited(_) => "Too many requests right now",
        InvitationError::Unavailable => "We cannot reach Polar",
        InvitationError::Internal => "Something is wrong on our side",
    }
}

/// `retry` is the token for the button to try again.
pub(super) fn content(
    reason: InvitationError,
    retry: Option<&InvitationToken>,
    context: &PageContext<'_>,
) -> Markup {
    html! {
        div role="alert" { (explanation(reason, context)) }
        @if let Some(invitation) = retry {
            form method="post" action=(context.path("/by-hand")) {
                (form_token(context))
                input type="hidden" name="invitation" value=(invitation.expose());
                button { "Try again" }
            }
        }
    }
}

fn explanation(reason: InvitationError, context: &PageContext<'_>) -> Markup {
    let contact = ask(context.contact());
    match reason {
        InvitationError::Incomplete => html! {
            p { "It contains no invitation. Email programs sometimes break long links." }
            p {
                "Copy the complete link from the email and " a href=(context.path("/")) { "paste it here" }
                "."
            }
        },
        InvitationError::Mistyped => html! {
            p { "No invitation has this link. A part of it is missing, or there is something after it." }
            p {
                "Copy the complete link from the email and " a href=(context.path("/")) { "paste it here" }
                "."
            }
            p.aside { "Does it still not work? Ask " (contact) "." }
        },
        InvitationError::Unusable => html! {
            p {
                "It was already claimed, is older than 24 hours, was revoked, or is mistyped. Polar "
                "does not report which."
            }
            ul {
                li { "Did you claim it before? " (portal(context)) "." }
                li {
                    "Otherwise ask " (contact) " to renew it. Sending the same email again does not "
                    "help."
                }
            }
        },
        InvitationError::AlreadyClaimed => html! {
            p { "You have your seat: " (portal(context)) " with your email address." }
            p.aside { "Was that not you? Contact " (contact) "." }
        },
        InvitationError::Expired => html! {
            p { "Invitations are valid for 24 hours. Your seat is still reserved." }
            p { "Ask " (contact) " to renew it. You will get a new email." }
        },
        InvitationError::Replaced => html! {
            p { "This one was replaced. Use the link in the latest email." }
            p.aside { "No newer email? Ask " (contact) "." }
        },
        InvitationError::SeatsDisabled => html! {
            p { "The organization does not offer seats at the moment. Nothing was claimed." }
            p { "Ask " (contact) "." }
        },
        InvitationError::RateLimited(seconds) => html! {
            p { "Nothing was claimed. Wait " (seconds) " seconds, then try again." }
        },
        InvitationError::Unavailable => html! {
            p { "Nothing was claimed, and your invitation is unchanged. Try again in a minute." }
        },
        InvitationError::Internal => html! {
            p { "Nothing was claimed, and your invitation is unchanged." }
            p { "Please contact " (contact) "." }
        },
    }
}

fn portal(context: &PageContext<'_>) -> Markup {
    html! {
        a href=(context.path("/portal")) rel="noreferrer" { "Sign in to the customer portal" }
    }
}
