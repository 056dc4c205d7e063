//! What the application in `examples/claim-page` does not test: where the routes are, and other pages.

use std::net::SocketAddr;

use axum::Router;
use polar_axum::{ClaimFlow, ClaimPage, Client, Contact};
use polar_hyper::{
    Config,
    types::{AssignSeat, InvitationToken, Recipient},
};
use polar_mock::Mock;
use polar_mock_server::MockServer;

use crate::http::{self, Response, serve};

/// A mock on a port with an invitation for Ann, and the flow in front of it.
struct Invited {
    mock: Mock,
    server: MockServer,
    token: InvitationToken,
}

impl Invited {
    async fn new() -> Self {
        let mock = Mock::new();
        let acme = mock.organization("Acme");
        let team = acme.buyer("kim@acme.com").subscription("Team plan", 3);
        let server = MockServer::start(mock.clone()).unwrap();
        let config = Config::new()
            .base_url(server.url().parse().unwrap())
            .access_token(acme.access_token());
        let assign = AssignSeat::new(team.id(), Recipient::email("ann@acme.com"));
        let seats = polar_hyper::client(config);
        seats.customer_seats().assign(assign).await.unwrap();
        let token = mock.mail_to("ann@acme.com").unwrap().invitation_token;
        Self {
            mock,
            server,
            token,
        }
    }

    /// A flow without an access token.
    fn flow(&self) -> ClaimFlow {
        let config = Config::new().base_url(self.server.url().parse().unwrap());
        let client: Client = polar_hyper::client(config);
        let contact = Contact::new("Kim Lee", "kim@acme.com");
        ClaimFlow::new(client, "https://polar.test/acme/portal?x=y", contact).https(false)
    }
}

/// A browser with one cookie.
struct Browser {
    address: SocketAddr,
    cookie: String,
    page: Response,
}

impl Browser {
    async fn open(address: SocketAddr, target: &str) -> Self {
        let page = http::get(address, target).await;
        let cookie = page.header("set-cookie").split(';').next();
        Self {
            address,
            cookie: cookie.unwrap().to_owned(),
            page,
        }
    }

    async fn get(&mut self, target: &str) -> &Response {
        let cookie = [("cookie", self.cookie.as_str())];
        self.page = http::send(self.address, "GET", target, &cookie, b"").await;
        &self.page
    }

    /// Sends the only form of the page.
    async fn submit(&mut self, fields: &str) -> &Response {
        let action = between(&self.page.body, "action=\"", "\"").to_owned();
        let form_token = between(&self.page.body, "name=\"form_token\" value=\"", "\"");
        let hidden = self
            .page
            .body
            .split_once("name=\"invitation_token\" value=\"");
        let hidden = hidden.map(|(_, rest)| rest.split('"').next().unwrap());
        let body = format!(
            "form_token={form_token}&invitation_token={}&{fields}",
            hidden.unwrap_or_default()
        );
        let headers = [
            ("cookie", self.cookie.as_str()),
            ("content-type", "application/x-www-form-urlencoded"),
        ];
        self.page = http::send(self.address, "POST", &action, &headers, body.as_bytes()).await;
        &self.page
    }
}

fn between<'a>(text: &'a str, from: &str, to: &str) -> &'a str {
    let (_, rest) = text
        .split_once(from)
        .unwrap_or_else(|| panic!("{from} in {text}"));
    rest.split_once(to).unwrap().0
}

