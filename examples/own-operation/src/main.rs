//! Calls operations that the library does not have: on products and discounts.
//!
//! ```sh
//! cargo run -p example-own-operation
//! ```
//!
//! A script replaces the server here. It shows what your own operations get from the library: encoding,
//! the credential, retries that never repeat a write, and errors with a next step. To use Polar itself,
//! create the client with
//! `polar_ureq::client(Config::new().access_token(token))`.

mod products;

use std::{error::Error, process::ExitCode};

use polar_testkit::script::{ScriptStep, ScriptedTransport};
use polar_ureq::{
    Client, Config, Outcome, TransportError, TransportErrorKind,
    types::{AccessToken, ProductId},
};

use products::{DeleteDiscount, GetProduct, ListProducts, RenameProduct};

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
    let id: ProductId = "d8dd2de1-21b7-4a41-8bc3-ce909c0cfe23".parse()?;
    let product = format!(r#"{{"id":"{id}","name":"Team plan"}}"#);
    let page = format!(r#"{{"items":[{product}],"pagination":{{"total_count":1,"max_page":1}}}}"#);
    let server = ScriptedTransport::new([
        ScriptStep::respond(200, page),
        ScriptStep::respond(503, ""),
        ScriptStep::respond(200, product),
        ScriptStep::respond(204, ""),
        ScriptStep::fail(TransportError::unknown(TransportErrorKind::Interrupted)),
    ]);
    let config = Config::new().access_token(AccessToken::new("polar_oat_example")?);
    let client = Client::new(server.clone(), config);

    let products = client.call(ListProducts { page: 1 })?;
    println!("Products on the first page: {}.", products.items.len());

    let before = sent(&server);
    let product = client.call(GetProduct { id })?;
    println!("The product is {:?}.", product.name);
    println!(
        "It took {} requests, because a read is repeated.\n",
        sent(&server) - before
    );

    client.call(DeleteDiscount {
        id: "0fdf39ef-9a62-4e62-bd31-82bd1d372689".to_owned(),
    })?;
    println!("The discount is deleted: 204 without a body is a success.\n");

    let rename = |name: &str| RenameProduct {
        id,
        name: name.to_owned(),
    };
    if let Err(error) = client.call(rename(" ")) {
        println!("An invalid name: {error}");
    }
    println!("Nothing was sent.\n");

    match client.call(rename("Team plan 2027")) {
        Err(error) if error.outcome() == Outcome::Unknown => {
            println!("A lost response: {error}.");
            println!("{}", error.next_step().unwrap_or_default());
            println!("It was one request, because a write is not repeated.");
            Ok(())
        }
        other => Err(format!("unexpected result: {other:?}").into()),
    }
}

fn sent(server: &ScriptedTransport) -> usize {
    server.trace().sent().count()
}
