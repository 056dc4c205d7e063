use std::time::Duration;

use http::{StatusCode, header};

use crate::app::{Fault, TestApp, assert_contains, get_once, submit};

#[tokio::test]
async fn team_page_requires_the_billing_manager() {
    let app = TestApp::new().await;
    let mut stranger = app.user_agent();
    stranger.get("/").await.unwrap();
    let page = get_once(&mut stranger, "/team").await;
    assert_eq!(page.headers[header::LOCATION], "/sign-in");
    let page = submit(&mut stranger, "/team/assign", ("email", "eve@acme.com")).await;
    assert_eq!(page.route, "GET /sign-in");
    app.assert_seat("eve@acme.com", None).await;

    let page = submit(&mut stranger, "/sign-in", ("password", "guess")).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    assert!(page.text().contains("Wrong password"));
    assert!(!page.html.contains("guess"));
}

#[tokio::test]
async fn sign_out_ends_access_to_the_team_page() {
    let app = TestApp::new().await;
    let mut kim = app.manager().await;
    kim.submit("/sign-out", &[]).await.unwrap();
    assert_eq!(kim.get("/team").await.unwrap().route, "GET /sign-in");
}

#[tokio::test]
async fn team_page_lists_holders_and_free_seats() {
    let app = TestApp::new().await;
    app.team.claimed_seat("ann@acme.com").unwrap();
    app.invite("zoe@acme.com").await;
    let text = app.manager().await.get("/team").await.unwrap().text();
    for text_part in [
        "1 of 3 seats is free",
        "ann@acme.com",
        "Claimed on",
        "zoe@acme.com",
        "Invited, expires in 2",
    ] {
        assert!(text.contains(text_part), "{text}");
    }
}

#[tokio::test]
async fn second_invitation_reports_the_existing_seat() {
    let app = TestApp::new().await;
    let mut kim = app.manager().await;
    let zoe = [("email", " zoe@acme.com ")];
    let page = kim.submit("/team/assign", &zoe).await.unwrap();
    assert_eq!(page.route, "GET /team");
    assert!(page.text().contains("zoe@acme.com was invited."));
    let text = kim.submit("/team/assign", &zoe).await.unwrap().text();
    assert!(text.contains("zoe@acme.com already has a seat."), "{text}");
    assert!(text.contains("2 of 3 seats are free"), "{text}");
    let text = kim.get("/team").await.unwrap().text();
    assert!(
        !text.contains("already has a seat"),
        "a notice appears once"
    );
}

#[tokio::test]
async fn rejected_email_stays_in_the_form_with_an_error() {
    let app = TestApp::new().await;
    let mut kim = app.manager().await;
    let page = submit(&mut kim, "/team/assign", ("email", "zoe@localhost")).await;
    assert_eq!(page.status, StatusCode::CONFLICT);
    assert_contains(&page.text(), "Polar does not accept this address");
    assert_contains(&page.html, r#"value="zoe@localhost" aria-invalid="true""#);
    assert!(page.html.contains(r#"aria-describedby="email-error""#));
}

#[tokio::test]
async fn full_team_has_no_invite_form() {
    let app = TestApp::new().await;
    let mut kim = app.manager().await;
    for name in ["ann", "ben", "zoe"] {
        app.invite(&format!("{name}@acme.com")).await;
    }
    let page = kim.get("/team").await.unwrap();
    assert!(page.text().contains("All 3 seats are taken."));
    assert!(!page.html.contains("name=\"email\""));
    let page = submit(&mut kim, "/team/assign", ("email", "max@acme.com")).await;
    assert!(page.text().contains("No seat is free"), "{}", page.text());
}

#[tokio::test]
async fn expired_invitations_are_renewed_and_live_ones_resent() {
    let app = TestApp::new().await;
    let old = app.invite("zoe@acme.com").await;
    let mut kim = app.manager().await;
    let zoe = [("holder", "zoe@acme.com")];
    let text = kim.submit("/team/resend", &zoe).await.unwrap().text();
    assert_contains(&text, "The email to zoe@acme.com was sent again.");
    assert_eq!(app.mock.outbox().len(), 2);

    app.mock.advance(Duration::from_secs(25 * 60 * 60));
    let page = kim.get("/team").await.unwrap();
    assert!(page.text().contains("Invitation expired"));
    assert!(
        !page.html.contains("/team/resend"),
        "it would send an expired link"
    );
    let text = kim.submit("/team/resend", &zoe).await.unwrap().text();
    assert!(text.contains("no longer has an open invitation"), "{text}");
    assert_eq!(app.mock.outbox().len(), 2);

    let text = kim.submit("/team/renew", &zoe).await.unwrap().text();
    assert_contains(&text, "zoe@acme.com has a new invitation.");
    assert!(app.mock.mail_to("zoe@acme.com").unwrap().invitation_token != old);
}

#[tokio::test]
async fn revoke_requires_confirmation() {
    let app = TestApp::new().await;
    app.team.claimed_seat("ann@acme.com").unwrap();
    let mut kim = app.manager().await;
    let page = submit(&mut kim, "/team/revoke", ("holder", "ann@acme.com")).await;
    assert!(page.text().contains("Revoke this seat?"));
    app.assert_seat("ann@acme.com", Some("claimed")).await;

    let confirmed = [("holder", "ann@acme.com"), ("confirmed", "yes")];
    let text = kim.submit("/team/revoke", &confirmed).await.unwrap().text();
    assert_contains(&text, "ann@acme.com no longer has a seat.");
    app.assert_seat("ann@acme.com", None).await;
    let text = kim.submit("/team/revoke", &confirmed).await.unwrap().text();
    assert!(text.contains("ann@acme.com has no seat."), "{text}");
}

#[tokio::test]
async fn late_revoke_does_not_affect_the_next_holder() {
    let app = TestApp::new().await;
    let slot = app.team.claimed_seat("ann@acme.com").unwrap();
    let mut kim = app.manager().await;
    let confirmed = [("holder", "ann@acme.com"), ("confirmed", "yes")];
    kim.submit("/team/revoke", &confirmed).await.unwrap();
    app.invite("zoe@acme.com").await;
    let list = app
        .client
        .customer_seats()
        .list(app.team.id())
        .await
        .unwrap();
    assert_eq!(list.find_by_email("zoe@acme.com").unwrap().id, slot);

    kim.submit("/team/revoke", &confirmed).await.unwrap();
    app.assert_seat("zoe@acme.com", Some("pending")).await;
}

#[tokio::test]
async fn unreachable_polar_is_reported_to_the_manager() {
    let app = TestApp::new().await;
    let mut kim = app.manager().await;
    app.transport.set_fault(Fault::Connect);
    for (path, field) in [
        ("/team/assign", ("email", "zoe@acme.com")),
        ("/team/renew", ("holder", "zoe@acme.com")),
        ("/team/resend", ("holder", "zoe@acme.com")),
    ] {
        let page = kim.submit(path, &[field]).await.unwrap();
        assert_eq!(page.status, StatusCode::BAD_GATEWAY);
        assert_contains(&page.text(), "Polar cannot be reached right now");
    }
}
