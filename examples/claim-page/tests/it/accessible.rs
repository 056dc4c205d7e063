//! What a page owes to people who do not see it, or do not use a mouse. The browser's test asks the
//! browser; this asks the HTML, where there is no browser.

use example_claim_page::tour::Page;

use crate::stage::{Cut, Stage, link};

#[tokio::test]
async fn every_page_has_a_language_one_heading_and_a_label_for_every_field() {
    let stage = Stage::new().await;
    let token = stage.invite("zoe@acme.com").await;
    let mut zoe = stage.walker();
    let mut pages = Vec::new();
    for path in [
        "/",
        "/claim",
        &link(&token),
        "/seat",
        "/sign-in",
        "/nowhere",
    ] {
        pages.push(zoe.get(path).await.unwrap());
    }
    pages.push(
        zoe.submit("/sign-in", &[("password", "guess")])
            .await
            .unwrap(),
    );
    zoe.get(&link(&token)).await.unwrap();
    stage.wire.cut(Cut::ClaimOnTheWay);
    pages.push(zoe.submit("/claim", &[]).await.unwrap());
    stage.wire.cut(Cut::Nowhere);
    let mut kim = stage.manager().await;
    pages.push(kim.get("/team").await.unwrap());
    pages.push(
        kim.submit("/team/assign", &[("email", "nobody")])
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

/// Text on its background has 4.5 to 1, as WCAG 2.2 (AA) asks, in the light and in the dark.
#[test]
fn every_colour_has_enough_contrast() {
    let style = include_str!("../../src/pages/style.css");
    let (light, dark) = style.split_once("@media").unwrap();
    for (scheme, rules) in [("light", light), ("dark", dark)] {
        let colour = |name: &str| luminance(rules, name);
        for ground in ["paper", "soft"] {
            for ink in ["ink", "quiet", "accent", "bad", "good"] {
                let ratio = ratio(colour(ink), colour(ground));
                assert!(ratio >= 4.5, "{scheme}: {ink} on {ground} has {ratio:.2}");
            }
        }
        let button = ratio(colour("on-accent"), colour("accent"));
        assert!(button >= 4.5, "{scheme}: a button has {button:.2}");
        let border = ratio(colour("line"), colour("paper"));
        assert!(border >= 3.0, "{scheme}: a field's border has {border:.2}");
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

/// The relative luminance of a colour of the style sheet, as WCAG defines it.
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
