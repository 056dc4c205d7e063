use std::time::Duration;

use http::{Method, StatusCode, header};

use crate::app::{Fault, TestApp, assert_contains, get_once, link, submit};

#[tokio::test]
async fn invitation_page_shows_product_organization_and_email() {
    let app = TestApp::new().await;
    let token = app.invite("zoe@acme.com").await;
    let page = app.user_agent().get(&link(&token)).await.unwrap();
    assert_eq!(page.status, StatusCode::OK);
    let text = page.text();
    for text_part in [
        "You are invited to Atlas for teams",
        "Acme",
        "zoe@acme.com",
        "Claim my seat",
    ] {
        assert!(text.contains(text_part), "{text}");
    }
}

#[tokio::test]
async fn opening_a_link_does_not_claim_the_seat() {
    let app = TestApp::new().await;
    let token = app.invite("zoe@acme.com").await;
    for method in [Method::GET, Method::HEAD, Method::GET] {
        let page = app
            .user_agent()
            .exchange(method, &link(&token), Vec::new())
            .await
            .unwrap();
        assert_eq!(page.status, StatusCode::OK);
    }
    assert_eq!(app.transport.claims(), 0);
    app.assert_seat("zoe@acme.com", Some("pending")).await;
}

#[tokio::test]
async fn claim_leads_to_the_seat_page_and_the_portal() {
    let (app, _, mut zoe) = TestApp::with_open_invitation().await;
    let page = zoe.submit("/claim", &[]).await.unwrap();
    assert_eq!(
        (page.route.as_str(), page.status),
        ("GET /claim/seat", StatusCode::OK)
    );
    assert!(page.text().contains("The seat is yours"));
    assert!(page.text().contains("signs you in until"));
    app.assert_seat("zoe@acme.com", Some("claimed")).await;

    let portal = get_once(&mut zoe, "/claim/portal").await;
    assert_eq!(portal.status, StatusCode::SEE_OTHER);
    let location = portal.headers[header::LOCATION].to_str().unwrap();
    let session = location
        .strip_prefix("https://polar.test/acme/portal?customer_session_token=")
        .unwrap();
    assert!(session.starts_with("polar%5Fmst%5F"), "{session}");
}

#[tokio::test]
async fn pasted_invitation_can_be_claimed() {
    let app = TestApp::new().await;
    let token = app.invite("zoe@acme.com").await;
    let mut zoe = app.user_agent();
    zoe.get("/").await.unwrap();
    let pasted = format!(" https://teams.acme.com{}\n", link(&token));
    let page = submit(&mut zoe, "/claim/by-hand", ("invitation", &pasted)).await;
    assert_eq!(page.status, StatusCode::OK);
    let page = zoe.submit("/claim", &[]).await.unwrap();
    assert!(page.text().contains("The seat is yours"));
}

#[tokio::test]
async fn reloading_does_not_claim_again() {
    let (app, token, mut zoe) = TestApp::with_open_invitation().await;
    zoe.submit("/claim", &[]).await.unwrap();
    for path in ["/claim/seat", &link(&token)] {
        let page = zoe.get(path).await.unwrap();
        assert_eq!(page.route, "GET /claim/seat");
        assert!(page.text().contains("The seat is yours"));
    }
    assert_eq!(app.transport.claims(), 1);
}

#[tokio::test]
async fn second_click_waits_for_the_first_claim() {
    let (app, _, mut zoe) = TestApp::with_open_invitation().await;
    let mut again = zoe.clone();
    app.transport
        .set_fault(Fault::ClaimSlow(Duration::from_millis(100)));
    let (first, second) = tokio::join!(zoe.submit("/claim", &[]), again.submit("/claim", &[]));
    for page in [first.unwrap(), second.unwrap()] {
        assert!(page.text().contains("The seat is yours"), "{}", page.text());
    }
    assert_eq!(app.transport.claims(), 1);
}

#[tokio::test]
async fn claim_completes_after_the_page_is_closed() {
    let (app, _, mut zoe) = TestApp::with_open_invitation().await;
    app.transport
        .set_fault(Fault::ClaimSlow(Duration::from_millis(300)));
    let mut leaving = zoe.clone();
    let left = tokio::time::timeout(Duration::from_millis(100), leaving.submit("/claim", &[]));
    assert!(left.await.is_err());
    tokio::time::sleep(Duration::from_millis(500)).await;
    let page = zoe.get("/claim/seat").await.unwrap();
    assert!(page.text().contains("The seat is yours"), "{}", page.text());
}

