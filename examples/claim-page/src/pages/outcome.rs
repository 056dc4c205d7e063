use maud::{Markup, html};
use polar_hyper::types::InvitationToken;

use super::{
    invitation::{claim_form, facts},
    layout::{ask, layout},
};
use crate::{Secret, Settings, claim::Outcome};

/// What became of a claim that got no answer, and what happens next.
pub(crate) fn outcome(
    outcome: &Outcome,
    invitation: &InvitationToken,
    token: &Secret,
    settings: &Settings,
) -> Markup {
    match outcome {
        Outcome::TooSoon => layout(
            "We do not know yet",
            &html! {
                p role="status" {
                    "Your claim was sent to Polar, but no answer came back. It may have worked."
                }
                p {
                    "Please do not claim again: a claim works only once. Wait for "
                    (settings.settles_after.as_secs()) " seconds, then look what became of it."
                }
                (look_again())
            },
        ),
        Outcome::CannotTell => layout(
            "We do not know yet",
            &html! {
                p role="status" {
                    "Your claim was sent to Polar, but no answer came back, and Polar cannot be "
                    "reached right now. Your claim may have worked."
                }
                p { "Nothing is lost. Look again in a minute." }
                (look_again())
            },
        ),
        Outcome::Open(info) => layout(
            "The seat is not claimed yet",
            &html! {
                p role="status" { "Your claim did not arrive. You can claim the seat now." }
                (facts(info))
                (claim_form(invitation, token))
            },
        ),
        Outcome::Claimed => settled(
            "The seat is yours",
            "Your claim worked, though its answer got lost.",
            settings,
        ),
        Outcome::ClaimedBefore => settled(
            "The seat was claimed before",
            "It had been claimed before you tried.",
            settings,
        ),
        Outcome::Gone => settled(
            "The seat is probably yours",
            "The invitation is used up, most likely by your claim.",
            settings,
        ),
        Outcome::Expired => lost(
            "The invitation expired",
            "The claim did not arrive in time.",
            settings,
        ),
        Outcome::Revoked => lost(
            "The seat was taken back",
            "Whoever manages the seats took it back.",
            settings,
        ),
    }
}

fn look_again() -> Markup {
    html! { p { a.button href="/claim/outcome" { "Look what became of it" } } }
}

fn settled(title: &str, says: &str, settings: &Settings) -> Markup {
    layout(
        title,
        &html! {
            p role="status" { (says) }
            p { "Sign in to the customer portal with your e-mail address." }
            p { a.button href="/portal" rel="noreferrer" { "Go to the customer portal" } }
            p.aside { "It does not know you? Ask " (ask(&settings.contact)) "." }
        },
    )
}

fn lost(title: &str, says: &str, settings: &Settings) -> Markup {
    layout(
        title,
        &html! {
            p role="status" { (says) }
            p { "Ask " (ask(&settings.contact)) " for a new invitation." }
        },
    )
}
