use maud::{Markup, html};
use polar_hyper::types::{Invitation, Seat, SeatStatus, SeatsList};

use super::{form_token, format_duration, format_time, layout};
use crate::{Secret, Settings};

/// The sign-in form of the billing manager.
pub(crate) fn sign_in(token: &Secret, is_wrong: bool) -> Markup {
    layout(
        "Sign in to manage seats",
        &html! {
            form method="post" action="/sign-in" {
                (form_token(token))
                label for="password" { "Password" }
                input #password type="password" name="password" required
                    autocomplete="current-password" aria-invalid=[is_wrong.then_some("true")]
                    aria-describedby=[is_wrong.then_some("password-error")] autofocus[is_wrong];
                @if is_wrong {
                    p.error #password-error role="alert" { "Wrong password." }
                }
                p { button.primary { "Sign in" } }
            }
        },
    )
}

/// The content of the billing manager's page.
pub(crate) struct Team<'a> {
    /// The seats; `None` if the list cannot be read.
    pub(crate) list: Option<&'a SeatsList>,
    /// What was done last.
    pub(crate) notice: Option<&'a str>,
    /// What failed.
    pub(crate) alert: Option<&'a str>,
    /// The problem of the address that was entered, and the address.
    pub(crate) invalid_email: Option<(&'a str, &'a str)>,
    pub(crate) form_token: &'a Secret,
    pub(crate) settings: &'a Settings,
}

/// The seats of the team, with the number of free ones.
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

/// Asks for confirmation before a seat is revoked.
pub(crate) fn confirm_revoke(holder: &str, token: &Secret) -> Markup {
    layout(
        "Revoke this seat?",
        &html! {
            p { strong { (holder) } " loses the seat and everything that comes with it." }
            p.hint { "An open session in the customer portal stays valid for up to an hour." }
            form.row method="post" action="/team/revoke" {
                (form_token(token))
                input type="hidden" name="holder" value=(holder);
                input type="hidden" name="confirmed" value="yes";
                button.bad { "Revoke the seat of " (holder) }
                a.button href="/team" { "Cancel" }
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
        h2 { "Invite a person" }
        @if is_free {
            form method="post" action="/team/assign" {
                (form_token(page.form_token))
                label for="email" { "Email address" }
                input #email type="email" name="email" required autocomplete="off"
                    value=[page.invalid_email.map(|(_, email)| email)]
                    aria-invalid=[page.invalid_email.map(|_| "true")] autofocus[page.invalid_email.is_some()]
                    aria-describedby=(if page.invalid_email.is_some() { "email-error" } else { "email-hint" });
                @match page.invalid_email {
                    Some((problem, _)) => p.error #email-error role="alert" { (problem) },
                    None => p.hint #email-hint {
                        "Polar sends an invitation that is valid for 24 hours."
                    },
                }
                button.primary { "Invite" }
            }
        } @else {
            p {
                "Revoke a seat or buy more. A seat with an expired invitation stays taken until it is "
                "revoked."
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
        h2 { "People with a seat" }
        @if held.is_empty() {
            p { "None yet." }
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
                p { strong { (holder.as_deref().unwrap_or("(no email address)")) } }
                p { (state(seat, invitation)) }
            }
            // Identified by address, because the next holder has the same seat id.
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
        (_, Invitation::Valid { remaining }) => {
            format!("Invited, expires in {}", format_duration(remaining))
        }
        (_, Invitation::Expired { .. }) => "Invitation expired".to_owned(),
        (SeatStatus::Claimed, _) => match &seat.claimed_at {
            Some(at) => format!("Claimed on {}", format_time(at)),
            None => "Claimed".to_owned(),
        },
        // A status that is newer than this program.
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
