use std::time::Duration;

use crate::stage::{Cut, Stage, link};

const SETTLED: Duration = Duration::from_secs(31);

#[tokio::test]
async fn a_claim_that_did_not_arrive_can_be_claimed_again_once_that_is_certain() {
    let stage = Stage::new().await;
    let token = stage.invite("zoe@acme.com").await;
    let mut zoe = stage.walker();
    zoe.get(&link(&token)).await.unwrap();
    stage.wire.cut(Cut::ClaimOnTheWay);
    let page = zoe.submit("/claim", &[]).await.unwrap();
    assert_eq!(page.route, "GET /claim/outcome");
    assert!(page.text().contains("We do not know yet"));
    assert!(page.text().contains("Wait for 30 seconds"));

    stage.wire.cut(Cut::Nowhere);
    stage.mock.advance(SETTLED);
    let page = zoe.get("/claim/outcome").await.unwrap();
    assert!(
        page.text().contains("The seat is not claimed yet"),
        "{}",
        page.text()
    );
    let page = zoe.submit("/claim", &[]).await.unwrap();
    assert!(page.text().contains("The seat is yours"), "{}", page.text());
    assert_eq!(stage.wire.claims(), 2);
}

#[tokio::test]
async fn a_claim_whose_answer_got_lost_is_found_to_have_worked() {
    let stage = Stage::new().await;
    let token = stage.invite("zoe@acme.com").await;
    let mut zoe = stage.walker();
    zoe.get(&link(&token)).await.unwrap();
    stage.wire.cut(Cut::ClaimOnTheWayBack);
    zoe.submit("/claim", &[]).await.unwrap();
    stage.mock.advance(SETTLED);
    let text = zoe.get("/claim/outcome").await.unwrap().text();
    assert!(text.contains("The seat is yours"), "{text}");
    assert!(text.contains("Sign in to the customer portal"), "{text}");
}

#[tokio::test]
async fn while_the_outcome_is_unknown_no_click_claims_again() {
    let stage = Stage::new().await;
    let token = stage.invite("zoe@acme.com").await;
    let mut zoe = stage.walker();
    zoe.get(&link(&token)).await.unwrap();
    let mut early = zoe.clone();
    stage.wire.cut(Cut::ClaimOnTheWay);
    zoe.submit("/claim", &[]).await.unwrap();
    for _ in 0..3 {
        let page = early.clone().submit("/claim", &[]).await.unwrap();
        assert_eq!(page.route, "GET /claim/outcome");
    }
    early.get("/claim/outcome").await.unwrap();
    assert_eq!(stage.wire.claims(), 1);
}

#[tokio::test]
async fn when_polar_cannot_be_asked_the_outcome_stays_unknown() {
    let stage = Stage::new().await;
    let token = stage.invite("zoe@acme.com").await;
    let mut zoe = stage.walker();
    zoe.get(&link(&token)).await.unwrap();
    stage.wire.cut(Cut::ClaimOnTheWayBack);
    zoe.submit("/claim", &[]).await.unwrap();
    stage.mock.advance(SETTLED);
    stage.wire.cut(Cut::All);
    let text = zoe.get("/claim/outcome").await.unwrap().text();
    assert!(text.contains("We do not know yet"), "{text}");
    assert!(text.contains("cannot be reached right now"), "{text}");
}

#[tokio::test]
async fn an_invitation_that_expired_meanwhile_needs_a_new_one() {
    let stage = Stage::new().await;
    let token = stage.invite("zoe@acme.com").await;
    let mut zoe = stage.walker();
    zoe.get(&link(&token)).await.unwrap();
    stage.wire.cut(Cut::ClaimOnTheWay);
    zoe.submit("/claim", &[]).await.unwrap();
    stage.mock.advance(Duration::from_secs(25 * 60 * 60));
    let text = zoe.get("/claim/outcome").await.unwrap().text();
    assert!(text.contains("The invitation expired"), "{text}");
    assert!(text.contains("for a new invitation"), "{text}");
}

#[tokio::test]
async fn without_an_unanswered_claim_there_is_nothing_to_find_out() {
    let stage = Stage::new().await;
    let page = stage.walker().get("/claim/outcome").await.unwrap();
    assert_eq!(page.route, "GET /seat");
}
