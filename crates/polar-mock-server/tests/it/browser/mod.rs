//! The page and the test checkout in a real browser.

#[path = "../../../../../examples/claim-page/tests/it/browser/driver.rs"]
#[expect(dead_code, reason = "the driver is shared with the example claim-page")]
mod driver;

mod accessible;
mod purchases;
mod seats;
mod shop;

use http::Request;
use polar_mock::{Mock, Seed};
use polar_mock_server::{MockServer, Webhooks};
use serde_json::{Value, json};
use time::{OffsetDateTime, macros::datetime};

use self::driver::Browser;

/// The page of a mock, in a browser.
struct Page {
    browser: Browser,
    server: MockServer,
}

impl Page {
    /// Serves a mock whose clock stands still, so that the page looks the same at any time.
    fn of(seed: &Value) -> Self {
        let seed = Seed::from_json(&seed.to_string()).unwrap();
        let mock = Mock::from_seed_at(&seed, NOW).unwrap();
        let webhooks = Webhooks::once().on_failure(|_| ());
        let server = MockServer::builder(mock).webhooks(webhooks).page();
        let server = server.start().unwrap();
        let browser = Browser::open();
        browser.resize(1280, 900);
        Self { browser, server }
    }

    /// Opens a section, as from a bookmark.
    fn open(&self, section: &str) {
        self.browser.go("about:blank");
        let url = format!("{}/_mock/#{section}", self.server.url());
        self.browser.go(&url);
        self.browser.wait_for_heading(title(section));
        // The heading is there before the data is.
        self.wait_until("document.getElementById('panel').children.length > 0");
    }

    /// Waits until a script returns true.
    fn wait_until(&self, script: &str) {
        let script = format!("String({script})");
        self.browser.wait(&script, |text| text == "true", &script);
    }

    /// Clicks the button, link or fold with this accessible name, once it is there.
    fn click(&self, name: &str) {
        let name_of = "(one.getAttribute('aria-label') ?? one.innerText).trim()";
        self.wait_until(&format!(
            "[...document.querySelectorAll('a, button, summary')].some(one => {name_of} === {})",
            json!(name)
        ));
        self.browser.named(name).click();
    }

    /// Waits for the sentence that says what happened.
    fn wait_for_result(&self, sentence: &str) {
        self.browser.wait_for_text(sentence);
        let announced = self
            .browser
            .evaluate("document.getElementById('announcement').textContent");
        let announced = announced.as_str().unwrap_or_default().to_owned();
        assert!(announced.contains(sentence), "{announced}");
    }

    /// Types into the field with this name, replacing what is there.
    fn fill(&self, name: &str, value: &str) {
        self.browser.evaluate(&format!(
            "document.querySelector('[name={name}]').value = ''"
        ));
        self.browser.find(&format!("[name={name}]")).press(value);
    }
}

/// The heading of a section.
fn title(section: &str) -> &'static str {
    let all = SECTIONS.iter();
    all.copied().find(|(id, _)| *id == section).unwrap().1
}

/// Sends a request in process, as the page does: for the organization, without a token.
fn send(mock: &Mock, method: &str, path: &str, body: &Value) -> Value {
    let request = Request::builder().method(method);
    let request = request.uri(path).header("content-type", "application/json");
    let body = body.to_string();
    let request = request.header("content-length", body.len());
    let response = mock.handle(request.body(body.into()).unwrap());
    let text = String::from_utf8(response.body().to_vec()).unwrap();
    assert!(response.status().is_success(), "{path}: {text}");
    serde_json::from_str(&text).unwrap_or_default()
}

/// The seed of an organization without anything.
fn acme() -> Value {
    json!({"organizations": [{
        "name": "Acme", "slug": "acme", "member_model": true, "seats_enabled": true,
    }]})
}

const NOW: OffsetDateTime = datetime!(2026-11-24 09:30 UTC);

/// The sections with their headings, in the order of the page.
const SECTIONS: [(&str, &str); 10] = [
    ("seats", "Seats"),
    ("mails", "Emails"),
    ("products", "Products"),
    ("checkouts", "Checkouts"),
    ("orders", "Orders"),
    ("subscriptions", "Subscriptions"),
    ("customers", "Customers"),
    ("license-keys", "License keys"),
    ("usage", "Usage events"),
    ("webhooks", "Webhooks"),
];
