use maud::{Markup, html};

use super::layout::{form_token, layout};
use crate::Secret;

/// Where the billing manager signs in.
pub(crate) fn sign_in(token: &Secret, was_wrong: bool) -> Markup {
    layout(
        "Sign in to manage seats",
        &html! {
            form method="post" action="/sign-in" {
                (form_token(token))
                label for="password" { "Password of the billing manager" }
                input #password type="password" name="password" required
                    autocomplete="current-password" aria-invalid=[was_wrong.then_some("true")]
                    aria-describedby=[was_wrong.then_some("password-error")] autofocus[was_wrong];
                @if was_wrong {
                    p.error #password-error role="alert" { "This is not the password." }
                }
                p { button.primary { "Sign in" } }
            }
        },
    )
}
