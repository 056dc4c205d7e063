//! Runs the application. Without arguments it is offline and walks through its own pages; with
//! `--serve` it is offline and stays; with `--polar` it stands in front of Polar itself.

mod environment;

use std::{
    env,
    error::Error,
    io,
    net::{Ipv4Addr, SocketAddr},
    process::ExitCode,
};

use axum::Router;
use example_claim_page::{App, offline::World, tour};
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let result = match arguments.as_slice() {
        [] => walk_through().await,
        ["--serve"] => {
            log_to_stderr();
            serve_offline().await
        }
        ["--polar"] => {
            log_to_stderr();
            serve_polar().await
        }
        _ => Err("the arguments are: none, --serve or --polar; see the README".into()),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn log_to_stderr() {
    tracing_subscriber::fmt().with_writer(io::stderr).init();
}

async fn walk_through() -> Result<(), Box<dyn Error>> {
    let (listener, address) = listen(0).await?;
    let mut world = World::start(address).await?;
    let password = world.settings().password.clone();
    tokio::spawn(serve(listener, world.router()));
    tour::walk(address, world.mock(), password.expose(), &mut io::stdout()).await?;
    println!("\nThat was the tour. To click through it yourself:");
    println!("  cargo run -p example-claim-page -- --serve");
    Ok(())
}

async fn serve_offline() -> Result<(), Box<dyn Error>> {
    let (listener, address) = listen(PORT).await?;
    let mut world = World::start(address).await?;
    println!("Invitations:     http://{address}/offline/mail");
    println!("Billing manager: http://{address}/team");
    println!("       password: {}", world.settings().password.expose());
    Ok(serve(listener, world.router()).await?)
}

async fn serve_polar() -> Result<(), Box<dyn Error>> {
    let settings = environment::settings(|name| env::var(name).ok())?;
    let (listener, address) = listen(PORT).await?;
    eprintln!("listening on http://{address}, for a proxy that people reach by https");
    Ok(serve(listener, App::new(settings).router()).await?)
}

async fn listen(port: u16) -> io::Result<(TcpListener, SocketAddr)> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))
        .await
        .map_err(|error| {
            let place = format!("cannot listen on 127.0.0.1:{port}: {error}");
            io::Error::new(error.kind(), place)
        })?;
    let address = listener.local_addr()?;
    Ok((listener, address))
}

async fn serve(listener: TcpListener, router: Router) -> io::Result<()> {
    axum::serve(listener, router).await
}

const PORT: u16 = 8788;
