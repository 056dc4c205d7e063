use std::{
    io::{BufRead, BufReader, Read},
    sync::Arc,
};

use polar_core::{
    BaseUrl, Config,
    types::{CustomerSessionToken, InvitationToken},
};

use crate::{
    args::{Options, TokenArg},
    attempts,
    bulk::Pacer,
    client::Client,
    error::{CliError, Effect, SavedResponse},
    report::{ErrorReport, Report, Theme, json_line},
    settings,
    system::System,
    tokens,
    transport::ServerClock,
};

/// One run of the program: what it was told, and the system around it.
pub(crate) struct Context<'a> {
    pub(crate) options: Options,
    pub(crate) system: System<'a>,
    pub(crate) clock: ServerClock,
}

impl Context<'_> {
    /// A client for what needs no token, or one of the portal.
    pub(crate) fn client(&self) -> Result<Client, CliError> {
        Client::new(
            &self.options,
            self.system.env,
            &self.clock,
            None,
            |config| attempts::log_attempts(config, &self.options, &self.system.log),
        )
    }

    /// A client with the organisation's token.
    pub(crate) fn organization(&self) -> Result<Client, CliError> {
        let token = tokens::access_token(self.system.env)?;
        Client::new(
            &self.options,
            self.system.env,
            &self.clock,
            None,
            |config| {
                attempts::log_attempts(config, &self.options, &self.system.log).access_token(token)
            },
        )
    }

    /// A client with the organisation's token and settings of its own, told of attempts by nobody.
    /// The pacer can end its waits.
    pub(crate) fn organization_with(
        &self,
        pacer: &Arc<Pacer>,
        with: impl FnOnce(Config) -> Config,
    ) -> Result<Client, CliError> {
        let token = tokens::access_token(self.system.env)?;
        Client::new(
            &self.options,
            self.system.env,
            &self.clock,
            Some(pacer),
            |config| with(config).access_token(token),
        )
    }

    /// The base URL of the clients.
    pub(crate) fn base_url(&self) -> Result<BaseUrl, CliError> {
        settings::base_url(&self.options, self.system.env)
    }

    /// Asks a person whether to go on. Without one at a terminal, `--yes` must have said so.
    pub(crate) fn confirm(&mut self, question: &str, yes: bool) -> Result<(), CliError> {
        if yes {
            return Ok(());
        }
        if !self.system.terminal.stdin || !self.system.terminal.stderr {
            return Err(CliError::invalid(format!(
                "nothing was done, for there is nobody to ask \"{question}\": say --yes beforehand"
            )));
        }
        let _ = self.system.stderr.write(&format!("{question} [y/N] "));
        let mut answer = String::new();
        let mut stdin = BufReader::with_capacity(1, &mut self.system.stdin).take(100);
        // Whatever cannot be read is no consent.
        let _ = stdin.read_line(&mut answer);
        if matches!(answer.trim().to_lowercase().as_str(), "y" | "yes") {
            Ok(())
        } else {
            Err(CliError::invalid("nothing was done, as you say"))
        }
    }

    /// A client, and the session token to use the portal with.
    pub(crate) fn portal(&self) -> Result<(Client, CustomerSessionToken), CliError> {
        let token = tokens::session_token(self.system.env)?;
        Ok((self.client()?, token))
    }

    /// The invitation token that the command was given.
    pub(crate) fn invitation(&mut self, token: &TokenArg) -> Result<InvitationToken, CliError> {
        token.read(self.system.stdin)
    }

    /// Prints the result.
    pub(crate) fn print_report(
        &mut self,
        report: &impl Report,
        effect: Effect,
    ) -> Result<(), CliError> {
        let text = if self.options.json {
            let json = serde_json::to_string(report)
                .map_err(|error| CliError::Local(format!("the result is not JSON: {error}")))?;
            json_line(&json)
        } else {
            report.to_text(Theme::new(self.system.stdout.has_color()), self.clock.now())
        };
        self.print(&text, effect)
    }

    /// Prints a text that is the result, or a part of it.
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

    /// Prints a failure where failures go. If that cannot be done either, the exit code remains.
    pub(crate) fn print_error(&mut self, error: &CliError) {
        // Whoever closed the pipe, as `head` does, has seen what they wanted to.
        if matches!(error, CliError::Reported(_)) || error.is_broken_pipe() && !self.options.json {
            return;
        }
        let report = ErrorReport::new(error);
        let text = if self.options.json {
            report.json()
        } else {
            report.to_text(Theme::new(self.system.stderr.has_color()))
        };
        let _ = self.system.stderr.write(&text);
    }
}
