use maud::{Markup, html};
use polar_hyper::types::{ClaimInfo, InvitationToken};

use super::{ask, form_token, format_time, layout};
use crate::{
    Secret, Settings,
    claim::{Outcome, Session},
    web::CompletedClaim,
};

/// The front page.
pub(crate) fn start(token: &Secret) -> Markup {
    layout(
        "Claim your seat",
        &html! {
            p { "Were you invited? Open the link in the email, or paste it here." }
            form method="post" action="/claim/by-hand" {
                (form_token(token))
                label for="invitation" { "Link from your invitation" }
                input #invitation type="text" name="invitation" required autocomplete="off"
                    spellcheck="false" aria-describedby="invitation-hint";
                p.hint #invitation-hint {
                    "An invitation is valid for 24 hours and works once. This does not claim it yet."
                }
                button { "Show the invitation" }
            }
            p.aside { a href="/team" { "Manage the seats of the team" } }
        },
    )
}

/// An invitation, with the button that claims the seat.
pub(crate) fn invitation(info: &ClaimInfo, invitation: &InvitationToken, token: &Secret) -> Markup {
    layout(
        &format!("You are invited to {}", info.product_name),
        &html! {
            p { (info.organization_name) " has a seat for you." }
            (facts(info))
            p { "Claim the seat to get started. An invitation works once." }
            (claim_form(invitation, token))
        },
    )
}

/// The product, the organization and the invited person.
fn facts(info: &ClaimInfo) -> Markup {
    html! {
        dl {
            dt { "Product" }
            dd { (info.product_name) }
            dt { "From" }
            dd { (info.organization_name) }
            // Empty, not missing, for a person without an email address.
            @if !info.customer_email.is_empty() {
                dt { "For" }
                dd { (info.customer_email) }
            }
        }
    }
}

/// The button that claims the seat.
fn claim_form(invitation: &InvitationToken, token: &Secret) -> Markup {
    html! {
        form method="post" action="/claim" {
            (form_token(token))
            input type="hidden" name="invitation_token" value=(invitation.expose());
            button.primary { "Claim my seat" }
        }
    }
}

/// The claimed seat, with a link to the customer portal.
pub(crate) fn seat(claimed: &CompletedClaim, session: &Session, settings: &Settings) -> Markup {
    let holder = claimed.result.seat.occupant();
    let email = holder.and_then(|person| person.email);
    layout(
        "The seat is yours",
        &html! {
            p role="status" { "You claimed your seat. You can start now." }
            @match &claimed.info {
                Some(info) => (facts(info)),
                None => @if let Some(email) = email { dl { dt { "For" } dd { (email) } } },
            }
            p { a.button href="/portal" rel="noreferrer" { "Open the customer portal" } }
            @match session {
                Session::Until(until) => p.hint {
                    "This link signs you in until " (format_time(until)) ". After that, sign in there "
                    "with your email address."
                },
                Session::Expired => p.hint {
                    "Your session there has ended: sign in with your email address."
                },
                Session::Unknown => p.hint {
                    "If the portal asks you to sign in, use your email address."
                },
            }
            p.aside { "Questions? Ask " (ask(&settings.contact)) "." }
        },
    )
}

/// The page of a visitor who has not claimed a seat.
pub(crate) fn no_seat(settings: &Settings) -> Markup {
    layout(
        "No seat was claimed here",
        &html! {
            p { "No seat was claimed in this browser within the last hour." }
            ul {
                li { "Do you have an invitation? " a href="/" { "Open its link" } "." }
                li {
                    "Did you claim a seat before? "
                    a href="/portal" rel="noreferrer" { "Sign in to the customer portal" } "."
                }
                li { "Neither? Ask " (ask(&settings.contact)) "." }
            }
        },
    )
}

/// The outcome of a claim whose response was lost, and what to do next.
pub(crate) fn outcome(
    outcome: &Outcome,
    invitation: &InvitationToken,
    token: &Secret,
    settings: &Settings,
) -> Markup {
    match outcome {
        Outcome::InProgress => layout(
            "We do not know yet",
            &html! {
                p role="status" {
                    "Your claim was sent to Polar, but no response arrived. It may have worked."
                }
                p {
                    "Please do not claim again: an invitation works only once. Wait "
                    (settings.claim_timeout.as_secs()) " seconds, then check the result."
                }
                (check_again())
            },
        ),
        Outcome::Unknown => layout(
            "We do not know yet",
            &html! {
                p role="status" {
                    "Your claim was sent to Polar, but no response arrived, and Polar cannot be "
                    "reached right now. Your claim may have worked."
                }
                p { "Check again in a minute." }
                (check_again())
            },
        ),
        Outcome::Open(info) => layout(
            "The seat is not claimed yet",
            &html! {
                p role="status" { "Polar did not receive your claim. You can claim the seat now." }
                (facts(info))
                (claim_form(invitation, token))
            },
        ),
        Outcome::Claimed => claimed_page(
            "The seat is yours",
            "Your claim worked, although the response was lost.",
            settings,
        ),
        Outcome::ClaimedBefore => claimed_page(
            "The seat was already claimed",
            "It was claimed before you tried.",
            settings,
        ),
        Outcome::ProbablyClaimed => claimed_page(
            "The seat is probably yours",
            "The invitation was used, most likely by your claim.",
            settings,
        ),
        Outcome::Expired => lost_page(
            "The invitation expired",
            "Polar did not receive the claim in time.",
            settings,
        ),
        Outcome::Revoked => lost_page(
            "The seat was revoked",
            "The billing manager revoked it.",
            settings,
        ),
    }
}

fn check_again() -> Markup {
    html! { p { a.button href="/claim/outcome" { "Check the result" } } }
}

fn claimed_page(title: &str, message: &str, settings: &Settings) -> Markup {
    layout(
        title,
        &html! {
            p role="status" { (message) }
            p { "Sign in to the customer portal with your email address." }
            p { a.button href="/portal" rel="noreferrer" { "Go to the customer portal" } }
            p.aside { "Cannot sign in? Ask " (ask(&settings.contact)) "." }
        },
    )
}

fn lost_page(title: &str, message: &str, settings: &Settings) -> Markup {
    layout(
        title,
        &html! {
            p role="status" { (message) }
            p { "Ask " (ask(&settings.contact)) " for a new invitation." }
        },
    )
}
