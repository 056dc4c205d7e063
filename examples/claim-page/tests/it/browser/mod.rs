//! The application in a real browser: by mouse, by keyboard, and on a narrow screen.

mod driver;
mod element;

use std::net::Ipv4Addr;

use example_claim_page::offline::World;
use polar_hyper::types::InvitationToken;
use tokio::{net::TcpListener, runtime::Runtime};

use self::{
    driver::Browser,
    element::{END, ENTER, TAB},
};

#[test]
#[ignore = "needs a browser: .ci/browser installs one and runs it"]
fn an_invitation_is_clicked_through_to_a_claimed_seat_in_a_browser() {
    let browser = Browser::open();
    let site = Site::start();
    browser.go(&site.at("/offline/mail"));
    browser.named("Claim your seat as zoe@acme.com").click();

    browser.reaches("You are invited to Atlas for teams");
    browser.says("zoe@acme.com");
    browser.picture("invitation");
    browser.named("Claim my seat").click();

    browser.reaches("The seat is yours");
    assert_eq!(browser.url(), site.at("/seat"));
    browser.picture("seat");
    browser.named("Open the customer portal").click();

    browser.says("You are signed in as zoe@acme.com.");
    assert_eq!(
        browser.ask("document.referrer"),
        "",
        "no address leaves a page"
    );

    let token = site.token();
    browser.forget();
    browser.go(&site.at(&format!("/claim?invitation_token={}", token.expose())));
    browser.reaches("This invitation cannot be used any more");
    browser.says("Kim Lee (kim@acme.com)");
    browser.picture("used");
}

#[test]
#[ignore = "needs a browser: .ci/browser installs one and runs it"]
fn a_seat_is_claimed_by_keyboard_alone_in_a_browser() {
    let browser = Browser::open();
    let site = Site::start();
    let token = site.token();
    browser.go(&site.at("/"));
    let order = [
        "Skip to the content",
        "Link from your invitation",
        "Look at the invitation",
    ];
    for name in order {
        browser.press(TAB);
        let focused = browser.focused();
        assert_eq!(focused.label(), name);
        assert_eq!(
            focused.css("outline-style"),
            "solid",
            "{name} shows where the keyboard is"
        );
    }
    let field = browser.find("#invitation");
    field.press(&format!(
        "https://teams.acme.com/claim?invitation_token={}",
        token.expose()
    ));
    browser.press(ENTER);
    browser.reaches("You are invited to Atlas for teams");
    assert!(!browser.url().contains(token.expose()));

    browser.press(TAB);
    browser.press(TAB);
    assert_eq!(browser.focused().label(), "Claim my seat");
    browser.press(ENTER);
    browser.reaches("The seat is yours");
}

#[test]
#[ignore = "needs a browser: .ci/browser installs one and runs it"]
fn the_billing_manager_works_by_keyboard_in_a_browser() {
    let browser = Browser::open();
    let site = Site::start();
    browser.go(&site.at("/team"));
    browser.reaches("Sign in to manage seats");
    browser.find("#password").press("a guess");
    browser.press(ENTER);
    browser.says("This is not the password.");
    assert_eq!(browser.focused().label(), "Password of the billing manager");
    browser.press(&site.password);
    browser.press(ENTER);
    browser.reaches("Seats of the team");
    browser.picture("team");

    browser.find("#email").press("max@acme");
    browser.press(ENTER);
    browser.says("Polar does not take this address");
    assert_eq!(
        browser.focused().label(),
        "E-mail address",
        "what is wrong has the keyboard"
    );
    browser.picture("address");
    browser.press(&format!("{END}.com"));
    browser.press(ENTER);
    browser.says("is invited.");

    browser.named("Renew ben@acme.com").press(ENTER);
    browser.says("ben@acme.com has a new invitation.");
    browser.named("Revoke ann@acme.com").press(ENTER);
    browser.reaches("Take the seat back?");
    browser.picture("revoke");
    browser
        .named("Revoke the seat of ann@acme.com")
        .press(ENTER);
    browser.says("ann@acme.com has no seat any more.");
}

#[test]
#[ignore = "needs a browser: .ci/browser installs one and runs it"]
fn every_control_has_a_name_and_every_page_fits_a_narrow_screen_in_a_browser() {
    let browser = Browser::open();
    let site = Site::start();
    let token = site.token();
    let link = format!("/claim?invitation_token={}", token.expose());
    // As narrow as WCAG 2.2 (1.4.10) asks for.
    browser.shows_as(320, 700);
    browser.go(&site.at("/sign-in"));
    browser.find("#password").press(&site.password);
    browser.press(ENTER);
    browser.reaches("Seats of the team");
    for path in [
        "/",
        &link,
        "/claim?invitation_token=unknown",
        "/seat",
        "/sign-in",
        "/team",
    ] {
        browser.go(&site.at(path));
        for control in browser.find_all("a, button, input:not([type=hidden])") {
            let (label, role) = (control.label(), control.role());
            assert!(!label.is_empty(), "a {role} of {path} has no name");
            assert!(
                ["link", "button", "textbox"].contains(&&*role),
                "{path}: {label} is a {role}"
            );
        }
        let width = browser.ask("document.documentElement.scrollWidth");
        assert_eq!(width, 320, "{path} has to be scrolled sideways");
    }
    browser.picture("narrow");
    browser.prefers_dark();
    browser.shows_as(800, 700);
    browser.picture("dark");
}

/// The application offline, on a port and in a runtime of its own.
struct Site {
    world: World,
    address: String,
    password: String,
    _runtime: Runtime,
}

impl Site {
    fn start() -> Self {
        let runtime = Runtime::new().unwrap();
        let (world, address, password) = runtime.block_on(async {
            let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
            let address = listener.local_addr().unwrap();
            let mut world = World::start(address).await.unwrap();
            let router = world.router();
            tokio::spawn(async move { axum::serve(listener, router).await });
            let password = world.settings().password.expose().to_owned();
            (world, address, password)
        });
        Self {
            world,
            address: format!("http://{address}"),
            password,
            _runtime: runtime,
        }
    }

    /// The token in Zoe's mail.
    fn token(&self) -> InvitationToken {
        self.world
            .mock()
            .mail_to("zoe@acme.com")
            .unwrap()
            .invitation_token
    }

    fn at(&self, path: &str) -> String {
        format!("{}{path}", self.address)
    }
}
