//! An invitation, and the seat that it claims.

use maud::{Markup, html};
use polar_types::{ClaimInfo, InvitationToken, Seat, Timestamp};
use time::macros::format_description;

use super::{ask, form_token};
use crate::claim::{PageContext, PortalSession};

/// An invitation, with the button that claims the seat.
pub(super) fn open(
    info: &ClaimInfo,
    invitation: &InvitationToken,
    context: &PageContext<'_>,
) -> Markup {
    html! {
        p { (info.organization_name) " has a seat for you." }
        (facts(info))
        p { "Claim the seat to get started. An invitation works once." }
        (claim_form(invitation, context))
    }
}

/// The product, the organization and the invited person.
pub(super) fn facts(info: &ClaimInfo) -> Markup {
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
pub(super) fn claim_form(invitation: &InvitationToken, context: &PageContext<'_>) -> Markup {
    html! {
        form method="post" action=(context.path("/")) {
            (form_token(context))
            input type="hidden" name="invitation_token" value=(invitation.expose());
            button.primary { "Claim my seat" }
        }
    }
}

/// The claimed seat, with a link to the customer portal.
pub(super) fn claimed(
    seat: &Seat,
    info: Option<&ClaimInfo>,
    session: &PortalSession,
    context: &PageContext<'_>,
) -> Markup {
    let email = seat.occupant().and_then(|person| person.email);
    html! {
        p role="status" { "You claimed your seat. You can start now." }
        @match info {
            Some(info) => (facts(info)),
            None => @if let Some(email) = email { dl { dt { "For" } dd { (email) } } },
        }
        p {
            a.button href=(context.path("/portal")) rel="noreferrer" { "Open the customer portal" }
        }
        @match session {
            PortalSession::Until(until) => p.hint {
                "This link signs you in until " (format_time(until)) ". After that, sign in there "
                "with your email address."
            },
            PortalSession::Expired => p.hint {
                "Your session there has ended: sign in with your email address."
            },
            PortalSession::Unknown => p.hint {
                "If the portal asks you to sign in, use your email address."
            },
        }
        p.aside { "Questions? Ask " (ask(context.contact())) "." }
    }
}

/// The page of a visitor who has not claimed a seat.
pub(super) fn nothing_claimed(context: &PageContext<'_>) -> Markup {
    html! {
        p { "No seat was claimed in this browser within the last hour." }
        ul {
            li {
                "Do you have an invitation? " a href=(context.path("/")) { "Open its link" } "."
            }
            li {
                "Did you claim a seat before? "
                a href=(context.path("/portal")) rel="noreferrer" {
                    "Sign in to the customer portal"
                }
                "."
            }
            li { "Neither? Ask " (ask(context.contact())) "." }
        }
    }
}

/// Formats a time. Without a script the time zone of the reader is unknown, so the text names UTC.
fn format_time(timestamp: &Timestamp) -> String {
    let format =
        format_description!("[day padding:none] [month repr:long] [year], [hour]:[minute]");
    let text = timestamp.to_utc().and_then(|at| at.format(&format).ok());
    text.map_or_else(|| timestamp.to_string(), |text| format!("{text} UTC"))
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
}
