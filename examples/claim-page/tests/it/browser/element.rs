use serde_json::{Value, json};

use super::driver::{Browser, field, text};

/// An element of the page that is open.
pub(crate) struct Element<'a> {
    browser: &'a Browser,
    id: String,
}

impl<'a> Element<'a> {
    pub(super) fn new(browser: &'a Browser, found: &Value) -> Self {
        Self {
            browser,
            id: text(field(found, WORD)).to_owned(),
        }
    }

    pub(crate) fn click(&self) {
        self.browser.post(&self.path("/click"), &json!({}));
    }

    pub(crate) fn press(&self, keys: &str) {
        self.browser
            .post(&self.path("/value"), &json!({ "text": keys }));
    }

    pub(crate) fn text(&self) -> String {
        text(&self.browser.get(&self.path("/text"))).to_owned()
    }

    /// Its name, as a screen reader says it.
    pub(crate) fn label(&self) -> String {
        text(&self.browser.get(&self.path("/computedlabel")))
            .trim()
            .to_owned()
    }

    /// What it is, as a screen reader says it.
    pub(crate) fn role(&self) -> String {
        text(&self.browser.get(&self.path("/computedrole"))).to_owned()
    }

    pub(crate) fn css(&self, property: &str) -> String {
        text(&self.browser.get(&self.path(&format!("/css/{property}")))).to_owned()
    }

    fn path(&self, command: &str) -> String {
        format!("/element/{}{command}", self.id)
    }
}

/// The protocol's own word for an element.
const WORD: &str = "element-6066-11e4-a52e-4f735466cecf";

pub(crate) const TAB: &str = "\u{e004}";
pub(crate) const ENTER: &str = "\u{e007}";
pub(crate) const END: &str = "\u{e010}";
