use std::{
    fs, io,
    net::{SocketAddr, TcpListener},
    path::{Path, PathBuf},
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

/// Run an offline mock of Polar's seat API
#[derive(Args)]
#[command(after_help = "\
The first line of output is the address. Without a seed, there is no organization and no token. \
The Date of the responses follows the mock's clock. The server stops on SIGINT or SIGTERM, and \
saves nothing.

Paths for tests, which need no token:
  /_mock/          browser page, with --ui
  /_mock/outbox    sent invitation emails
  /_mock/webhooks  events
  /_mock/webhooks/trigger
                   POST {\"type\": \"order.paid\"}
  /_mock/state     state, as a seed
  /_mock/clock     POST {\"advance_seconds\": N}
  /_mock/faults    POST {\"fault\": \"answer_lost\", \"next\": N}

These paths accept only requests to localhost, 127.0.0.0/8 and [::1], and from pages on these \
hosts. If programs reach the mock by another name, allow that name with --allow-host.

In a seed, \"rate_limits\": \"production\" enables Polar's rate limits, and \"random\": 7 makes ids \
and tokens the same in every run.

Examples:
  polar-seats serve --listen 127.0.0.1:0 --seed seed.json
  polar-seats serve --listen 0.0.0.0:8787 --allow-host mock
  curl -s http://127.0.0.1:8787/_mock/state > later.json")]
pub(crate) struct Serve {
    /// Address to listen on; port 0 selects a free port
    #[arg(long, value_name = "ADDR:PORT", default_value = "127.0.0.1:8787", value_parser = address)]
    listen: SocketAddr,

    /// JSON file with the initial state
    #[arg(long, value_name = "FILE")]
    seed: Option<PathBuf>,

    /// Serve a page for browsers at /_mock/
    #[arg(long)]
    ui: bool,

    /// Host name allowed for the paths under /_mock/ (repeatable)
    #[arg(long, value_name = "NAME", value_parser = host)]
    allow_host: Vec<String>,
}

impl Serve {
    pub(crate) fn run(&self, context: &mut Context<'_>) -> Result<(), CliError> {
        let mock = match &self.seed {
            Some(file) => from_seed(file)?,
            None => Mock::new(),
        };
        let listener = bind(self.listen)?;
        let address = listener
            .local_addr()
            .map_err(|error| listen_error(self.listen, error))?;
        // Before the address is printed, so that a signal always stops the server gracefully.
        let (shutdown, stopped) = server::shutdown();
        signals::on_termination(move || shutdown.stop())
            .map_err(|error| CliError::Local(format!("cannot handle signals: {error}")))?;
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
            .map_err(|error| listen_error(address, error))
    }
}

/// Creates a mock from a seed file.
fn from_seed(file: &Path) -> Result<Mock, CliError> {
    let name = file_name(file);
    let text = fs::read_to_string(file)
        .map_err(|error| CliError::invalid(format!("--seed: cannot read {name}: {error}")))?;
    Seed::from_json(&text)
        .and_then(|seed| Mock::from_seed(&seed))
        .map_err(|error| CliError::invalid(format!("--seed: {name}: {error}")))
}

pub(super) fn address(text: &str) -> Result<SocketAddr, &'static str> {
    text.parse()
        .map_err(|_| "expected an address and a port, such as 127.0.0.1:8787 or [::1]:0")
}

/// Parses a host name or address without a port.
pub(super) fn host(text: &str) -> Result<String, &'static str> {
    let authority: Option<Authority> = text.parse().ok();
    // An authority may contain `*`, but there are no wildcards here.
    let is_host = authority.is_some_and(|host| host.host() == text && !text.contains('*'));
    is_host
        .then(|| text.to_owned())
        .ok_or("expected a host without scheme, port or wildcard, such as mock or 192.0.2.1")
}

pub(super) fn bind(address: SocketAddr) -> Result<TcpListener, CliError> {
    TcpListener::bind(address).map_err(|error| match error.kind() {
        io::ErrorKind::AddrInUse => {
            let free = SocketAddr::new(address.ip(), 0);
            listen_error(
                address,
                format_args!("{error}; use --listen {free} for a free port"),
            )
        }
        _ => listen_error(address, error),
    })
}

pub(super) fn listen_error(address: SocketAddr, error: impl std::fmt::Display) -> CliError {
    CliError::Local(format!("cannot listen on {address}: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn error_for_used_port_suggests_free_port() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let Err(CliError::Local(message)) = bind(address) else {
            panic!("{address} is in use");
        };
        assert!(message.starts_with(&format!("cannot listen on {address}: ")));
        assert!(message.contains("--listen 127.0.0.1:0 "), "{message}");
    }
}
