use example_claim_page::Settings;
use http::{Method, StatusCode, header};

use crate::app::{PASSWORD, TestApp, assert_contains, get_once, link};

#[tokio::test]
async fn every_response_has_security_headers() {
    let app = TestApp::new().await;
    let token = app.invite("zoe@acme.com").await;
    let mut user_agent = app.user_agent();
    for path in [
        "/",
        &link(&token),
        "/claim/seat",
        "/sign-in",
        "/missing",
        "/team",
        "/claim/portal",
        "/claim/style.css",
        "/site.css",
    ] {
        let page = get_once(&mut user_agent, path).await;
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
        if !path.contains(".css") {
            assert_eq!(page.headers[header::CACHE_CONTROL], "no-store", "{path}");
            assert!(
                !page.html.contains("<script") && !page.html.contains("style=\""),
                "{path}"
            );
        }
    }
}

#[tokio::test]
async fn forms_without_the_token_of_the_visit_are_rejected() {
    let app = TestApp::new().await;
    let token = app.invite("zoe@acme.com").await;
    let fields = format!(
        "invitation_token={0}&invitation={0}&email=eve%40acme.com&holder=zoe%40acme.com&confirmed=yes&password=x",
        token.expose()
    );
    let mut foreign = app.manager().await;
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
    assert_eq!(app.transport.claims(), 0);
    app.assert_seat("zoe@acme.com", Some("pending")).await;
    app.assert_seat("eve@acme.com", None).await;
}

#[tokio::test]
async fn form_token_of_another_visit_is_rejected() {
    let app = TestApp::new().await;
    let token = app.invite("zoe@acme.com").await;
    let mut eve = app.user_agent();
    eve.get(&link(&token)).await.unwrap();
    let forged = eve.form(&[]);
    let mut zoe = app.user_agent();
    zoe.get("/").await.unwrap();
    let page = zoe
        .exchange(Method::POST, "/claim", forged.into_bytes())
        .await
        .unwrap();
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    assert!(page.text().contains("Nothing was done"));
}

#[tokio::test]
async fn cookie_is_http_only_same_site_and_changes_at_sign_in() {
    let app = TestApp::new().await;
    let mut kim = app.user_agent();
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

    let secure = TestApp::with("Atlas", |settings: &mut Settings| settings.https = true).await;
    for (path, name) in [("/sign-in", "__Host-visit="), ("/claim", "__Host-claim=")] {
        let cookie = cookie(&secure.user_agent().get(path).await.unwrap());
        for part in ["Secure", "HttpOnly", "SameSite=Lax"] {
            assert!(cookie.contains(part), "{cookie}");
        }
        assert!(cookie.starts_with(name), "{cookie}");
    }
}

#[tokio::test]
async fn log_has_no_tokens_and_pages_have_no_sessions() {
    let app = TestApp::new().await;
    let token = app.invite("zoe@acme.com").await;
    let mut zoe = app.user_agent();
    let mut pages = vec![zoe.get(&link(&token)).await.unwrap()];
    pages.push(zoe.submit("/claim", &[]).await.unwrap());
    pages.push(app.user_agent().get(&link(&token)).await.unwrap());
    pages.push(app.manager().await.get("/team").await.unwrap());
    let portal = get_once(&mut zoe, "/claim/portal").await;
    pages.push(portal);
    let mistyped = format!("/claim/{}", token.expose());
    assert_eq!(app.user_agent().get(&mistyped).await.unwrap().status, 404);

    let log = app.log();
    let request = r#"request{method=GET route="/claim"}: "#;
    assert!(log.contains(request), "{log}");
    assert!(log.contains("status=200"), "{log}");
    assert_contains(&log, "customer_seats.claim_info failed: Polar returned 4");
    for secret in [
        token.expose(),
        "polar_mst_",
        "mst%5F",
        PASSWORD,
        app.acme.access_token().expose(),
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
async fn pages_escape_user_input() {
    let app = TestApp::with("<script>alert(1)</script>", |_| {}).await;
    let token = app.invite("zoe@acme.com").await;
    let page = app.user_agent().get(&link(&token)).await.unwrap();
    assert!(page.html.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
    let mut kim = app.manager().await;
    let evil = "\"><script>alert(2)</script>";
    for (path, name) in [("/team/assign", "email"), ("/team/revoke", "holder")] {
        let page = kim.submit(path, &[(name, evil)]).await.unwrap();
        assert!(!page.html.contains("<script"), "{}", page.html);
    }
}

#[tokio::test]
async fn oversized_forms_are_rejected() {
    let app = TestApp::new().await;
    let mut user_agent = app.user_agent();
    user_agent.get("/").await.unwrap();
    let body = user_agent.form(&[("invitation", &"a".repeat(20_000))]);
    let page = user_agent
        .exchange(Method::POST, "/claim/by-hand", body.into_bytes())
        .await
        .unwrap();
    assert_eq!(page.status, StatusCode::BAD_REQUEST);
}
