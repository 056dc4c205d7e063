//! Sells a product: a customer, a checkout, a list of orders, a license key and usage events.
//!
//! ```sh
//! cargo run -p example-whole-api
//! ```
//!
//! It runs against a server on the loopback interface. README.md says how to run it against Polar.

mod server;
mod shop;
#[cfg(test)]
mod tests;

use std::{env, process::ExitCode};

use polar_hyper::{
    Client, Config,
    recipes::Ensured,
    types::{AccessToken, ProductId, sample},
};

use server::Server;
use shop::{BoxError, Call};

#[tokio::main]
async fn main() -> ExitCode {
    let is_offline = env::args()
        .nth(1)
        .is_none_or(|argument| argument != "--polar");
    let result = if is_offline {
        offline().await
    } else {
        online().await
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}"); // with the next step
            ExitCode::FAILURE
        }
    }
}

async fn offline() -> Result<(), BoxError> {
    let server = Server::default();
    let polar = client_of(&server).await?;
    // The server creates the first checkout and then fails. The program finds that checkout.
    server.state().failures = 1;
    sell(&polar, sample()).await
}

async fn online() -> Result<(), BoxError> {
    let mut config = Config::new().access_token(AccessToken::new(variable("POLAR_ACCESS_TOKEN")?)?);
    if let Ok(url) = env::var("POLAR_BASE_URL") {
        config = config.base_url(url.parse()?);
    }
    let product = variable("POLAR_PRODUCT_ID")?.parse()?;
    sell(&polar_hyper::client(config), product).await
}

/// Calls each function of the shop for one customer.
async fn sell(polar: &Client, product: ProductId) -> Result<(), BoxError> {
    let customer = shop::customer(polar, "user_42", "ann@example.com")
        .await?
        .id;
    println!("The customer is {customer}.");

    match shop::checkout(polar, customer, "cart_7", product).await? {
        Ensured::Created(checkout) => println!("A checkout was created: {}.", checkout.id),
        Ensured::Found(checkout) => {
            println!("The checkout {} is {}.", checkout.id, checkout.status);
        }
    }

    let (count, sum) = shop::orders(polar, customer).await?;
    println!("The customer has {count} orders, for {sum} cents.");

    match shop::activate(polar, customer, "laptop-7f3a").await? {
        Some(activation) => println!("The license key is activated: {}.", activation.id),
        None => println!("The customer has no license key."),
    }

    let calls = [
        Call { tokens: 120 },
        Call { tokens: 80 },
        Call { tokens: 310 },
    ];
    let report = shop::report_usage(polar, customer, &calls).await?;
    println!("{} events were inserted.", report.inserted);
    Ok(())
}

async fn client_of(server: &Server) -> Result<Client, BoxError> {
    let config = Config::new()
        .base_url(server.start().await?.parse()?)
        .access_token(AccessToken::new("polar_oat_example")?);
    Ok(polar_hyper::client(config))
}

fn variable(name: &str) -> Result<String, BoxError> {
    env::var(name).map_err(|_| format!("set {name}, as README.md says").into())
}
