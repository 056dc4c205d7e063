use maud::{Markup, html};

use super::layout::{form_token, layout};
use crate::Secret;

/// The front page.
pub(crate) fn start(token: &Secret) -> Markup {
    layout(
        "Take your seat",
        &html! {
            p { "Were you invited to a seat? Open the link in the mail, or paste it here." }
            form method="post" action="/claim/by-hand" {
                (form_token(token))
                label for="invitation" { "Link from your invitation" }
                input #invitation type="text" name="invitation" required autocomplete="off"
                    spellcheck="false" aria-describedby="invitation-hint";
                p.hint #invitation-hint {
                    "An invitation works for 24 hours, and once. Nothing is claimed yet."
                }
                button { "Look at the invitation" }
            }
            p.aside { a href="/team" { "I manage the seats of the team" } }
        },
    )
}
