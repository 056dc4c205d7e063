//! The outcome of a claim whose response was lost, and what to do next.

use maud::{Markup, html};
use polar_types::InvitationToken;

use super::{ask, invitation};
use crate::claim::{ClaimOutcome, PageContext};

pub(super) const fn title(outcome: &ClaimOutcome) -> &'static str {
    match outcome {
        ClaimOutcome::InProgress | ClaimOutcome::Unknown => "We do not know yet",
        ClaimOutcome::Open(_) => "The seat is not claimed yet",
        ClaimOutcome::Claimed => "The seat is yours",
        ClaimOutcome::ClaimedBefore => "The seat was already claimed",
        ClaimOutcome::ProbablyClaimed => "The seat is probably yours",
        ClaimOutcome::Expired => "The invitation expired",
        ClaimOutcome::Revoked => "The seat was revoked",
    }
}

pub(super) fn content(
    outcome: &ClaimOutcome,
    invitation: &InvitationToken,
    context: &PageContext<'_>,
) -> Markup {
    match outcome {
        ClaimOutcome::InProgress => html! {
            p role="status" {
                "Your claim was sent to Polar, but no response arrived. It may have worked."
            }
            p {
                "Please do not claim again: an invitation works only once. Wait "
                (context.claim_timeout().as_secs()) " seconds, then check the result."
            }
            (check_again(context))
        },
        ClaimOutcome::Unknown => html! {
            p role="status" {
                "Your claim was sent to Polar, but no response arrived, and Polar cannot be "
                "reached right now. Your claim may have worked."
            }
            p { "Check again in a minute." }
            (check_again(context))
        },
        ClaimOutcome::Open(info) => html! {
            p role="status" { "Polar did not receive your claim. You can claim the seat now." }
            (invitation::facts(info))
            (invitation::claim_form(invitation, context))
        },
        ClaimOutcome::Claimed => claimed(
            "Your claim worked, although the response was lost.",
            context,
        ),
        ClaimOutcome::ClaimedBefore => claimed("It was claimed before you tried.", context),
        ClaimOutcome::ProbablyClaimed => claimed(
            "The invitation was used, most likely by your claim.",
            context,
        ),
        ClaimOutcome::Expired => lost("Polar did not receive the claim in time.", context),
        ClaimOutcome::Revoked => lost("The billing manager revoked it.", context),
    }
}

fn check_again(context: &PageContext<'_>) -> Markup {
    html! { p { a.button href=(context.path("/outcome")) { "Check the result" } } }
}

fn claimed(message: &str, context: &PageContext<'_>) -> Markup {
    html! {
        p role="status" { (message) }
        p { "Sign in to the customer portal with your email address." }
        p {
            a.button href=(context.path("/portal")) rel="noreferrer" { "Go to the customer portal" }
        }
        p.aside { "Cannot sign in? Ask " (ask(context.contact())) "." }
    }
}

fn lost(message: &str, context: &PageContext<'_>) -> Markup {
    html! {
        p role="status" { (message) }
        p { "Ask " (ask(context.contact())) " for a new invitation." }
    }
}
