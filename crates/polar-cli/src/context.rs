use std::{
    io::{BufRead, BufReader, Read},
    sync::Arc,
};

use polar_core::{
    BaseUrl, Config,
    types::{CustomerSessionToken, InvitationToken},
};

use crate::{
    args::{ApiOptions, TokenArg},
    bulk::Pacer,
    client::{Client, log_attempts},
    error::{CliError, Effect, SavedResponse},
    report::{ErrorReport, Report, Theme, json_line},
    settings,
    system::System,
    transport::ServerClock,
};

/// The state that every command uses: the system, the server's clock and the output format.
pub(crate) struct Context<'a> {
    pub(crate) system: System<'a>,
    pub(crate) clock: ServerClock,
    /// Whether results and errors are printed as JSON.
    pub(crate) json: bool,
}

impl Context<'_> {
    /// Returns a client without an access token.
    pub(crate) fn client(&self, api: &ApiOptions) -> Result<Client, CliError> {
        self.client_with(api, None, |config| log_attempts(config, api, &self.system))
    }

    /// Returns a client with the organization's access token.
    pub(crate) fn organization(&self, api: &ApiOptions) -> Result<Client, CliError> {
        let token = settings::access_token(self.system.env)?;
        self.client_with(api, None, |config| {
            log_attempts(config, api, &self.system).access_token(token)
        })
    }

    /// Returns a client with the organization's access token and a pacer that can stop it.
    /// `configure` changes its configuration.
    pub(crate) fn paced_organization(
        &self,
        api: &ApiOptions,
        pacer: &Arc<Pacer>,
        configure: impl FnOnce(Config) -> Config,
    ) -> Result<Client, CliError> {
        let token = settings::access_token(self.system.env)?;
        self.client_with(api, Some(pacer), |config| {
            configure(config).access_token(token)
        })
    }

    /// Returns a client for the customer portal, and the session token from the environment.
    pub(crate) fn portal(
        &self,
        api: &ApiOptions,
    ) -> Result<(Client, CustomerSessionToken), CliError> {
        let token = settings::session_token(self.system.env)?;
        Ok((self.client(api)?, token))
    }

    fn client_with(
        &self,
        api: &ApiOptions,
        pacer: Option<&Arc<Pacer>>,
        configure: impl FnOnce(Config) -> Config,
    ) -> Result<Client, CliError> {
        let config = configure(settings::config(api, self.base_url(api)?));
        Client::new(api, config, &self.clock, pacer)
    }

    /// Returns the base URL of the clients.
    pub(crate) fn base_url(&self, api: &ApiOptions) -> Result<BaseUrl, CliError> {
        settings::base_url(api, self.system.env)
    }

    /// Asks whether to continue, unless `yes`.
    ///
    /// # Errors
    ///
    /// If the answer is not yes, or if standard input or standard error is not a terminal.
    pub(crate) fn confirm(&mut self, question: &str, yes: bool) -> Result<(), CliError> {
        if yes {
            return Ok(());
        }
        let terminal = self.system.terminal;
        if !terminal.stdin || !terminal.stderr {
            let stream = if terminal.stdin { "stderr" } else { "stdin" };
            return Err(CliError::invalid(format!(
                "cannot ask \"{question}\": {stream} is not a terminal"
            ))
            .with_hint("Pass --yes to skip the question."));
        }
        let _ = self.system.stderr.write(&format!("{question} [y/N] "));
        let mut answer = String::new();
        let mut stdin = BufReader::with_capacity(1, &mut self.system.stdin).take(100);
        // An unreadable answer counts as no.
        let _ = stdin.read_line(&mut answer);
        if matches!(answer.trim().to_lowercase().as_str(), "y" | "yes") {
            Ok(())
        } else {
            Err(CliError::invalid("canceled"))
        }
    }

    /// Returns the invitation token that the command was given.
    pub(crate) fn invitation(&mut self, token: &TokenArg) -> Result<InvitationToken, CliError> {
        token.read(self.system.stdin)
    }

    /// Prints a result, as JSON or as text.
    pub(crate) fn print_report(
        &mut self,
        report: &impl Report,
        effect: Effect,
    ) -> Result<(), CliError> {
        let text = if self.json {
            let json = serde_json::to_string(report).map_err(|error| {
                CliError::Local(format!("cannot serialize the result as JSON: {error}"))
            })?;
            json_line(&json)
        } else {
            let theme = Theme::new(self.system.stdout.has_color());
            report.to_text(theme, self.clock.now())
        };
        self.print(&text, effect)
    }

    /// Prints text to standard output.
    pub(crate) fn print(&mut self, text: &str, effect: Effect) -> Result<(), CliError> {
        self.system
            .stdout
            .write(text)
            .map_err(|source| CliError::Output {
                source,
                effect,
                saved: SavedResponse::None,
            })
    }

    /// Prints an error to standard error. If that fails, only the exit status remains.
    pub(crate) fn print_error(&mut self, error: &CliError) {
        // A reader that closes the pipe, such as `head`, expects no error message.
        if matches!(error, CliError::Reported(_)) || error.is_broken_pipe() && !self.json {
            return;
        }
        let text = self.error_text(error);
        let _ = self.system.stderr.write(&text);
    }

    /// Returns an error as it is printed.
    pub(crate) fn error_text(&self, error: &CliError) -> String {
        let report = ErrorReport::new(error);
        if self.json {
            report.json()
        } else {
            report.to_text(Theme::new(self.system.stderr.has_color()))
        }
    }
}
