//! Runs the application: without arguments an offline tour through its pages, with `--serve` an offline
//! server, with `--polar` a server that uses Polar.

mod environment;

use std::{
    env,
    error::Error,
    io,
    net::{Ipv4Addr, SocketAddr},
    process::ExitCode,
};

use axum::Router;
use example_claim_page::{App, offline::Demo, tour};
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let result = match arguments.as_slice() {
        [] => run_tour().await,
        ["--serve"] => {
            log_to_stderr();
            serve_offline().await
        }
        ["--polar"] => {
            log_to_stderr();
            serve_polar().await
        }
        _ => Err("expected no arguments, --serve or --polar; see the README".into()),
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

async fn run_tour() -> Result<(), Box<dyn Error>> {
    let (listener, address) = listen(0).await?;
    let mut demo = Demo::start(address).await?;
    let password = demo.settings().password.clone();
    tokio::spawn(serve(listener, demo.router()));
    tour::walk(address, demo.mock(), password.expose(), &mut io::stdout()).await?;
    println!("\nEnd of the tour. To try the pages yourself:");
    println!("  cargo run -p example-claim-page -- --serve");
    Ok(())
}

async fn serve_offline() -> Result<(), Box<dyn Error>> {
    let (listener, address) = listen(PORT).await?;
    let mut demo = Demo::start(address).await?;
    println!("Invitations:     http://{address}/offline/mail");
    println!("Billing manager: http://{address}/team");
    println!("       password: {}", demo.settings().password.expose());
    Ok(serve(listener, demo.router()).await?)
}

async fn serve_polar() -> Result<(), Box<dyn Error>> {
    let settings = environment::settings(|name| env::var(name).ok())?;
    let (listener, address) = listen(PORT).await?;
    eprintln!("listening on http://{address}; people need a proxy with https in front of it");
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
