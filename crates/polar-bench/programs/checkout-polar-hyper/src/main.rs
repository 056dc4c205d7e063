//! Creates a checkout: `checkout BASE_URL ACCESS_TOKEN PRODUCT_ID`.

use std::error::Error;

use polar_hyper::{
    BaseUrl, Config,
    types::{AccessToken, ProductId, checkouts::CheckoutCreate},
};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(base), Some(token), Some(product)) =
        (arguments.next(), arguments.next(), arguments.next())
    else {
        return Err("expected a base URL, an access token and a product id".into());
    };
    let config = Config::new()
        .base_url(base.parse::<BaseUrl>()?)
        .access_token(AccessToken::new(token)?);
    let client = polar_hyper::client(config);
    let product: ProductId = product.parse()?;
    let checkout = client
        .checkouts()
        .create(CheckoutCreate::new(vec![product]))
        .await?;
    println!("{}", checkout.url.expose());
    Ok(())
}
