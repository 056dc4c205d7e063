use maud::{Markup, html};

use super::{form_token, invitation, outcome, unusable};
use crate::claim::{ClaimPage, PageContext};

/// The title of a page.
pub(in super::super) fn title(page: &ClaimPage<'_>) -> String {
    match page {
        ClaimPage::Start => "Claim your seat".to_owned(),
        ClaimPage::Invitation { info, .. } => format!("You are invited to {}", info.product_name),
        ClaimPage::Claimed { .. } => "The seat is yours".to_owned(),
        ClaimPage::NothingClaimed => "No seat was claimed here".to_owned(),
        ClaimPage::Outcome { outcome, .. } => outcome::title(outcome).to_owned(),
        ClaimPage::Unusable { reason, .. } => unusable::title(*reason).to_owned(),
        ClaimPage::InvalidForm => "The form could not be read".to_owned(),
        ClaimPage::StaleForm => "This page was open too long".to_owned(),
    }
}

/// The main part of a page.
pub(in super::super) fn content(page: &ClaimPage<'_>, context: &PageContext<'_>) -> Markup {
    match page {
        ClaimPage::Start => start(context),
        ClaimPage::Invitation { info, token } => invitation::open(info, token, context),
        ClaimPage::Claimed {
            seat,
            info,
            session,
        } => invitation::claimed(seat, *info, session, context),
        ClaimPage::NothingClaimed => invitation::nothing_claimed(context),
        ClaimPage::Outcome { outcome, token } => outcome::content(outcome, token, context),
        ClaimPage::Unusable { reason, retry } => unusable::content(*reason, *retry, context),
        ClaimPage::InvalidForm => {
            html! { p role="alert" { "Go back, reload the page, and send it again." } }
        }
        ClaimPage::StaleForm => html! {
            p role="alert" {
                "Nothing was done. Go back, reload the page, and send it again. If that does not "
                "help, allow this site to set cookies."
            }
        },
    }
}

/// The form for the link of an invitation.
fn start(context: &PageContext<'_>) -> Markup {
    html! {
        p { "Were you invited? Open the link in the email, or paste it here." }
        form method="post" action=(context.path("/by-hand")) {
            (form_token(context))
            label for="invitation" { "Link from your invitation" }
            input #invitation type="text" name="invitation" required autocomplete="off"
                spellcheck="false" aria-describedby="invitation-hint";
            p.hint #invitation-hint {
                "An invitation is valid for 24 hours and works once. This does not claim it yet."
            }
            button { "Show the invitation" }
        }
    }
}