#[tokio::test]
async fn nested_routes_link_to_each_other() {
    let invited = Invited::new().await;
    let inner = Router::new().nest("/join", invited.flow().routes());
    let address = serve(Router::new().nest("/teams", inner)).await;
    let link = format!("/teams/join?invitation_token={}", invited.token.expose());
    let mut ann = Browser::open(address, &link).await;
    assert!(ann.page.body.contains("You are invited to Team plan"));
    assert!(ann.page.body.contains("href=\"/teams/join/style.css\""));
    assert_eq!(ann.get("/teams/join/style.css").await.status, 200);

    ann.get(&link).await;
    let claimed = ann.submit("").await;
    assert_eq!(claimed.status, 303);
    assert_eq!(claimed.header("location"), "/teams/join/seat");
    let seat = ann.get("/teams/join/seat").await;
    assert!(seat.body.contains("The seat is yours"));
    assert!(seat.body.contains("href=\"/teams/join/portal\""));
    let portal = ann.get("/teams/join/portal").await;
    let location = portal.header("location");
    let start = "https://polar.test/acme/portal?x=y&customer_session_token=polar%5Fmst%5F";
    assert!(location.starts_with(start), "{location}");
    assert_eq!(portal.header("cache-control"), "no-store");
    assert_eq!(portal.header("referrer-policy"), "no-referrer");
}

#[tokio::test]
async fn merged_routes_are_at_the_root() {
    let invited = Invited::new().await;
    let address = serve(Router::new().merge(invited.flow().routes())).await;
    let mut ann = Browser::open(address, "/").await;
    assert!(ann.page.body.contains("action=\"/by-hand\""));
    // The link in Polar's own email has another name for the token.
    let link = format!(
        "invitation=https%3A%2F%2Fpolar.sh%2Facme%2Fportal%2Fclaim%3Ftoken%3D{}",
        invited.token.expose()
    );
    let invitation = ann.submit(&link).await;
    assert!(
        invitation.body.contains("action=\"/\""),
        "{}",
        invitation.body
    );
    assert_eq!(ann.submit("").await.header("location"), "/seat");
}

#[tokio::test]
async fn unusable_invitation_without_a_team_has_no_reason() {
    let invited = Invited::new().await;
    let address = serve(invited.flow().routes()).await;
    let link = format!("/?token={}", invited.token.expose());
    let mut ann = Browser::open(address, &link).await;
    invited
        .mock
        .advance(std::time::Duration::from_secs(25 * 60 * 60));
    let page = ann.submit("").await;
    assert_eq!(page.status, 410);
    assert!(page.body.contains("This invitation can no longer be used"));
}

#[tokio::test]
async fn mistyped_link_differs_from_an_unusable_one() {
    let invited = Invited::new().await;
    let address = serve(invited.flow().routes()).await;
    let short = &invited.token.expose()[1..];
    let ann = Browser::open(address, &format!("/?token={short}")).await;
    assert_eq!(ann.page.status, 404);
    assert!(ann.page.body.contains("The link is mistyped"));
    let other = format!("/?token={}", "a".repeat(43));
    let ann = Browser::open(address, &other).await;
    assert_eq!(ann.page.status, 410);
}

#[tokio::test]
async fn pages_can_be_replaced_one_by_one() {
    let invited = Invited::new().await;
    let flow = invited.flow().pages(|page, context| match page {
        ClaimPage::Invitation { info, .. } => format!(
            "<p>{} {} {} {}</p>",
            info.product_name,
            context.contact().name,
            context.form_token().len(),
            context.path("/seat"),
        ),
        ClaimPage::Start => format!("<title>{}</title>{}", page.title(), page.content(context)),
        _ => page.html(context),
    });
    let address = serve(Router::new().nest("/join", flow.routes())).await;
    let link = format!("/join?token={}", invited.token.expose());
    let page = http::get(address, &link).await;
    assert_eq!(page.body, "<p>Team plan Kim Lee 32 /join/seat</p>");
    let page = http::get(address, "/join").await;
    assert!(page.body.starts_with("<title>Claim your seat</title><p>"));
    let page = http::get(address, "/join/seat").await;
    assert!(page.body.starts_with("<!DOCTYPE html>"));
}

#[test]
fn debug_output_has_no_token() {
    let page = ClaimPage::Start;
    assert_eq!(format!("{page:?}"), "Start");
    let client = crate::recorded::client("http://127.0.0.1:9");
    let flow = ClaimFlow::new(
        client,
        "https://polar.test",
        Contact::new("Kim", "kim@acme.com"),
    );
    let text = format!("{flow:?}");
    assert!(
        !text.contains("polar_oat_") && !text.contains("kim@"),
        "{text}"
    );
}
