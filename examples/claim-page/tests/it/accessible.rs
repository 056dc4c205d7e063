//! Accessibility of the HTML, checked without a browser. `browser` has the tests in one.

use example_claim_page::tour::Page;

use crate::app::{Fault, TestApp, link};

#[tokio::test]
async fn pages_have_a_language_one_heading_and_labeled_fields() {
    let app = TestApp::new().await;
    let token = app.invite("zoe@acme.com").await;
    let mut zoe = app.user_agent();
    let mut pages = Vec::new();
    for path in [
        "/",
        "/claim",
        &link(&token),
        "/claim/seat",
        "/sign-in",
        "/missing",
    ] {
        pages.push(zoe.get(path).await.unwrap());
    }
    pages.push(
        zoe.submit("/sign-in", &[("password", "guess")])
            .await
            .unwrap(),
    );
    zoe.get(&link(&token)).await.unwrap();
    app.transport.set_fault(Fault::RequestLost);
    pages.push(zoe.submit("/claim", &[]).await.unwrap());
    app.transport.set_fault(Fault::None);
    let mut kim = app.manager().await;
    pages.push(kim.get("/team").await.unwrap());
    pages.push(
        kim.submit("/team/assign", &[("email", "invalid")])
            .await
            .unwrap(),
    );
    pages.push(
        kim.submit("/team/revoke", &[("holder", "zoe@acme.com")])
            .await
            .unwrap(),
    );
    assert_eq!(pages.len(), 11);
    for page in &pages {
        check(page);
    }
}

/// WCAG 2.2 (AA) requires a contrast of 4.5 to 1 for text, here in the light and the dark scheme.
#[test]
fn colors_have_sufficient_contrast() {
    let style = include_str!("../../../../crates/polar-axum/src/claim/pages/style.css");
    let (light, dark) = style.split_once("@media").unwrap();
    for (scheme, rules) in [("light", light), ("dark", dark)] {
        let color = |name: &str| luminance(rules, name);
        for ground in ["paper", "soft"] {
            for ink in ["ink", "quiet", "accent", "bad", "good"] {
                let ratio = ratio(color(ink), color(ground));
                assert!(ratio >= 4.5, "{scheme}: {ink} on {ground}: {ratio:.2}");
            }
        }
        let button = ratio(color("on-accent"), color("accent"));
        assert!(button >= 4.5, "{scheme}: button: {button:.2}");
        let border = ratio(color("line"), color("paper"));
        assert!(border >= 3.0, "{scheme}: border: {border:.2}");
    }
}

fn check(page: &Page) {
    let html = &page.html;
    let place = &page.route;
    assert!(html.contains("<html lang=\"en\">"), "{place}");
    assert_eq!(html.matches("<h1>").count(), 1, "{place}");
    assert_eq!(html.matches("<main").count(), 1, "{place}");
    let heading = between(html, "<h1>", "</h1>");
    assert!(
        between(html, "<title>", "</title>").starts_with(heading),
        "{place}"
    );
    for field in html.split("<input ").skip(1) {
        let field = &field[..field.find('>').unwrap()];
        if field.contains("type=\"hidden\"") {
            continue;
        }
        let id = between(field, "id=\"", "\"");
        assert!(
            html.contains(&format!("<label for=\"{id}\">")),
            "{place}: {field}"
        );
        if let Some((_, described)) = field.split_once("aria-describedby=\"") {
            let by = &described[..described.find('"').unwrap()];
            assert!(html.contains(&format!("id=\"{by}\"")), "{place}: {by}");
        }
    }
    for button in html.split("<button").skip(1) {
        let name = between(button, ">", "</button>");
        assert!(!name.trim().is_empty(), "{place}");
    }
}

fn between<'a>(text: &'a str, from: &str, to: &str) -> &'a str {
    let (_, rest) = text.split_once(from).unwrap();
    rest.split_once(to).unwrap().0
}

fn ratio(one: f64, other: f64) -> f64 {
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

/// The relative luminance of a color of the style sheet, as WCAG defines it.
fn luminance(rules: &str, name: &str) -> f64 {
    let hex = &between(rules, &format!("--{name}: #"), ";");
    let part = |at: usize| {
        let part = f64::from(u8::from_str_radix(&hex[at..at + 2], 16).unwrap()) / 255.0;
        if part <= 0.04045 {
            part / 12.92
        } else {
            ((part + 0.055) / 1.055).powf(2.4)
        }
    };
    0.2126 * part(0) + 0.7152 * part(2) + 0.0722 * part(4)
}
