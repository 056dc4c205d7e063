//! Claims a seat over ureq, without the SDK: `claim BASE_URL INVITATION_TOKEN`.

use std::{error::Error, sync::Arc};

use serde::{Deserialize, Serialize};
use ureq::{
    Agent,
    tls::{Certificate, RootCerts, TlsConfig},
};

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

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(base), Some(token)) = (arguments.next(), arguments.next()) else {
        return Err("expected a base URL and an invitation token".into());
    };
    let system = rustls_native_certs::load_native_certs().certs;
    let roots: Vec<_> = system
        .iter()
        .map(|certificate| Certificate::from_der(certificate).to_owned())
        .collect();
    let tls = TlsConfig::builder()
        .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .root_certs(RootCerts::Specific(Arc::new(roots)))
        .build();
    let agent = Agent::new_with_config(Agent::config_builder().tls_config(tls).build());
    let body = serde_json::to_vec(&Claim {
        invitation_token: &token,
    })?;
    let mut response = agent
        .post(format!("{base}/v1/customer-seats/claim"))
        .header("content-type", "application/json")
        .send(&body)?;
    let body = response.body_mut().read_to_vec()?;
    println!("{}", serde_json::from_slice::<Claimed>(&body)?.seat.id);
    Ok(())
}
