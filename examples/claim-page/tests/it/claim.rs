use std::time::Duration;

use http::{Method, StatusCode, header};

use crate::stage::{Cut, Stage, link};

#[tokio::test]
async fn an_invitation_shows_its_product_organisation_and_address() {
    let stage = Stage::new().await;
    let token = stage.invite("zoe@acme.com").await;
    let page = stage.walker().get(&link(&token)).await.unwrap();
    assert_eq!(page.status, StatusCode::OK);
    let text = page.text();
    for said in [
        "You are invited to Atlas for teams",
        "Acme",
        "zoe@acme.com",
        "Claim my seat",
    ] {
        assert!(text.contains(said), "{text}");
    }
}

#[tokio::test]
async fn opening_a_link_claims_nothing_however_often_a_program_follows_it() {
    let stage = Stage::new().await;
    let token = stage.invite("zoe@acme.com").await;
    for method in [Method::GET, Method::HEAD, Method::GET] {
        let page = stage
            .walker()
            .exchange(method, &link(&token), Vec::new())
            .await
            .unwrap();
        assert_eq!(page.status, StatusCode::OK);
    }
    assert_eq!(stage.wire.claims(), 0);
    assert_eq!(
        stage.state("zoe@acme.com").await.as_deref(),
        Some("pending")
    );
}

#[tokio::test]
async fn a_claim_leads_to_the_seat_and_on_into_the_portal() {
    let stage = Stage::new().await;
    let token = stage.invite("zoe@acme.com").await;
    let mut zoe = stage.walker();
    zoe.get(&link(&token)).await.unwrap();
    let page = zoe.submit("/claim", &[]).await.unwrap();
    assert_eq!(
        (page.route.as_str(), page.status),
        ("GET /seat", StatusCode::OK)
    );
    assert!(page.text().contains("The seat is yours"));
    assert!(page.text().contains("signs you in until"));
    assert_eq!(
        stage.state("zoe@acme.com").await.as_deref(),
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
async fn an_invitation_can_be_pasted_so_that_it_is_in_no_address() {
    let stage = Stage::new().await;
    let token = stage.invite("zoe@acme.com").await;
    let mut zoe = stage.walker();
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
async fn reloading_the_seat_or_the_link_claims_nothing_again() {
    let stage = Stage::new().await;
    let token = stage.invite("zoe@acme.com").await;
    let mut zoe = stage.walker();
    zoe.get(&link(&token)).await.unwrap();
    zoe.submit("/claim", &[]).await.unwrap();
    for path in ["/seat", &link(&token)] {
        let page = zoe.get(path).await.unwrap();
        assert_eq!(page.route, "GET /seat");
        assert!(page.text().contains("The seat is yours"));
    }
    assert_eq!(stage.wire.claims(), 1);
}

#[tokio::test]
async fn a_second_click_waits_for_the_first_and_sees_the_same_seat() {
    let stage = Stage::new().await;
    let token = stage.invite("zoe@acme.com").await;
    let mut zoe = stage.walker();
    zoe.get(&link(&token)).await.unwrap();
    let mut again = zoe.clone();
    stage.wire.cut(Cut::ClaimSlow(Duration::from_millis(100)));
    let (first, second) = tokio::join!(zoe.submit("/claim", &[]), again.submit("/claim", &[]));
    for page in [first.unwrap(), second.unwrap()] {
        assert!(page.text().contains("The seat is yours"), "{}", page.text());
    }
    assert_eq!(stage.wire.claims(), 1);
}

#[tokio::test]
async fn a_claim_runs_to_its_end_when_the_person_closes_the_page() {
    let stage = Stage::new().await;
    let token = stage.invite("zoe@acme.com").await;
    let mut zoe = stage.walker();
    zoe.get(&link(&token)).await.unwrap();
    stage.wire.cut(Cut::ClaimSlow(Duration::from_millis(300)));
    let mut leaving = zoe.clone();
    let left = tokio::time::timeout(Duration::from_millis(100), leaving.submit("/claim", &[]));
    assert!(left.await.is_err());
    tokio::time::sleep(Duration::from_millis(500)).await;
    let page = zoe.get("/seat").await.unwrap();
    assert!(page.text().contains("The seat is yours"), "{}", page.text());
}

#[tokio::test]
async fn who_claimed_nothing_here_is_told_where_to_go() {
    let stage = Stage::new().await;
    let text = stage.walker().get("/seat").await.unwrap().text();
    assert!(text.contains("No seat was claimed here"));
    assert!(text.contains("kim@acme.com"));
    let portal = stage
        .walker()
        .exchange(Method::GET, "/portal", Vec::new())
        .await
        .unwrap();
    assert_eq!(
        portal.headers[header::LOCATION],
        "https://polar.test/acme/portal"
    );
}

#[tokio::test]
async fn a_session_that_is_over_is_not_promised() {
    let stage = Stage::new().await;
    let token = stage.invite("zoe@acme.com").await;
    let mut zoe = stage.walker();
    zoe.get(&link(&token)).await.unwrap();
    zoe.submit("/claim", &[]).await.unwrap();
    stage.mock.advance(Duration::from_secs(2 * 60 * 60));
    let text = zoe.get("/seat").await.unwrap().text();
    assert!(text.contains("not signed in there any more"), "{text}");
    stage.wire.cut(Cut::All);
    let text = zoe.get("/seat").await.unwrap().text();
    assert!(text.contains("If the portal asks you to sign in"), "{text}");
}
