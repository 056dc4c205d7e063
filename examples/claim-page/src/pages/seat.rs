use maud::{Markup, html};

use super::{
    invitation::facts,
    layout::{ask, layout},
    words::moment,
};
use crate::{Settings, claim::Session, web::Claimed};

/// The seat that was claimed, with the way into the customer portal.
pub(crate) fn seat(claimed: &Claimed, session: &Session, settings: &Settings) -> Markup {
    let holder = claimed.answer.seat.occupant();
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
                    "This link signs you in until " (moment(until)) ". After that, sign in there "
                    "with your e-mail address."
                },
                Session::Over => p.hint {
                    "You are not signed in there any more: sign in with your e-mail address."
                },
                Session::CannotTell => p.hint {
                    "If the portal asks you to sign in, use your e-mail address."
                },
            }
            p.aside { "Questions? Ask " (ask(&settings.contact)) "." }
        },
    )
}

/// For somebody who claimed nothing here.
pub(crate) fn no_seat(settings: &Settings) -> Markup {
    layout(
        "No seat was claimed here",
        &html! {
            p { "In this browser no seat was claimed within the last hour." }
            ul {
                li { "You have an invitation? " a href="/" { "Open its link" } "." }
                li {
                    "You claimed before? "
                    a href="/portal" rel="noreferrer" { "Sign in to the customer portal" } "."
                }
                li { "Neither? Ask " (ask(&settings.contact)) "." }
            }
        },
    )
}
