use std::time::Duration;

use http::{Method, StatusCode, header};

use crate::stage::{Cut, Stage};

#[tokio::test]
async fn the_team_is_closed_to_everybody_but_its_manager() {
    let stage = Stage::new().await;
    let mut stranger = stage.walker();
    stranger.get("/").await.unwrap();
    let page = stranger
        .exchange(Method::GET, "/team", Vec::new())
        .await
        .unwrap();
    assert_eq!(page.headers[header::LOCATION], "/sign-in");
    let page = stranger
        .submit("/team/assign", &[("email", "eve@acme.com")])
        .await
        .unwrap();
    assert_eq!(page.route, "GET /sign-in");
    assert_eq!(stage.state("eve@acme.com").await, None);

    let page = stranger
        .submit("/sign-in", &[("password", "guess")])
        .await
        .unwrap();
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    assert!(page.text().contains("This is not the password"));
    assert!(!page.html.contains("guess"));
}

#[tokio::test]
async fn signing_out_closes_the_team() {
    let stage = Stage::new().await;
    let mut kim = stage.manager().await;
    kim.submit("/sign-out", &[]).await.unwrap();
    assert_eq!(kim.get("/team").await.unwrap().route, "GET /sign-in");
}

#[tokio::test]
async fn the_list_says_who_has_a_seat_and_what_is_free() {
    let stage = Stage::new().await;
    stage.team.claimed_seat("ann@acme.com").unwrap();
    stage.invite("zoe@acme.com").await;
    let text = stage.manager().await.get("/team").await.unwrap().text();
    for said in [
        "1 of 3 seats is free",
        "ann@acme.com",
        "Claimed on",
        "zoe@acme.com",
        "Invited, for 2",
    ] {
        assert!(text.contains(said), "{text}");
    }
}

#[tokio::test]
async fn inviting_somebody_twice_gives_one_seat_and_says_so() {
    let stage = Stage::new().await;
    let mut kim = stage.manager().await;
    let zoe = [("email", " zoe@acme.com ")];
    let page = kim.submit("/team/assign", &zoe).await.unwrap();
    assert_eq!(page.route, "GET /team");
    assert!(page.text().contains("zoe@acme.com is invited."));
    let text = kim.submit("/team/assign", &zoe).await.unwrap().text();
    assert!(text.contains("zoe@acme.com has a seat already."), "{text}");
    assert!(text.contains("2 of 3 seats are free"), "{text}");
    let text = kim.get("/team").await.unwrap().text();
    assert!(
        !text.contains("has a seat already"),
        "a notice is said once"
    );
}

