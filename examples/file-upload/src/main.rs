//! Uploads a file in parts: the checksums, the requests to the storage, a retry, and the end of the
//! upload.
//!
//! ```sh
//! cargo run -p example-file-upload
//! ```
//!
//! It runs against a server on the loopback interface, which checks each request. To use Polar itself,
//! remove the base URL, and read the access token from your configuration.

mod server;
#[cfg(test)]
mod tests;
mod upload;

use std::{error::Error, io::Write, process::ExitCode};

use polar_hyper::{Client, Config, types::AccessToken};
use tempfile::NamedTempFile;

use server::Server;
use upload::upload;

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

async fn run() -> Result<(), Box<dyn Error + Send + Sync>> {
    let server = Server::default();
    let client = client(&server).await?;
    let content = content(25_000_000);
    let path = file(&content)?;

    // The storage fails once, and the part is sent again.
    server.storage().failures = 1;
    let file = upload(&client, path.path(), "application/pdf").await?;

    let storage = server.storage();
    for (number, status) in &storage.log {
        println!("PUT of part {number}: {status}");
    }
    if storage.content.as_ref() != Some(&content) {
        return Err("the server has another content".into());
    }
    println!("{} is complete, with {} bytes.", file.id, file.size);
    Ok(())
}

async fn client(server: &Server) -> Result<Client, Box<dyn Error + Send + Sync>> {
    let config = Config::new()
        .base_url(server.start().await?.parse()?)
        .access_token(AccessToken::new("polar_oat_example")?);
    Ok(polar_hyper::client(config))
}

/// Some bytes whose parts differ.
fn content(size: u32) -> Vec<u8> {
    (0..size)
        .map(|index| (index >> 12).to_be_bytes()[3])
        .collect()
}

fn file(content: &[u8]) -> std::io::Result<NamedTempFile> {
    let mut file = NamedTempFile::with_suffix(".pdf")?;
    file.write_all(content)?;
    file.flush()?;
    Ok(file)
}
