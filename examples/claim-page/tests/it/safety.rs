use example_claim_page::Settings;
use http::{Method, StatusCode, header};

use crate::stage::{PASSWORD, Stage, link};

#[tokio::test]
async fn every_answer_carries_the_headers_that_protect_it() {
    let stage = Stage::new().await;
    let token = stage.invite("zoe@acme.com").await;
    let mut walker = stage.walker();
    for path in [
        "/",
        &link(&token),
        "/seat",
        "/sign-in",
        "/nowhere",
        "/team",
        "/portal",
        "/style.css",
    ] {
        let page = walker
            .exchange(Method::GET, path, Vec::new())
            .await
            .unwrap();
        assert_eq!(
            page.headers[header::REFERRER_POLICY],
            "no-referrer",
            "{path}"
        );
        assert_eq!(
            page.headers[header::X_CONTENT_TYPE_OPTIONS],
            "nosniff",
            "{path}"
        );
        let policy = page.headers[header::CONTENT_SECURITY_POLICY]
            .to_str()
            .unwrap();
        for rule in [
            "default-src 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        ] {
            assert!(policy.contains(rule), "{path}: {policy}");
        }
        if path != "/style.css" {
            assert_eq!(page.headers[header::CACHE_CONTROL], "no-store", "{path}");
            assert!(
                !page.html.contains("<script") && !page.html.contains("style=\""),
                "{path}"
            );
        }
    }
}

#[tokio::test]
async fn no_form_is_taken_without_the_visits_own_token() {
    let stage = Stage::new().await;
    let token = stage.invite("zoe@acme.com").await;
    let fields = format!(
        "invitation_token={0}&invitation={0}&email=eve%40acme.com&holder=zoe%40acme.com&confirmed=yes&password=x",
        token.expose()
    );
    let mut foreign = stage.manager().await;
    for path in [
        "/claim",
        "/claim/by-hand",
        "/sign-in",
        "/sign-out",
        "/team/assign",
        "/team/renew",
        "/team/resend",
        "/team/revoke",
    ] {
        for (body, status) in [
            (fields.clone(), StatusCode::BAD_REQUEST),
            (format!("form_token=&{fields}"), StatusCode::FORBIDDEN),
            (
                format!("form_token=00000000000000000000000000000000&{fields}"),
                StatusCode::FORBIDDEN,
            ),
        ] {
            let page = foreign
                .exchange(Method::POST, path, body.into_bytes())
                .await
                .unwrap();
            assert_eq!(page.status, status, "{path}");
        }
    }
    assert_eq!(stage.wire.claims(), 0);
    assert_eq!(
        stage.state("zoe@acme.com").await.as_deref(),
        Some("pending")
    );
    assert_eq!(stage.state("eve@acme.com").await, None);
}

#[tokio::test]
async fn the_token_of_one_visit_is_of_no_use_in_another() {
    let stage = Stage::new().await;
    let token = stage.invite("zoe@acme.com").await;
    let mut eve = stage.walker();
    eve.get(&link(&token)).await.unwrap();
    let forged = eve.form(&[]);
    let mut zoe = stage.walker();
    zoe.get("/").await.unwrap();
    let page = zoe
        .exchange(Method::POST, "/claim", forged.into_bytes())
        .await
        .unwrap();
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    assert!(page.text().contains("Nothing was done"));
}

#[tokio::test]
async fn the_cookie_is_closed_to_scripts_and_to_other_sites_and_new_after_signing_in() {
    let stage = Stage::new().await;
    let mut kim = stage.walker();
    let cookie = |page: &example_claim_page::tour::Page| {
        page.headers[header::SET_COOKIE]
            .to_str()
            .unwrap()
            .to_owned()
    };
    let before = cookie(&kim.get("/sign-in").await.unwrap());
    assert!(
        before.contains("HttpOnly") && before.contains("SameSite=Lax"),
        "{before}"
    );
    assert!(!before.contains("Secure"), "plain http, for a test");
    let body = kim.form(&[("password", PASSWORD)]);
    let page = kim
        .exchange(Method::POST, "/sign-in", body.into_bytes())
        .await
        .unwrap();
    let after = cookie(&page);
    assert_ne!(before.split(';').next(), after.split(';').next());

    let secure = Stage::with("Atlas", |settings: &mut Settings| settings.https = true).await;
    let secure = cookie(&secure.walker().get("/").await.unwrap());
    assert!(
        secure.contains("Secure") && secure.starts_with("__Host-visit="),
        "{secure}"
    );
}

#[tokio::test]
async fn no_token_is_in_the_log_nor_a_session_in_any_page() {
    let stage = Stage::new().await;
    let token = stage.invite("zoe@acme.com").await;
    let mut zoe = stage.walker();
    let mut pages = vec![zoe.get(&link(&token)).await.unwrap()];
    pages.push(zoe.submit("/claim", &[]).await.unwrap());
    pages.push(stage.walker().get(&link(&token)).await.unwrap());
    pages.push(stage.manager().await.get("/team").await.unwrap());
    let portal = zoe
        .exchange(Method::GET, "/portal", Vec::new())
        .await
        .unwrap();
    pages.push(portal);
    let mistyped = format!("/claim/{}", token.expose());
    assert_eq!(stage.walker().get(&mistyped).await.unwrap().status, 404);

    let log = stage.log();
    let request = r#"request{method=GET route="/claim"}: "#;
    assert!(log.contains(request), "{log}");
    assert!(log.contains("status=200"), "{log}");
    assert!(
        log.contains("customer_seats.claim_info failed: Polar returned 4"),
        "{log}"
    );
    for secret in [
        token.expose(),
        "polar_mst_",
        "mst%5F",
        PASSWORD,
        stage.acme.access_token().expose(),
    ] {
        assert!(!log.contains(secret), "{log}");
    }
    for page in &pages {
        assert!(
            !page.html.contains("mst_") && !page.html.contains("polar_oat_"),
            "{}",
            page.html
        );
    }
    for page in &pages[1..] {
        assert!(!page.html.contains(token.expose()), "{}", page.html);
    }
    let form = format!(
        r#"type="hidden" name="invitation_token" value="{}""#,
        token.expose()
    );
    assert_eq!(pages[0].html.matches(token.expose()).count(), 1);
    assert!(pages[0].html.contains(&form));
}

#[tokio::test]
async fn whatever_is_put_in_comes_out_as_text() {
    let stage = Stage::with("<script>alert(1)</script>", |_| {}).await;
    let token = stage.invite("zoe@acme.com").await;
    let page = stage.walker().get(&link(&token)).await.unwrap();
    assert!(page.html.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
    let mut kim = stage.manager().await;
    let evil = "\"><script>alert(2)</script>";
    for (path, name) in [("/team/assign", "email"), ("/team/revoke", "holder")] {
        let page = kim.submit(path, &[(name, evil)]).await.unwrap();
        assert!(!page.html.contains("<script"), "{}", page.html);
    }
}

#[tokio::test]
async fn a_form_that_is_too_large_is_not_read() {
    let stage = Stage::new().await;
    let mut walker = stage.walker();
    walker.get("/").await.unwrap();
    let body = walker.form(&[("invitation", &"a".repeat(20_000))]);
    let page = walker
        .exchange(Method::POST, "/claim/by-hand", body.into_bytes())
        .await
        .unwrap();
    assert_eq!(page.status, StatusCode::BAD_REQUEST);
}