#[tokio::test]
async fn an_address_that_polar_does_not_take_is_marked_and_kept_to_be_corrected() {
    let stage = Stage::new().await;
    let mut kim = stage.manager().await;
    let page = kim
        .submit("/team/assign", &[("email", "zoe@localhost")])
        .await
        .unwrap();
    assert_eq!(page.status, StatusCode::CONFLICT);
    assert!(
        page.text().contains("Polar does not take this address"),
        "{}",
        page.text()
    );
    assert!(
        page.html
            .contains(r#"value="zoe@localhost" aria-invalid="true""#),
        "{}",
        page.html
    );
    assert!(page.html.contains(r#"aria-describedby="email-error""#));
}

#[tokio::test]
async fn a_full_team_says_so_instead_of_asking_for_an_address() {
    let stage = Stage::new().await;
    let mut kim = stage.manager().await;
    for name in ["ann", "ben", "zoe"] {
        stage.invite(&format!("{name}@acme.com")).await;
    }
    let page = kim.get("/team").await.unwrap();
    assert!(page.text().contains("All 3 seats are taken."));
    assert!(!page.html.contains("name=\"email\""));
    let page = kim
        .submit("/team/assign", &[("email", "max@acme.com")])
        .await
        .unwrap();
    assert!(page.text().contains("No seat is free"), "{}", page.text());
}

#[tokio::test]
async fn an_expired_invitation_is_renewed_and_a_live_one_is_sent_again() {
    let stage = Stage::new().await;
    let old = stage.invite("zoe@acme.com").await;
    let mut kim = stage.manager().await;
    let zoe = [("holder", "zoe@acme.com")];
    let text = kim.submit("/team/resend", &zoe).await.unwrap().text();
    assert!(
        text.contains("The mail to zoe@acme.com was sent again."),
        "{text}"
    );
    assert_eq!(stage.mock.outbox().len(), 2);

    stage.mock.advance(Duration::from_secs(25 * 60 * 60));
    let page = kim.get("/team").await.unwrap();
    assert!(page.text().contains("Invitation expired"));
    assert!(
        !page.html.contains("/team/resend"),
        "it would mail a dead link"
    );
    let text = kim.submit("/team/resend", &zoe).await.unwrap().text();
    assert!(text.contains("has no open invitation any more"), "{text}");
    assert_eq!(stage.mock.outbox().len(), 2);

    let text = kim.submit("/team/renew", &zoe).await.unwrap().text();
    assert!(
        text.contains("zoe@acme.com has a new invitation."),
        "{text}"
    );
    assert!(stage.mock.mail_to("zoe@acme.com").unwrap().invitation_token != old);
}

#[tokio::test]
async fn a_seat_is_revoked_only_after_asking() {
    let stage = Stage::new().await;
    stage.team.claimed_seat("ann@acme.com").unwrap();
    let mut kim = stage.manager().await;
    let page = kim
        .submit("/team/revoke", &[("holder", "ann@acme.com")])
        .await
        .unwrap();
    assert!(page.text().contains("Take the seat back?"));
    assert_eq!(
        stage.state("ann@acme.com").await.as_deref(),
        Some("claimed")
    );

    let confirmed = [("holder", "ann@acme.com"), ("confirmed", "yes")];
    let text = kim.submit("/team/revoke", &confirmed).await.unwrap().text();
    assert!(
        text.contains("ann@acme.com has no seat any more."),
        "{text}"
    );
    assert_eq!(stage.state("ann@acme.com").await, None);
    let text = kim.submit("/team/revoke", &confirmed).await.unwrap().text();
    assert!(text.contains("ann@acme.com has no seat."), "{text}");
}

#[tokio::test]
async fn a_button_that_is_pressed_late_does_not_hit_the_next_holder_of_the_slot() {
    let stage = Stage::new().await;
    let slot = stage.team.claimed_seat("ann@acme.com").unwrap();
    let mut kim = stage.manager().await;
    let confirmed = [("holder", "ann@acme.com"), ("confirmed", "yes")];
    kim.submit("/team/revoke", &confirmed).await.unwrap();
    stage.invite("zoe@acme.com").await;
    let list = stage
        .client
        .customer_seats()
        .list(stage.team.id())
        .await
        .unwrap();
    assert_eq!(list.find_by_email("zoe@acme.com").unwrap().id, slot);

    kim.submit("/team/revoke", &confirmed).await.unwrap();
    assert_eq!(
        stage.state("zoe@acme.com").await.as_deref(),
        Some("pending")
    );
}

#[tokio::test]
async fn when_polar_cannot_be_reached_the_manager_is_told_that_nothing_changed() {
    let stage = Stage::new().await;
    let mut kim = stage.manager().await;
    stage.wire.cut(Cut::All);
    for (path, field) in [
        ("/team/assign", ("email", "zoe@acme.com")),
        ("/team/renew", ("holder", "zoe@acme.com")),
        ("/team/resend", ("holder", "zoe@acme.com")),
    ] {
        let page = kim.submit(path, &[field]).await.unwrap();
        assert_eq!(page.status, StatusCode::BAD_GATEWAY);
        assert!(
            page.text().contains("Polar cannot be reached right now"),
            "{}",
            page.text()
        );
    }
}
