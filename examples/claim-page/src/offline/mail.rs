use axum::extract::State;
use maud::{Markup, html};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use polar_mock::Mock;

use crate::pages::layout;

/// The mails that Polar would have sent, the newest first.
pub(super) async fn outbox(State(mock): State<Mock>) -> Markup {
    let mut mails = mock.outbox();
    mails.reverse();
    layout(
        "Mails that were not sent",
        &html! {
            p { "Offline, invitations end up here." }
            ul {
                @for mail in mails {
                    li {
                        "To " (mail.email) ": "
                        a href=(link(mail.invitation_token.expose())) {
                            "Claim your seat" span.vh { " as " (mail.email) }
                        }
                    }
                }
            }
        },
    )
}

fn link(token: &str) -> String {
    let token = utf8_percent_encode(token, NON_ALPHANUMERIC);
    format!("/claim?invitation_token={token}")
}
