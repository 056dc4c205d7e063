use maud::{DOCTYPE, Markup, html};

use crate::{Contact, Secret};

/// A whole page around its main part. The title is its first heading, too.
pub(crate) fn layout(title: &str, main: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) " – Team seats" }
                link rel="stylesheet" href="/style.css";
            }
            body {
                a.skip href="#main" { "Skip to the content" }
                header { p.brand { "Team seats" } }
                main #main tabindex="-1" {
                    h1 { (title) }
                    (main)
                }
            }
        }
    }
}

/// What every form carries so that no other site can send it.
pub(super) fn form_token(token: &Secret) -> Markup {
    html! { input type="hidden" name="form_token" value=(token.expose()); }
}

/// Whom to ask.
pub(super) fn ask(contact: &Contact) -> Markup {
    html! { (contact.name) " (" a href={ "mailto:" (contact.email) } { (contact.email) } ")" }
}
