mod exports;

use std::{
    fs, io,
    net::{SocketAddr, TcpListener},
    path::{Path, PathBuf},
};

use clap::Args;
use http::uri::Authority;
use polar_mock::{Mock, Seed};
use polar_mock_server::{self as server, RequestReport};

use self::exports::exports;
use crate::{
    context::Context,
    error::{CliError, Effect},
    report::file_name,
    signals,
    system::Log,
};

/// Run an offline mock of Polar
#[derive(Args)]
#[command(after_help = "\
The first line of output is the address. For a seed with example tokens, lines to paste into a \
shell follow. Without a seed, there is no organization and no token. The Date header of responses \
follows the mock's clock. The server stops on SIGINT or SIGTERM, and does not save its state.

Paths for tests, which need no token:
  /_mock/          browser page, with --ui
  /_mock/outbox    sent invitation emails
  /_mock/webhooks  events
  /_mock/webhooks/trigger
                   POST {\"type\": \"order.paid\"}
  /_mock/state     state, as a seed
  /_mock/clock     POST {\"advance_seconds\": N}
  /_mock/payments
         POST {\"checkout\": ID, \"outcome\": \"succeed\"}
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

    /// Serve a browser page at /_mock/
    #[arg(long)]
    ui: bool,

    /// Host name allowed for the paths under /_mock/ (repeatable)
    #[arg(long, value_name = "NAME", value_parser = host)]
    allow_host: Vec<String>,

    /// Log every request (no personal data)
    #[arg(short, long, global = true)]
    verbose: bool,
}

impl Serve {
    pub(crate) fn run(&self, context: &mut Context<'_>) -> Result<(), CliError> {
        let (mock, seed) = match &self.seed {
            Some(file) => from_seed(file)?,
            None => (Mock::new(), String::new()),
        };
        let listener = bind(self.listen)?;
        let address = listener
            .local_addr()
            .map_err(|error| listen_error(self.listen, error))?;
        // Before the address is printed, so that a signal always stops the server gracefully.
        let (shutdown, stopped) = server::shutdown();
        signals::on_termination(move || shutdown.stop())
            .map_err(|error| CliError::Local(format!("cannot handle signals: {error}")))?;
        let url = format!("http://{address}");
        context.print(&format!("listening on {url}\n"), Effect::Local)?;
        if !context.json {
            let page = self.ui.then(|| format!("page: {url}/_mock/\n"));
            let lines = page.unwrap_or_default() + &exports(&seed, &url);
            context.print(&lines, Effect::Local)?;
            if self.seed.is_none() {
                (context.system.log)("the mock has no organization: start it with --seed FILE");
            }
        }
        let mut serve = server::MockServer::builder(mock);
        for host in &self.allow_host {
            serve = serve.allow_host(host);
        }
        if self.ui {
            serve = serve.page();
        }
        if self.verbose {
            serve = serve.on_request(log_requests(context.system.log.clone()));
        }
        serve
            .run(listener, stopped)
            .map_err(|error| listen_error(address, error))
    }
}

/// Returns an observer that logs requests: `POST /v1/customer-seats: 201, 2 ms`.
fn log_requests(log: Log) -> impl Fn(&RequestReport) + Send + Sync + 'static {
    move |request| {
        let RequestReport {
            method,
            path,
            status,
            duration,
            ..
        } = request;
        let result = match status {
            Some(status) => status.as_u16().to_string(),
            None => "no response".to_owned(),
        };
        let milliseconds = duration.as_millis();
        log(&format!("{method} {path}: {result}, {milliseconds} ms"));
    }
}

/// Creates a mock from a seed file, and returns the text of the file.
fn from_seed(file: &Path) -> Result<(Mock, String), CliError> {
    let name = file_name(file);
    let text = fs::read_to_string(file)
        .map_err(|error| CliError::invalid(format!("--seed: cannot read {name}: {error}")))?;
    Seed::from_json(&text)
        .and_then(|seed| Mock::from_seed(&seed))
        .map(|mock| (mock, text))
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
