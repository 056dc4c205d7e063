//! Runs the service in front of a mock of Polar, and buys, renews and cancels like a customer.

use std::{
    error::Error,
    process::ExitCode,
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use example_saas::{Access, Database, Service};
use polar_axum::Verifier;
use polar_hyper::{
    Client, Config, checkouts, subscriptions,
    types::{
        BenefitId, ProductId, WebhookSecret,
        benefits::BenefitCreate,
        checkouts::CheckoutConfirmStripe,
        common::AddressInput,
        products::{ProductBenefitsUpdate, ProductCreate, ProductPriceCreate},
        subscriptions::SubscriptionUpdate,
    },
};
use polar_mock::Mock;
use polar_mock_server::{MockServer, Webhooks};
use tokio::{net::TcpListener, task::block_in_place};
use ureq::Agent;

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), Box<dyn Error>> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let site = format!("http://{}", listener.local_addr()?);
    let mock = Mock::new();
    let acme = mock.organization("Acme");
    let secret = WebhookSecret::new("whsec_for_the_demo")?;
    let verifier = Arc::new(Verifier::new(&secret));
    acme.webhook(&format!("{site}/webhooks/polar"), secret);
    // Out of order, as Polar may deliver them.
    let webhooks = Webhooks::once().shuffled(7);
    let server = MockServer::builder(mock.clone())
        .webhooks(webhooks)
        .start()?;
    let config = Config::new()
        .base_url(server.url().parse()?)
        .access_token(acme.access_token());
    let polar = polar_hyper::client(config);
    let (product, benefit) = product(&polar).await?;

    let service = Service {
        polar: polar.clone(),
        database: Database::in_memory()?,
        verifier,
        product,
        access: Access::Benefit(benefit),
        site: site.clone(),
    };
    let serve = axum::serve(listener, service.routes());
    tokio::spawn(async move { serve.await });
    let kim = Visitor::new(&site);

    println!("Kim opens the reports: {}", kim.get("/reports")?.0);
    let (status, _) = kim.get(&format!("/checkout?products={product}"))?;
    println!("Kim buys: {status}");
    pay(&polar).await?;
    kim.wait_for("/reports", 200)?;
    println!("Kim opens the reports: 200");
    print!("Kim's account: {}", kim.get("/account")?.1);

    mock.advance(MONTH);
    let active = subscriptions::List::new().active(true);
    let active = polar.subscriptions().list(active).await?.items.pop();
    let subscription = active.ok_or("the subscription did not renew")?;
    println!("A month later: {}", kim.get("/reports")?.0);
    let cancel = SubscriptionUpdate::cancel_at_period_end();
    polar
        .subscriptions()
        .update(subscription.id, cancel)
        .await?;
    println!("Kim cancels in the portal: {}", kim.get("/reports")?.0);

    mock.advance(MONTH);
    kim.wait_for("/reports", 402)?;
    println!("At the end of the period: 402");
    Ok(())
}

/// Creates the product and its benefit.
async fn product(polar: &Client) -> Result<(ProductId, BenefitId), Box<dyn Error>> {
    let price = ProductPriceCreate::fixed(1900);
    let product = ProductCreate::recurring("Reports", [price], "month");
    let product = polar.products().create(product).await?.id;
    let benefit = BenefitCreate::feature_flag("Access to the reports");
    let benefit = polar.benefits().create(benefit).await?.id;
    let benefits = ProductBenefitsUpdate::new([benefit]);
    polar.products().update_benefits(product, benefits).await?;
    Ok((product, benefit))
}

/// Pays the checkout, as the customer does on its page.
async fn pay(polar: &Client) -> Result<(), Box<dyn Error>> {
    let open = polar.checkouts().list(checkouts::List::new()).await?;
    let checkout = open.items.into_iter().next().ok_or("no checkout")?;
    let payment = CheckoutConfirmStripe::new()
        .customer_email("kim@example.com")
        .customer_billing_address(AddressInput::new("DE"))
        .confirmation_token_id("ctoken_test");
    polar
        .checkouts()
        .confirm(checkout.client_secret, payment)
        .await?;
    Ok(())
}

/// A minimal browser of the signed-in user, which follows no redirects.
struct Visitor {
    agent: Agent,
    site: String,
}

impl Visitor {
    fn new(site: &str) -> Self {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false);
        Self {
            agent: config.build().into(),
            site: site.to_owned(),
        }
    }

    fn get(&self, path: &str) -> Result<(u16, String), Box<dyn Error>> {
        let request = self.agent.get(format!("{}{path}", self.site));
        let request = request.header("x-forwarded-user", "usr_kim");
        let mut response = block_in_place(|| request.call())?;
        let body = block_in_place(|| response.body_mut().read_to_string())?;
        Ok((response.status().as_u16(), body))
    }

    /// Waits until the webhooks have arrived.
    fn wait_for(&self, path: &str, status: u16) -> Result<(), Box<dyn Error>> {
        let started = Instant::now();
        while self.get(path)?.0 != status {
            if started.elapsed() > Duration::from_secs(30) {
                return Err("the webhooks did not arrive".into());
            }
            block_in_place(|| thread::sleep(Duration::from_millis(20)));
        }
        Ok(())
    }
}

const MONTH: Duration = Duration::from_secs(32 * 24 * 60 * 60);
