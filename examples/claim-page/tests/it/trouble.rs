use std::time::Duration;

use http::StatusCode;

use crate::stage::{Cut, Stage, link};

const A_DAY: Duration = Duration::from_secs(25 * 60 * 60);

#[tokio::test]
async fn a_dead_link_names_the_reasons_and_whom_to_ask() {
    let stage = Stage::new().await;
    let page = stage
        .walker()
        .get("/claim?invitation_token=unknown")
        .await
        .unwrap();
    assert_eq!(page.status, StatusCode::GONE);
    let text = page.text();
    for said in [
        "cannot be used any more",
        "claimed already",
        "24 hours",
        "Kim Lee (kim@acme.com)",
    ] {
        assert!(text.contains(said), "{text}");
    }
    assert!(!text.contains("Try again"));
}

#[tokio::test]
async fn who_was_shown_an_invitation_is_told_that_it_expired() {
    let stage = Stage::new().await;
    let token = stage.invite("zoe@acme.com").await;
    let mut zoe = stage.walker();
    zoe.get(&link(&token)).await.unwrap();
    stage.mock.advance(A_DAY);
    let page = zoe.submit("/claim", &[]).await.unwrap();
    assert_eq!(page.status, StatusCode::GONE);
    assert!(
        page.text().contains("The invitation expired"),
        "{}",
        page.text()
    );
    assert!(
        page.text()
            .contains("Ask Kim Lee (kim@acme.com) to renew it")
    );

    // A stranger with the same link is not told of anybody's seat.
    let text = stage.walker().get(&link(&token)).await.unwrap().text();
    assert!(text.contains("cannot be used any more"), "{text}");
}

#[tokio::test]
async fn who_was_shown_an_invitation_is_told_that_it_was_claimed_elsewhere() {
    let stage = Stage::new().await;
    let token = stage.invite("zoe@acme.com").await;
    let mut zoe = stage.walker();
    zoe.get(&link(&token)).await.unwrap();
    let mut elsewhere = stage.walker();
    elsewhere.get(&link(&token)).await.unwrap();
    elsewhere.submit("/claim", &[]).await.unwrap();
    let text = zoe.submit("/claim", &[]).await.unwrap().text();
    assert!(text.contains("The seat was claimed already"), "{text}");
    assert!(text.contains("Sign in to the customer portal"), "{text}");
}

#[tokio::test]
async fn who_was_shown_an_invitation_is_told_of_a_newer_one() {
    let stage = Stage::new().await;
    let token = stage.invite("zoe@acme.com").await;
    let mut zoe = stage.walker();
    zoe.get(&link(&token)).await.unwrap();
    stage.mock.advance(A_DAY);
    let mut kim = stage.manager().await;
    kim.submit("/team/renew", &[("holder", "zoe@acme.com")])
        .await
        .unwrap();
    let text = zoe.submit("/claim", &[]).await.unwrap().text();
    assert!(text.contains("There is a newer invitation"), "{text}");
}

#[tokio::test]
async fn seats_that_are_switched_off_are_said_to_be() {
    let stage = Stage::new().await;
    let token = stage.invite("zoe@acme.com").await;
    stage.acme.set_seats_enabled(false);
    let page = stage.walker().get(&link(&token)).await.unwrap();
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    assert!(
        page.text().contains("Seats are switched off"),
        "{}",
        page.text()
    );
}

#[tokio::test]
async fn when_polar_cannot_be_reached_the_same_can_be_tried_again() {
    let stage = Stage::new().await;
    let token = stage.invite("zoe@acme.com").await;
    let mut zoe = stage.walker();
    stage.wire.cut(Cut::All);
    let page = zoe.get(&link(&token)).await.unwrap();
    assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(page.text().contains("We cannot reach Polar"));
    assert!(page.text().contains("Try again"));

    stage.wire.cut(Cut::Nowhere);
    let again = [("invitation", token.expose())];
    let page = zoe.submit("/claim/by-hand", &again).await.unwrap();
    assert_eq!(page.status, StatusCode::OK);

    stage.wire.cut(Cut::All);
    let page = zoe.submit("/claim", &[]).await.unwrap();
    assert!(
        page.text().contains("Nothing was claimed"),
        "{}",
        page.text()
    );
    assert_eq!(
        stage.wire.claims(),
        3,
        "what was not sent is sent again, twice"
    );
}

#[tokio::test]
async fn a_crowd_is_asked_to_wait_as_long_as_polar_asks() {
    let stage = Stage::new().await;
    let token = stage.invite("zoe@acme.com").await;
    stage.wire.cut(Cut::Throttled(3600));
    let page = stage.walker().get(&link(&token)).await.unwrap();
    assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(page.text().contains("Wait 3600 seconds"), "{}", page.text());
}

#[tokio::test]
async fn a_link_without_a_whole_token_is_called_incomplete() {
    let stage = Stage::new().await;
    for path in [
        "/claim",
        "/claim?invitation_token=",
        "/claim?invitation_token=a%20b",
        "/claim?invitation_token=..",
    ] {
        let page = stage.walker().get(path).await.unwrap();
        assert_eq!(page.status, StatusCode::BAD_REQUEST, "{path}");
        assert!(page.text().contains("The link is not complete"), "{path}");
    }
}

#[tokio::test]
async fn a_page_that_does_not_exist_leads_to_the_first() {
    let stage = Stage::new().await;
    let page = stage.walker().get("/nowhere").await.unwrap();
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    assert!(page.html.contains("href=\"/\""));
}
