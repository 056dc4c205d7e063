//! Runs the service in front of a mock of Polar, and uses it like the browsers of several people.

mod visitor;

use std::{
    collections::BTreeMap,
    error::Error,
    process::ExitCode,
    sync::{Arc, Mutex, PoisonError},
    thread,
    time::{Duration, Instant},
};

use example_axum_service::{Team, billing, seats};
use polar_axum::{
    Contact, Verifier,
    types::{
        Amount, SeatId, WebhookSecret,
        products::{ProductCreate, ProductPriceCreate},
    },
};
use polar_hyper::Config;
use polar_mock::Mock;
use polar_mock_server::MockServer;
use tokio::{net::TcpListener, runtime::Runtime};

use crate::visitor::Visitor;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Box<dyn Error>> {
    let runtime = Runtime::new()?;
    let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0"))?;
    let service = format!("http://{}", listener.local_addr()?);

    let mock = Mock::new();
    let acme = mock.organization("Acme");
    let secret = WebhookSecret::new("whsec_for_the_demo")?;
    let verifier = Verifier::new(&secret);
    acme.webhook(&format!("{service}/webhooks/polar"), secret);
    let polar = MockServer::start(mock.clone())?;
    let kim = acme.buyer("kim@globex.com").with_external_id("usr_kim");
    let plan = kim.subscription("Team plan", 5);
    let config = Config::new()
        .base_url(polar.url().parse()?)
        .access_token(acme.access_token_with(&SCOPES));

    let client = runtime.block_on(async { polar_hyper::client(config) });
    let price = ProductPriceCreate::fixed(Amount::new(1900));
    let product = ProductCreate::one_time("Atlas", [price]);
    let create = async { client.products().create(product).await };
    let atlas = runtime.block_on(create)?.id;
    let team = Team {
        polar: client,
        subscription: plan.id(),
        holders: Arc::default(),
    };
    let holders = Arc::clone(&team.holders);
    let contact = Contact::new("Kim Lee", "kim@globex.com");
    let routes = billing(&team.polar).merge(seats(team, verifier, contact, false));
    runtime.spawn(async move { axum::serve(listener, routes).await });

    let mut kim = Visitor::new(&service).signed_in_as("usr_kim");
    println!(
        "Kim invites Ann: {}",
        kim.post("/invite", "ann@globex.com")?.body
    );
    let mail = mock.mail_to("ann@globex.com").ok_or("no email for Ann")?;
    let link = format!("/join?invitation_token={}", mail.invitation_token.expose());
    let mut ann = Visitor::new(&service);
    println!("Ann opens the link: {}", ann.get(&link)?.heading());
    ann.submit("/join")?;
    println!("Ann claims the seat: {}", ann.get("/join/seat")?.heading());
    println!("The webhook arrives: {}", holder(&holders)?);

    let checkout = format!("/checkout?products={atlas}");
    println!(
        "A link to a checkout: {}",
        Visitor::new(&service).get(&checkout)?.status
    );
    println!("Kim opens the portal: {}", kim.get("/portal")?.status);
    println!(
        "Others have to sign in: {}",
        Visitor::new(&service).get("/portal")?.status
    );
    Ok(())
}

/// Waits for the holder of a seat.
fn holder(holders: &Mutex<BTreeMap<SeatId, String>>) -> Result<String, Box<dyn Error>> {
    let started = Instant::now();
    while started.elapsed() < Duration::from_secs(30) {
        let stored = holders.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(email) = stored.values().next() {
            return Ok(format!("{email} has a seat"));
        }
        drop(stored);
        thread::sleep(Duration::from_millis(20));
    }
    Err("no webhook arrived".into())
}

/// What the routes need, and to create a product.
const SCOPES: [&str; 5] = [
    "customer_seats:read",
    "customer_seats:write",
    "products:write",
    "checkouts:write",
    "customer_sessions:write",
];
