use maud::{Markup, html};
use polar_hyper::types::{ClaimInfo, InvitationToken};

use super::layout::{form_token, layout};
use crate::Secret;

/// What an invitation is for, and the button that claims it.
pub(crate) fn invitation(info: &ClaimInfo, invitation: &InvitationToken, token: &Secret) -> Markup {
    layout(
        &format!("You are invited to {}", info.product_name),
        &html! {
            p { (info.organization_name) " has a seat for you." }
            (facts(info))
            p { "Claim it to start. This works once, and nothing is claimed until you press." }
            (claim_form(invitation, token))
        },
    )
}

/// What is claimed, from whom, by whom.
pub(super) fn facts(info: &ClaimInfo) -> Markup {
    html! {
        dl {
            dt { "Product" }
            dd { (info.product_name) }
            dt { "From" }
            dd { (info.organization_name) }
            // Empty, not missing, for somebody without an address.
            @if !info.customer_email.is_empty() {
                dt { "For" }
                dd { (info.customer_email) }
            }
        }
    }
}

/// The button that claims.
pub(super) fn claim_form(invitation: &InvitationToken, token: &Secret) -> Markup {
    html! {
        form method="post" action="/claim" {
            (form_token(token))
            input type="hidden" name="invitation_token" value=(invitation.expose());
            button.primary { "Claim my seat" }
        }
    }
}
