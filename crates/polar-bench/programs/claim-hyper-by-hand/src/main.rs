//! Claims a seat over hyper, without the SDK: `claim BASE_URL INVITATION_TOKEN`.

use std::error::Error;

use http::{Request, header};
use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper_rustls::HttpsConnectorBuilder;
use hyper_util::{client::legacy::Client, rt::TokioExecutor};
use serde::{Deserialize, Serialize};

#[derive(Serialize)]
struct Claim<'a> {
    invitation_token: &'a str,
}

#[derive(Deserialize)]
struct Claimed<'a> {
    #[serde(borrow)]
    seat: Seat<'a>,
}

#[derive(Deserialize)]
struct Seat<'a> {
    id: &'a str,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(base), Some(token)) = (arguments.next(), arguments.next()) else {
        return Err("expected a base URL and an invitation token".into());
    };
    let connector = HttpsConnectorBuilder::new()
        .with_provider_and_native_roots(rustls::crypto::ring::default_provider())?
        .https_or_http()
        .enable_http1()
        .build();
    let client = Client::builder(TokioExecutor::new()).build(connector);
    let body = serde_json::to_vec(&Claim {
        invitation_token: &token,
    })?;
    let request = Request::post(format!("{base}/v1/customer-seats/claim"))
        .header(header::CONTENT_TYPE, "application/json")
        .body(Full::new(Bytes::from(body)))?;
    let response = client.request(request).await?;
    if !response.status().is_success() {
        return Err(response.status().to_string().into());
    }
    let body = response.into_body().collect().await?.to_bytes();
    println!("{}", serde_json::from_slice::<Claimed>(&body)?.seat.id);
    Ok(())
}
