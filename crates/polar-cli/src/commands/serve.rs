use std::{
    fs, io,
    net::{SocketAddr, TcpListener},
    path::PathBuf,
};

use clap::Args;
use http::uri::Authority;
use polar_mock::{Mock, Seed};
use polar_mock_server as server;

use crate::{
    context::Context,
    error::{CliError, Effect},
    report::file_name,
    signals,
};

/// Run an offline Polar for seats, until it is told to stop
#[derive(Args)]
#[command(after_help = "\
The first line says where it listens. Without a seed it knows no organization and no token. \
Under /_mock/ it shows the mails (/_mock/outbox) and events (/_mock/webhooks), moves its clock \
(POST /_mock/clock with {\"advance_seconds\": N}), injects failures (POST /_mock/faults with \
{\"fault\": \"answer_lost\", \"next\": N}), and prints its state as a seed (/_mock/state). With \
--ui, most of this is a page at /_mock/. The Date of its responses is that of its own clock. It \
stops on SIGINT or SIGTERM and keeps nothing.

The paths under /_mock/ need no token. They accept only requests to localhost, 127.0.0.0/8 and \
[::1], and from pages on these hosts. If programs reach the mock by another name, allow that \
name with --allow-host.

A seed with \"rate_limits\": \"production\" has Polar's limits; one with \"random\": 7 has the \
same ids and tokens every time.

Examples:
  polar-seats serve --listen 127.0.0.1:0 --seed seed.json
  polar-seats serve --listen 0.0.0.0:8787 --allow-host mock
  curl -s http://127.0.0.1:8787/_mock/state > later.json")]
pub(crate) struct Serve {
    /// Where to listen; port 0 lets the system choose
    #[arg(long, value_name = "ADDR:PORT", default_value = "127.0.0.1:8787", value_parser = address)]
    listen: SocketAddr,

    /// A JSON file with the organisations, tokens, customers and seats to start with
    #[arg(long, value_name = "FILE")]
    seed: Option<PathBuf>,

    /// Show a page at /_mock/ for a browser: seats, mails, events, the clock, and faults to order
    #[arg(long)]
    ui: bool,

    /// Host that may use the paths under /_mock/ (repeatable)
    #[arg(long, value_name = "NAME", value_parser = host)]
    allow_host: Vec<String>,
}

impl Serve {
    pub(crate) fn run(&self, context: &mut Context<'_>) -> Result<(), CliError> {
        let mock = match &self.seed {
            Some(file) => planted(file)?,
            None => Mock::new(),
        };
        let listener = bind(self.listen)?;
        let address = listener
            .local_addr()
            .map_err(|error| cannot(self.listen, error))?;
        // Before anybody can know that it runs, so that no signal ends it by force.
        let (shutdown, stopped) = server::shutdown();
        signals::on_end(move || shutdown.stop())
            .map_err(|error| CliError::Local(format!("signals cannot be received: {error}")))?;
        context.print(&format!("listening on http://{address}\n"), Effect::Local)?;
        let mut serve = server::MockServer::builder(mock);
        for host in &self.allow_host {
            serve = serve.allow_host(host);
        }
        if self.ui {
            serve = serve.page();
        }
        serve
            .run(listener, stopped)
            .map_err(|error| cannot(address, error))
    }
}

/// A mock as a seed describes it.
fn planted(file: &PathBuf) -> Result<Mock, CliError> {
    let wrong = |problem| CliError::invalid(format!("--seed: {}: {problem}", file_name(file)));
    let text =
        fs::read_to_string(file).map_err(|error| wrong(format!("it cannot be read: {error}")))?;
    Seed::from_json(&text)
        .and_then(|seed| Mock::from_seed(&seed))
        .map_err(|error| wrong(error.to_string()))
}

pub(super) fn address(text: &str) -> Result<SocketAddr, &'static str> {
    text.parse()
        .map_err(|_| "give an address and a port, such as 127.0.0.1:8787 or [::1]:0")
}

/// A host as a request names it, but for the port, which does not matter.
fn host(text: &str) -> Result<String, &'static str> {
    let authority: Option<Authority> = text.parse().ok();
    // `*` may stand in an authority, but it would match no host except itself.
    let is_host = authority.is_some_and(|host| host.host() == text && !text.contains('*'));
    is_host
        .then(|| text.to_owned())
        .ok_or("give a host without scheme, port or wildcard, such as mock or 192.0.2.1")
}

pub(super) fn bind(address: SocketAddr) -> Result<TcpListener, CliError> {
    TcpListener::bind(address).map_err(|error| match error.kind() {
        io::ErrorKind::AddrInUse => {
            let free = SocketAddr::new(address.ip(), 0);
            cannot(
                address,
                format_args!("{error}; with --listen {free} the system chooses a free port"),
            )
        }
        _ => cannot(address, error),
    })
}

pub(super) fn cannot(address: SocketAddr, error: impl std::fmt::Display) -> CliError {
    CliError::Local(format!("cannot serve on {address}: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_that_is_taken_is_told_with_a_way_to_a_free_one() {
        let taken = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = taken.local_addr().unwrap();
        let Err(CliError::Local(words)) = bind(address) else {
            panic!("{address} is taken");
        };
        assert!(words.starts_with(&format!("cannot serve on {address}: ")));
        assert!(words.contains("--listen 127.0.0.1:0 "), "{words}");
    }
}
