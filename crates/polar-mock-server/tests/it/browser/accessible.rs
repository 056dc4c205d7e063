//! What every section must have: names, headings, contrast, a place for the focus, and no horizontal scrolling.

use std::{thread::sleep, time::Duration};

use serde_json::{Value, json};

use super::{Page, SECTIONS, acme, driver::TAB, shop, shop::text};

#[test]
#[ignore = "needs a browser: .ci/browser installs one and runs it"]
fn sections_are_accessible_and_fit_a_narrow_screen_in_a_browser() {
    let (page, _endpoint) = shop::open();
    let browser = &page.browser;
    let checkouts = super::send(
        page.server.mock(),
        "GET",
        "/_mock/as/acme/v1/checkouts/",
        &Value::Null,
    );
    let checkouts = checkouts["items"].as_array().unwrap();
    let open = checkouts.iter().find(|one| one["status"] == "open");
    let checkout = text(&open.unwrap()["url"]).to_owned();
    for (width, height) in [(1280, 1000), (375, 800)] {
        browser.resize(width, height);
        for scheme in ["light", "dark"] {
            browser.set_scheme(scheme);
            for (section, _) in SECTIONS {
                page.open(section);
                page.wait_until("!document.body.innerText.includes('Loading…')");
                check(&page, &format!("{section}, {width} px, {scheme}"), width);
                browser.screenshot(&format!("{section}-{width}-{scheme}"));
            }
            browser.go(&checkout);
            browser.wait_for_heading("Atlas Studio");
            check(&page, &format!("checkout, {width} px, {scheme}"), width);
            browser.screenshot(&format!("checkout-{width}-{scheme}"));
        }
    }
}

/// Runs the checks in the browser, which returns what is wrong.
fn check(page: &Page, place: &str, width: u32) {
    let problems = page
        .browser
        .evaluate(&format!("({})()", include_str!("check.js")));
    assert_eq!(problems, json!([]), "{place}");
    let scroll = page
        .browser
        .evaluate("document.documentElement.scrollWidth");
    assert!(
        scroll.as_u64().unwrap() <= u64::from(width),
        "{place} scrolls horizontally: {scroll}"
    );
    let names = page
        .browser
        .find_all("main button:not(details:not([open]) *), main summary");
    // The browser's own computation of names, for a sample: each is a request.
    for control in names.into_iter().take(5) {
        assert!(
            !control.label().is_empty(),
            "{place}: a {} has no name",
            control.role()
        );
    }
}

#[test]
#[ignore = "needs a browser: .ci/browser installs one and runs it"]
fn keyboard_reaches_the_sections_in_order_in_a_browser() {
    let (page, _endpoint) = shop::open();
    let browser = &page.browser;
    page.open("seats");
    browser.wait_for_text("Atlas for teams");
    let first = ["Skip to content", "Offline Polar", "Pause refresh"];
    let sections = SECTIONS.iter().map(|(_, title)| *title);
    for name in first.into_iter().chain(sections) {
        browser.press(TAB);
        let focused = browser.focused();
        assert!(
            focused.label().starts_with(name),
            "{} instead of {name}",
            focused.label()
        );
        assert_eq!(
            focused.css("outline-style"),
            "solid",
            "{name} has a visible focus"
        );
    }
    browser.named("Orders").press(super::driver::ENTER);
    browser.wait_for_heading("Orders");
    page.wait_until("document.activeElement.id === 'title'");
    assert!(browser.url().ends_with("#orders"));
}

#[test]
#[ignore = "needs a browser: .ci/browser installs one and runs it"]
fn refresh_keeps_the_focus_and_what_was_typed_in_a_browser() {
    let (page, _endpoint) = shop::open();
    let browser = &page.browser;
    page.open("seats");
    browser.wait_for_text("Atlas for teams");
    let field = "[...document.querySelectorAll('[name=email]')].at(-1)";
    browser.evaluate(&format!("{field}.focus()"));
    browser.press("gina@");
    browser.evaluate("window.scrollTo(0, 120)");
    // Seats and mails change above and below while it has the focus.
    let state = super::send(page.server.mock(), "GET", "/_mock/state", &Value::Null);
    let team = &state["organizations"][0]["subscriptions"][0]["id"];
    let seat = json!({"subscription_id": team, "email": "hugo@acme.com"});
    super::send(
        page.server.mock(),
        "POST",
        "/_mock/as/acme/v1/customer-seats",
        &seat,
    );
    browser.wait_for_text("hugo@acme.com");
    sleep(Duration::from_millis(2500));
    browser.press("rowan.school");
    assert_eq!(
        browser.evaluate(&format!("{field}.value")),
        "gina@rowan.school"
    );
    assert_eq!(
        browser.evaluate(&format!("document.activeElement === {field}")),
        true
    );
}

#[test]
#[ignore = "needs a browser: .ci/browser installs one and runs it"]
fn names_from_the_server_are_text_in_a_browser() {
    let mut seed = acme();
    let hostile = "<img src=x onerror=document.title='hacked'>";
    let organization = &mut seed["organizations"][0];
    organization["name"] = json!(hostile);
    organization["customers"] = json!([{"key": "buyer", "email": "kim@acme.com", "name": hostile}]);
    organization["products"] = json!([{"key": "plan", "name": hostile}]);
    let team = json!({"key": "team", "product": "plan", "customer": "buyer", "seats": 2});
    organization["subscriptions"] = json!([team]);
    let page = Page::of(&seed);
    for section in ["seats", "customers"] {
        page.open(section);
        page.browser.wait_for_text(hostile);
        let images = page
            .browser
            .evaluate("document.querySelectorAll('img:not([alt])').length");
        assert_eq!(images, 0);
        let title = page.browser.evaluate("document.title");
        assert!(text(&title).ends_with("Offline Polar"), "{title}");
    }
}

#[test]
#[ignore = "needs a browser: .ci/browser installs one and runs it"]
fn failures_are_added_for_other_requests_and_cleared_in_a_browser() {
    let (page, _endpoint) = shop::open();
    page.open("orders");
    page.browser.find("[name=fault]").press("Response lost");
    page.click("Add");
    page.wait_for_result("The next request fails: Response lost, request carried out.");
    page.browser
        .wait_for_text("Response lost, request carried out: next 1");
    // The page goes on reading, and the failure waits for a program.
    page.open("customers");
    page.browser.wait_for_text("Max Weber");
    page.browser
        .wait_for_text("Response lost, request carried out: next 1");
    page.click("Clear all");
    page.wait_for_result("All failures were removed.");
}
