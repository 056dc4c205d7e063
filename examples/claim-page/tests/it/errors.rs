use std::time::Duration;

use http::StatusCode;

use crate::app::{Fault, TestApp, assert_contains, link};

const A_DAY: Duration = Duration::from_secs(25 * 60 * 60);

#[tokio::test]
async fn unusable_link_lists_reasons_and_contact() {
    let app = TestApp::new().await;
    let page = app
        .user_agent()
        .get(&format!("/claim?invitation_token={}", "a".repeat(43)))
        .await
        .unwrap();
    assert_eq!(page.status, StatusCode::GONE);
    let text = page.text();
    for text_part in [
        "can no longer be used",
        "already claimed",
        "24 hours",
        "Kim Lee (kim@acme.com)",
    ] {
        assert!(text.contains(text_part), "{text}");
    }
    assert!(!text.contains("Try again"));
}

#[tokio::test]
async fn mistyped_link_says_so_and_leads_to_the_form() {
    let (app, token, _) = TestApp::with_open_invitation().await;
    let token = token.expose();
    for mistyped in [
        "unknown",
        &token[..42],
        &format!("{token}."),
        &format!("{token}x"),
    ] {
        let link = format!("/claim?invitation_token={mistyped}");
        let page = app.user_agent().get(&link).await.unwrap();
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{mistyped}");
        assert_contains(&page.text(), "The link is mistyped");
        assert_contains(&page.text(), "paste it here");
        assert_contains(&page.text(), "Kim Lee (kim@acme.com)");
    }
}

#[tokio::test]
async fn missing_page_leads_to_the_others() {
    let app = TestApp::new().await;
    for path in ["/missing", "/claim/missing", "/team/missing"] {
        let page = app.user_agent().get(path).await.unwrap();
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{path}");
        assert_contains(&page.text(), "Page not found");
        for link in ["href=\"/claim\"", "href=\"/team\""] {
            assert!(page.html.contains(link), "{path}: {link}");
        }
    }
}

#[tokio::test]
async fn expired_invitation_is_reported_after_it_was_shown() {
    let (app, token, mut zoe) = TestApp::with_open_invitation().await;
    app.mock.advance(A_DAY);
    let page = zoe.submit("/claim", &[]).await.unwrap();
    assert_eq!(page.status, StatusCode::GONE);
    assert_contains(&page.text(), "The invitation expired");
    assert_contains(&page.text(), "Ask Kim Lee (kim@acme.com) to renew it");

    // Another visitor with the same link does not learn the state of the seat.
    let text = app.user_agent().get(&link(&token)).await.unwrap().text();
    assert!(text.contains("can no longer be used"), "{text}");
}

#[tokio::test]
async fn claim_in_another_browser_is_reported_after_it_was_shown() {
    let (app, token, mut zoe) = TestApp::with_open_invitation().await;
    let mut elsewhere = app.user_agent();
    elsewhere.get(&link(&token)).await.unwrap();
    elsewhere.submit("/claim", &[]).await.unwrap();
    let text = zoe.submit("/claim", &[]).await.unwrap().text();
    assert!(text.contains("The seat was already claimed"), "{text}");
    assert!(text.contains("Sign in to the customer portal"), "{text}");
}

#[tokio::test]
async fn renewed_invitation_is_reported_after_it_was_shown() {
    let (app, _, mut zoe) = TestApp::with_open_invitation().await;
    app.mock.advance(A_DAY);
    let mut kim = app.manager().await;
    kim.submit("/team/renew", &[("holder", "zoe@acme.com")])
        .await
        .unwrap();
    let text = zoe.submit("/claim", &[]).await.unwrap().text();
    assert!(text.contains("There is a newer invitation"), "{text}");
}

#[tokio::test]
async fn disabled_seats_are_reported() {
    let app = TestApp::new().await;
    let token = app.invite("zoe@acme.com").await;
    app.acme.set_seats_enabled(false);
    let page = app.user_agent().get(&link(&token)).await.unwrap();
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    assert_contains(&page.text(), "Seats are disabled");
}

#[tokio::test]
async fn unreachable_polar_offers_another_attempt() {
    let app = TestApp::new().await;
    let token = app.invite("zoe@acme.com").await;
    let mut zoe = app.user_agent();
    app.transport.set_fault(Fault::Connect);
    let page = zoe.get(&link(&token)).await.unwrap();
    assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(page.text().contains("We cannot reach Polar"));
    assert!(page.text().contains("Try again"));

    app.transport.set_fault(Fault::None);
    let again = [("invitation", token.expose())];
    let page = zoe.submit("/claim/by-hand", &again).await.unwrap();
    assert_eq!(page.status, StatusCode::OK);

    app.transport.set_fault(Fault::Connect);
    let page = zoe.submit("/claim", &[]).await.unwrap();
    assert_contains(&page.text(), "Nothing was claimed");
    assert_eq!(
        app.transport.claims(),
        3,
        "the client repeats a request that was not sent, twice"
    );
}

#[tokio::test]
async fn rate_limit_shows_the_time_to_wait() {
    let app = TestApp::new().await;
    let token = app.invite("zoe@acme.com").await;
    app.transport.set_fault(Fault::RateLimited(3600));
    let page = app.user_agent().get(&link(&token)).await.unwrap();
    assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(page.text().contains("Wait 3600 seconds"), "{}", page.text());
}

#[tokio::test]
async fn link_without_a_valid_token_is_incomplete() {
    let app = TestApp::new().await;
    for path in [
        "/claim?invitation_token=",
        "/claim?invitation_token=a%20b",
        "/claim?invitation_token=..",
    ] {
        let page = app.user_agent().get(path).await.unwrap();
        assert_eq!(page.status, StatusCode::BAD_REQUEST, "{path}");
        assert!(page.text().contains("The link is not complete"), "{path}");
    }
}
