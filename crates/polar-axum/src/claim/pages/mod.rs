//! The HTML of the pages, which needs no script. `maud` escapes every value.

pub(super) mod content;
mod invitation;
mod outcome;
mod unusable;

use maud::{DOCTYPE, Markup, html};

use super::{Contact, PageContext};

/// A complete page around its main part. The title is also the heading.
pub(super) fn layout(title: &str, main: &Markup, context: &PageContext<'_>) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) }
                link rel="stylesheet" href=(context.path("/style.css"));
            }
            body {
                a.skip href="#main" { "Skip to content" }
                main #main tabindex="-1" {
                    h1 { (title) }
                    (main)
                }
            }
        }
    }
}

/// The hidden field that proves that a form is from one of our pages.
fn form_token(context: &PageContext<'_>) -> Markup {
    html! { input type="hidden" name="form_token" value=(context.form_token()); }
}

/// The contact person.
fn ask(contact: &Contact) -> Markup {
    html! { (contact.name) " (" a href={ "mailto:" (contact.email) } { (contact.email) } ")" }
}
