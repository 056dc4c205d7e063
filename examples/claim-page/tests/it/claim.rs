use std::time::Duration;

use http::{Method, StatusCode, header};

use crate::app::{Fault, TestApp, link};

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
    assert_eq!(
        app.seat_status("zoe@acme.com").await.as_deref(),
        Some("pending")
    );
}

#[tokio::test]
async fn claim_leads_to_the_seat_page_and_the_portal() {
    let app = TestApp::new().await;
    let token = app.invite("zoe@acme.com").await;
    let mut zoe = app.user_agent();
    zoe.get(&link(&token)).await.unwrap();
    let page = zoe.submit("/claim", &[]).await.unwrap();
    assert_eq!(
        (page.route.as_str(), page.status),
        ("GET /seat", StatusCode::OK)
    );
    assert!(page.text().contains("The seat is yours"));
    assert!(page.text().contains("signs you in until"));
    assert_eq!(
        app.seat_status("zoe@acme.com").await.as_deref(),
        Some("claimed")
    );

    let portal = zoe
        .exchange(Method::GET, "/portal", Vec::new())
        .await
        .unwrap();
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
    let page = zoe
        .submit("/claim/by-hand", &[("invitation", &pasted)])
        .await
        .unwrap();
    assert_eq!(page.status, StatusCode::OK);
    let page = zoe.submit("/claim", &[]).await.unwrap();
    assert!(page.text().contains("The seat is yours"));
}

#[tokio::test]
async fn reloading_does_not_claim_again() {
    let app = TestApp::new().await;
    let token = app.invite("zoe@acme.com").await;
    let mut zoe = app.user_agent();
    zoe.get(&link(&token)).await.unwrap();
    zoe.submit("/claim", &[]).await.unwrap();
    for path in ["/seat", &link(&token)] {
        let page = zoe.get(path).await.unwrap();
        assert_eq!(page.route, "GET /seat");
        assert!(page.text().contains("The seat is yours"));
    }
    assert_eq!(app.transport.claims(), 1);
}

#[tokio::test]
async fn second_click_waits_for_the_first_claim() {
    let app = TestApp::new().await;
    let token = app.invite("zoe@acme.com").await;
    let mut zoe = app.user_agent();
    zoe.get(&link(&token)).await.unwrap();
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
    let app = TestApp::new().await;
    let token = app.invite("zoe@acme.com").await;
    let mut zoe = app.user_agent();
    zoe.get(&link(&token)).await.unwrap();
    app.transport
        .set_fault(Fault::ClaimSlow(Duration::from_millis(300)));
    let mut leaving = zoe.clone();
    let left = tokio::time::timeout(Duration::from_millis(100), leaving.submit("/claim", &[]));
    assert!(left.await.is_err());
    tokio::time::sleep(Duration::from_millis(500)).await;
    let page = zoe.get("/seat").await.unwrap();
    assert!(page.text().contains("The seat is yours"), "{}", page.text());
}

#[tokio::test]
async fn seat_page_without_a_claim_shows_links() {
    let app = TestApp::new().await;
    let text = app.user_agent().get("/seat").await.unwrap().text();
    assert!(text.contains("No seat was claimed here"));
    assert!(text.contains("kim@acme.com"));
    let portal = app
        .user_agent()
        .exchange(Method::GET, "/portal", Vec::new())
        .await
        .unwrap();
    assert_eq!(
        portal.headers[header::LOCATION],
        "https://polar.test/acme/portal"
    );
}

#[tokio::test]
async fn seat_page_reports_an_expired_session() {
    let app = TestApp::new().await;
    let token = app.invite("zoe@acme.com").await;
    let mut zoe = app.user_agent();
    zoe.get(&link(&token)).await.unwrap();
    zoe.submit("/claim", &[]).await.unwrap();
    app.mock.advance(Duration::from_secs(2 * 60 * 60));
    let text = zoe.get("/seat").await.unwrap().text();
    assert!(text.contains("Your session there has ended"), "{text}");
    app.transport.set_fault(Fault::Connect);
    let text = zoe.get("/seat").await.unwrap().text();
    assert!(text.contains("If the portal asks you to sign in"), "{text}");
}