#[tokio::test]
async fn seat_page_without_a_claim_shows_links() {
    let app = TestApp::new().await;
    let text = app.user_agent().get("/claim/seat").await.unwrap().text();
    assert!(text.contains("No seat was claimed here"));
    assert!(text.contains("kim@acme.com"));
    let portal = get_once(&mut app.user_agent(), "/claim/portal").await;
    assert_eq!(
        portal.headers[header::LOCATION],
        "https://polar.test/acme/portal"
    );
}

#[tokio::test]
async fn seat_page_reports_an_expired_session() {
    let (app, _, mut zoe) = TestApp::with_open_invitation().await;
    zoe.submit("/claim", &[]).await.unwrap();
    app.mock.advance(Duration::from_secs(2 * 60 * 60));
    let text = zoe.get("/claim/seat").await.unwrap().text();
    assert!(text.contains("Your session there has ended"), "{text}");
    app.transport.set_fault(Fault::Connect);
    let text = zoe.get("/claim/seat").await.unwrap().text();
    assert!(text.contains("If the portal asks you to sign in"), "{text}");
}

#[tokio::test]
async fn lost_claim_can_be_repeated_after_the_timeout() {
    let (app, _, mut zoe) = TestApp::with_open_invitation().await;
    app.transport.set_fault(Fault::RequestLost);
    let page = zoe.submit("/claim", &[]).await.unwrap();
    assert_eq!(page.route, "GET /claim/outcome");
    assert!(page.text().contains("We do not know yet"));
    assert!(page.text().contains("Wait 30 seconds"));

    app.transport.set_fault(Fault::None);
    app.mock.advance(AFTER_TIMEOUT);
    let page = zoe.get("/claim/outcome").await.unwrap();
    assert_contains(&page.text(), "The seat is not claimed yet");
    let page = zoe.submit("/claim", &[]).await.unwrap();
    assert!(page.text().contains("The seat is yours"), "{}", page.text());
    assert_eq!(app.transport.claims(), 2);
}

/// The outcome depends on what was lost, on the time, and on whether Polar can be reached then.
#[tokio::test]
async fn outcome_of_a_lost_claim_is_reported_later() {
    let a_day = Duration::from_secs(25 * 60 * 60);
    let claimed = ["The seat is yours", "Sign in to the customer portal"];
    let unknown = ["We do not know yet", "cannot be reached right now"];
    let expired = ["The invitation expired", "for a new invitation"];
    for (lost, time, later, parts) in [
        (Fault::ResponseLost, AFTER_TIMEOUT, None, claimed),
        (
            Fault::ResponseLost,
            AFTER_TIMEOUT,
            Some(Fault::Connect),
            unknown,
        ),
        (Fault::RequestLost, a_day, None, expired),
    ] {
        let (app, _, mut zoe) = TestApp::with_open_invitation().await;
        app.transport.set_fault(lost);
        zoe.submit("/claim", &[]).await.unwrap();
        app.mock.advance(time);
        app.transport.set_fault(later.unwrap_or(lost));
        let text = zoe.get("/claim/outcome").await.unwrap().text();
        for part in parts {
            assert_contains(&text, part);
        }
    }
}

#[tokio::test]
async fn unknown_outcome_blocks_further_claims() {
    let (app, _, mut zoe) = TestApp::with_open_invitation().await;
    let mut early = zoe.clone();
    app.transport.set_fault(Fault::RequestLost);
    zoe.submit("/claim", &[]).await.unwrap();
    for _ in 0..3 {
        let page = early.clone().submit("/claim", &[]).await.unwrap();
        assert_eq!(page.route, "GET /claim/outcome");
    }
    early.get("/claim/outcome").await.unwrap();
    assert_eq!(app.transport.claims(), 1);
}

#[tokio::test]
async fn outcome_page_without_a_claim_redirects_to_the_seat() {
    let app = TestApp::new().await;
    let page = app.user_agent().get("/claim/outcome").await.unwrap();
    assert_eq!(page.route, "GET /claim/seat");
}

const AFTER_TIMEOUT: Duration = Duration::from_secs(31);
