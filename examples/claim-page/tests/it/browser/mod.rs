//! The application in a real browser: with the mouse, the keyboard, and a narrow screen.

mod driver;

use std::net::Ipv4Addr;

use example_claim_page::offline::Demo;
use polar_hyper::types::InvitationToken;
use tokio::{net::TcpListener, runtime::Runtime};

use self::driver::{Browser, END, ENTER, TAB};

#[test]
#[ignore = "needs a browser: .ci/browser installs one and runs it"]
fn seat_is_claimed_with_the_mouse_in_a_browser() {
    let browser = Browser::open();
    let site = Site::start();
    browser.go(&site.url("/offline/mail"));
    browser.named("Claim your seat as zoe@acme.com").click();

    browser.wait_for_heading("You are invited to Atlas for teams");
    browser.wait_for_text("zoe@acme.com");
    browser.screenshot("invitation");
    browser.named("Claim my seat").click();

    browser.wait_for_heading("The seat is yours");
    assert_eq!(browser.url(), site.url("/claim/seat"));
    browser.screenshot("seat");
    browser.named("Open the customer portal").click();

    browser.wait_for_text("You are signed in as zoe@acme.com.");
    assert_eq!(
        browser.evaluate("document.referrer"),
        "",
        "pages send no referrer"
    );

    let token = site.token();
    browser.delete_cookies();
    browser.go(&site.url(&format!("/claim?invitation_token={}", token.expose())));
    browser.wait_for_heading("This invitation can no longer be used");
    browser.wait_for_text("Kim Lee (kim@acme.com)");
    browser.screenshot("used");
}

#[test]
#[ignore = "needs a browser: .ci/browser installs one and runs it"]
fn seat_is_claimed_with_the_keyboard_in_a_browser() {
    let browser = Browser::open();
    let site = Site::start();
    let token = site.token();
    browser.go(&site.url("/"));
    let order = [
        "Skip to content",
        "Link from your invitation",
        "Show the invitation",
    ];
    for name in order {
        browser.press(TAB);
        let focused = browser.focused();
        assert_eq!(focused.label(), name);
        assert_eq!(
            focused.css("outline-style"),
            "solid",
            "{name} has a visible focus"
        );
    }
    let field = browser.find("#invitation");
    field.press(&format!(
        "https://teams.acme.com/claim?invitation_token={}",
        token.expose()
    ));
    browser.press(ENTER);
    browser.wait_for_heading("You are invited to Atlas for teams");
    assert!(!browser.url().contains(token.expose()));

    browser.press(TAB);
    browser.press(TAB);
    assert_eq!(browser.focused().label(), "Claim my seat");
    browser.press(ENTER);
    browser.wait_for_heading("The seat is yours");
}

#[test]
#[ignore = "needs a browser: .ci/browser installs one and runs it"]
fn seats_are_managed_with_the_keyboard_in_a_browser() {
    let browser = Browser::open();
    let site = Site::start();
    browser.go(&site.url("/team"));
    browser.wait_for_heading("Sign in to manage seats");
    browser.find("#password").press("a guess");
    browser.press(ENTER);
    browser.wait_for_text("Wrong password.");
    assert_eq!(browser.focused().label(), "Password");
    browser.press(&site.password);
    browser.press(ENTER);
    browser.wait_for_heading("Seats of the team");
    browser.screenshot("team");

    browser.find("#email").press("max@acme");
    browser.press(ENTER);
    browser.wait_for_text("Polar does not accept this address");
    assert_eq!(
        browser.focused().label(),
        "Email address",
        "the invalid field has the focus"
    );
    browser.screenshot("address");
    browser.press(&format!("{END}.com"));
    browser.press(ENTER);
    browser.wait_for_text("was invited.");

    browser.named("Renew ben@acme.com").press(ENTER);
    browser.wait_for_text("ben@acme.com has a new invitation.");
    browser.named("Revoke ann@acme.com").press(ENTER);
    browser.wait_for_heading("Revoke this seat?");
    browser.screenshot("revoke");
    browser
        .named("Revoke the seat of ann@acme.com")
        .press(ENTER);
    browser.wait_for_text("ann@acme.com no longer has a seat.");
}

#[test]
#[ignore = "needs a browser: .ci/browser installs one and runs it"]
fn controls_have_names_and_pages_fit_a_narrow_screen_in_a_browser() {
    let browser = Browser::open();
    let site = Site::start();
    let token = site.token();
    let link = format!("/claim?invitation_token={}", token.expose());
    // The width that WCAG 2.2 (1.4.10) requires.
    browser.resize(320, 700);
    browser.go(&site.url("/sign-in"));
    browser.find("#password").press(&site.password);
    browser.press(ENTER);
    browser.wait_for_heading("Seats of the team");
    for path in [
        "/",
        &link,
        "/claim?invitation_token=unknown",
        "/claim/seat",
        "/missing",
        "/sign-in",
        "/team",
    ] {
        browser.go(&site.url(path));
        for control in browser.find_all("a, button, input:not([type=hidden])") {
            let (label, role) = (control.label(), control.role());
            assert!(!label.is_empty(), "{path}: a {role} has no name");
            assert!(
                ["link", "button", "textbox"].contains(&&*role),
                "{path}: {label} is a {role}"
            );
        }
        let width = browser.evaluate("document.documentElement.scrollWidth");
        assert_eq!(width, 320, "{path} scrolls horizontally");
    }
    browser.screenshot("narrow");
    browser.set_scheme("dark");
    browser.resize(800, 700);
    browser.screenshot("dark");
    for (path, name) in [
        ("/missing", "missing"),
        ("/claim?token=unknown", "mistyped"),
    ] {
        browser.go(&site.url(path));
        browser.screenshot(name);
    }
}

/// The offline application, on its own port and runtime.
struct Site {
    demo: Demo,
    address: String,
    password: String,
    _runtime: Runtime,
}

impl Site {
    fn start() -> Self {
        let runtime = Runtime::new().unwrap();
        let (demo, address, password) = runtime.block_on(async {
            let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
            let address = listener.local_addr().unwrap();
            let mut demo = Demo::start(address).await.unwrap();
            let router = demo.router();
            tokio::spawn(async move { axum::serve(listener, router).await });
            let password = demo.settings().password.expose().to_owned();
            (demo, address, password)
        });
        Self {
            demo,
            address: format!("http://{address}"),
            password,
            _runtime: runtime,
        }
    }

    /// The token in Zoe's email.
    fn token(&self) -> InvitationToken {
        self.demo
            .mock()
            .mail_to("zoe@acme.com")
            .unwrap()
            .invitation_token
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.address)
    }
}