#[tokio::test]
async fn lost_claim_can_be_repeated_after_the_timeout() {
    let app = TestApp::new().await;
    let token = app.invite("zoe@acme.com").await;
    let mut zoe = app.user_agent();
    zoe.get(&link(&token)).await.unwrap();
    app.transport.set_fault(Fault::RequestLost);
    let page = zoe.submit("/claim", &[]).await.unwrap();
    assert_eq!(page.route, "GET /claim/outcome");
    assert!(page.text().contains("We do not know yet"));
    assert!(page.text().contains("Wait 30 seconds"));

    app.transport.set_fault(Fault::None);
    app.mock.advance(AFTER_TIMEOUT);
    let page = zoe.get("/claim/outcome").await.unwrap();
    assert!(
        page.text().contains("The seat is not claimed yet"),
        "{}",
        page.text()
    );
    let page = zoe.submit("/claim", &[]).await.unwrap();
    assert!(page.text().contains("The seat is yours"), "{}", page.text());
    assert_eq!(app.transport.claims(), 2);
}

#[tokio::test]
async fn claim_with_lost_response_is_reported_as_claimed() {
    let app = TestApp::new().await;
    let token = app.invite("zoe@acme.com").await;
    let mut zoe = app.user_agent();
    zoe.get(&link(&token)).await.unwrap();
    app.transport.set_fault(Fault::ResponseLost);
    zoe.submit("/claim", &[]).await.unwrap();
    app.mock.advance(AFTER_TIMEOUT);
    let text = zoe.get("/claim/outcome").await.unwrap().text();
    assert!(text.contains("The seat is yours"), "{text}");
    assert!(text.contains("Sign in to the customer portal"), "{text}");
}

#[tokio::test]
async fn unknown_outcome_blocks_further_claims() {
    let app = TestApp::new().await;
    let token = app.invite("zoe@acme.com").await;
    let mut zoe = app.user_agent();
    zoe.get(&link(&token)).await.unwrap();
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
async fn outcome_stays_unknown_while_polar_is_unreachable() {
    let app = TestApp::new().await;
    let token = app.invite("zoe@acme.com").await;
    let mut zoe = app.user_agent();
    zoe.get(&link(&token)).await.unwrap();
    app.transport.set_fault(Fault::ResponseLost);
    zoe.submit("/claim", &[]).await.unwrap();
    app.mock.advance(AFTER_TIMEOUT);
    app.transport.set_fault(Fault::Connect);
    let text = zoe.get("/claim/outcome").await.unwrap().text();
    assert!(text.contains("We do not know yet"), "{text}");
    assert!(text.contains("cannot be reached right now"), "{text}");
}

#[tokio::test]
async fn expired_invitation_after_unknown_outcome_needs_a_new_one() {
    let app = TestApp::new().await;
    let token = app.invite("zoe@acme.com").await;
    let mut zoe = app.user_agent();
    zoe.get(&link(&token)).await.unwrap();
    app.transport.set_fault(Fault::RequestLost);
    zoe.submit("/claim", &[]).await.unwrap();
    app.mock.advance(Duration::from_secs(25 * 60 * 60));
    let text = zoe.get("/claim/outcome").await.unwrap().text();
    assert!(text.contains("The invitation expired"), "{text}");
    assert!(text.contains("for a new invitation"), "{text}");
}

#[tokio::test]
async fn outcome_page_without_a_claim_redirects_to_the_seat() {
    let app = TestApp::new().await;
    let page = app.user_agent().get("/claim/outcome").await.unwrap();
    assert_eq!(page.route, "GET /seat");
}

const AFTER_TIMEOUT: Duration = Duration::from_secs(31);
