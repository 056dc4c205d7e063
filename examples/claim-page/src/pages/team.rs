use maud::{Markup, html};
use polar_hyper::types::{Invitation, Seat, SeatStatus, SeatsList};

use super::{
    layout::{form_token, layout},
    words::{moment, span},
};
use crate::{Secret, Settings};

/// What the billing manager's page shows.
pub(crate) struct Team<'a> {
    /// The seats; `None` when they cannot be had.
    pub(crate) list: Option<&'a SeatsList>,
    /// What was done.
    pub(crate) notice: Option<&'a str>,
    /// What did not work.
    pub(crate) alert: Option<&'a str>,
    /// What is wrong with the address that was entered, and the address.
    pub(crate) wrong: Option<(&'a str, &'a str)>,
    pub(crate) form_token: &'a Secret,
    pub(crate) settings: &'a Settings,
}

/// The seats of the team, with what is free.
pub(crate) fn team(page: &Team<'_>) -> Markup {
    layout(
        "Seats of the team",
        &html! {
            @if let Some(notice) = page.notice { p.note role="status" { (notice) } }
            @if let Some(alert) = page.alert { p.note.bad role="alert" { (alert) } }
            @if let Some(list) = page.list {
                p { strong { (free(list)) } }
                (invite(page, list.available_seats > 0))
                (seats(page, list))
            } @else {
                p { a.button href="/team" { "Try again" } }
            }
            form.aside method="post" action="/sign-out" {
                (form_token(page.form_token))
                button { "Sign out" }
            }
        },
    )
}

/// Asks before a seat is taken from somebody.
pub(crate) fn confirm_revoke(holder: &str, token: &Secret) -> Markup {
    layout(
        "Take the seat back?",
        &html! {
            p { strong { (holder) } " loses the seat and what comes with it, and the seat is free." }
            p.hint { "An open session in the customer portal goes on until it ends, an hour at most." }
            form.row method="post" action="/team/revoke" {
                (form_token(token))
                input type="hidden" name="holder" value=(holder);
                input type="hidden" name="confirmed" value="yes";
                button.bad { "Revoke the seat of " (holder) }
                a.button href="/team" { "Keep it" }
            }
        },
    )
}

fn free(list: &SeatsList) -> String {
    match (list.available_seats, list.total_seats) {
        (0, total) => format!("All {total} seats are taken."),
        (1, total) => format!("1 of {total} seats is free."),
        (free, total) => format!("{free} of {total} seats are free."),
    }
}

fn invite(page: &Team<'_>, is_free: bool) -> Markup {
    html! {
        h2 { "Invite somebody" }
        @if is_free {
            form method="post" action="/team/assign" {
                (form_token(page.form_token))
                label for="email" { "E-mail address" }
                input #email type="email" name="email" required autocomplete="off"
                    value=[page.wrong.map(|(_, email)| email)]
                    aria-invalid=[page.wrong.map(|_| "true")] autofocus[page.wrong.is_some()]
                    aria-describedby=(if page.wrong.is_some() { "email-error" } else { "email-hint" });
                @match page.wrong {
                    Some((problem, _)) => p.error #email-error role="alert" { (problem) },
                    None => p.hint #email-hint {
                        "Polar sends an invitation that works for 24 hours."
                    },
                }
                button.primary { "Invite" }
            }
        } @else {
            p {
                "Revoke a seat, or buy more. An invitation that expired takes up its seat until it "
                "is revoked."
            }
        }
    }
}

fn seats(page: &Team<'_>, list: &SeatsList) -> Markup {
    let mut held: Vec<_> = list
        .seats
        .iter()
        .filter(|seat| seat.occupant().is_some())
        .collect();
    held.sort_by_key(|seat| holder(seat));
    html! {
        h2 { "Who has a seat" }
        @if held.is_empty() {
            p { "Nobody yet." }
        } @else {
            ul.seats { @for seat in held { (entry(page, seat)) } }
        }
    }
}

fn entry(page: &Team<'_>, seat: &Seat) -> Markup {
    let invitation = seat.invitation(page.settings.clock.now());
    let holder = holder(seat);
    html! {
        li {
            div {
                p { strong { (holder.as_deref().unwrap_or("somebody without an address")) } }
                p { (state(seat, invitation)) }
            }
            // Named by address and not by the seat's id, which the next holder has, too.
            @if let Some(holder) = &holder {
                div.actions {
                    @if matches!(invitation, Invitation::Valid { .. }) {
                        (action(page, "/team/resend", "Send again", holder))
                    }
                    @if matches!(invitation, Invitation::Expired { .. }) {
                        (action(page, "/team/renew", "Renew", holder))
                    }
                    (action(page, "/team/revoke", "Revoke", holder))
                }
            }
        }
    }
}

fn state(seat: &Seat, invitation: Invitation) -> String {
    match (&seat.status, invitation) {
        (_, Invitation::Valid { remaining: left }) => format!("Invited, for {} more", span(left)),
        (_, Invitation::Expired { .. }) => "Invitation expired".to_owned(),
        (SeatStatus::Claimed, _) => match &seat.claimed_at {
            Some(at) => format!("Claimed on {}", moment(at)),
            None => "Claimed".to_owned(),
        },
        // A word that is newer than this program.
        (other, _) => other.to_string(),
    }
}

fn action(page: &Team<'_>, to: &str, name: &str, holder: &str) -> Markup {
    html! {
        form method="post" action=(to) {
            (form_token(page.form_token))
            input type="hidden" name="holder" value=(holder);
            button.bad[name == "Revoke"] { (name) span.vh { " " (holder) } }
        }
    }
}

fn holder(seat: &Seat) -> Option<String> {
    let email = seat.occupant().and_then(|person| person.email);
    email.map(ToOwned::to_owned)
}
