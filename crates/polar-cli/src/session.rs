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
    clock::Clock,
    failure::{Effect, Failure, Kept},
    report::{ErrorReport, Paint, Report, json_line},
    settings,
    system::System,
    tokens,
};

/// One run of the program: what it was told, and the system around it.
pub(crate) struct Session<'a> {
    pub(crate) options: Options,
    pub(crate) system: System<'a>,
    pub(crate) clock: Clock,
}

impl Session<'_> {
    /// A client for what needs no token, or one of the portal.
    pub(crate) fn client(&self) -> Result<Client, Failure> {
        Client::new(
            &self.options,
            self.system.env,
            &self.clock,
            None,
            |config| attempts::told(config, &self.options, &self.system.log),
        )
    }

    /// A client with the organisation's token.
    pub(crate) fn organisation(&self) -> Result<Client, Failure> {
        let token = tokens::access_token(self.system.env)?;
        Client::new(
            &self.options,
            self.system.env,
            &self.clock,
            None,
            |config| attempts::told(config, &self.options, &self.system.log).access_token(token),
        )
    }

    /// A client with the organisation's token and settings of its own, told of attempts by nobody.
    /// The pacer can end its waits.
    pub(crate) fn organisation_with(
        &self,
        pacer: &Arc<Pacer>,
        with: impl FnOnce(Config) -> Config,
    ) -> Result<Client, Failure> {
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
    pub(crate) fn base_url(&self) -> Result<BaseUrl, Failure> {
        settings::base_url(&self.options, self.system.env)
    }

    /// Asks a person whether to go on. Without one at a terminal, `--yes` must have said so.
    pub(crate) fn confirm(&mut self, question: &str, yes: bool) -> Result<(), Failure> {
        if yes {
            return Ok(());
        }
        if !self.system.terminal.stdin || !self.system.terminal.stderr {
            return Err(Failure::invalid(format!(
                "nothing was done, for there is nobody to ask \"{question}\": say --yes beforehand"
            )));
        }
        let _ = self.system.stderr.put(&format!("{question} [y/N] "));
        let mut answer = String::new();
        let mut stdin = BufReader::with_capacity(1, &mut self.system.stdin).take(100);
        // Whatever cannot be read is no consent.
        let _ = stdin.read_line(&mut answer);
        if matches!(answer.trim().to_lowercase().as_str(), "y" | "yes") {
            Ok(())
        } else {
            Err(Failure::invalid("nothing was done, as you say"))
        }
    }

    /// A client, and the session token to use the portal with.
    pub(crate) fn portal(&self) -> Result<(Client, CustomerSessionToken), Failure> {
        let token = tokens::session_token(self.system.env)?;
        Ok((self.client()?, token))
    }

    /// The invitation token that the command was given.
    pub(crate) fn invitation(&mut self, token: &TokenArg) -> Result<InvitationToken, Failure> {
        token.read(self.system.stdin)
    }

    /// Prints the result.
    pub(crate) fn show(&mut self, report: &impl Report, effect: Effect) -> Result<(), Failure> {
        let text = if self.options.json {
            let json = serde_json::to_string(report)
                .map_err(|error| Failure::Local(format!("the result is not JSON: {error}")))?;
            json_line(&json)
        } else {
            report.words(Paint::new(self.system.stdout.colour()), self.clock.now())
        };
        self.say(&text, effect)
    }

    /// Prints a text that is the result, or a part of it.
    pub(crate) fn say(&mut self, text: &str, effect: Effect) -> Result<(), Failure> {
        self.system
            .stdout
            .put(text)
            .map_err(|source| Failure::Unwritten {
                source,
                effect,
                kept: Kept::Nothing,
            })
    }

    /// Prints a failure where failures go. If that cannot be done either, the exit code remains.
    pub(crate) fn complain(&mut self, failure: &Failure) {
        // Whoever closed the pipe, as `head` does, has seen what they wanted to.
        if matches!(failure, Failure::Told(_)) || failure.is_unheard() && !self.options.json {
            return;
        }
        let report = ErrorReport::new(failure);
        let text = if self.options.json {
            report.json()
        } else {
            report.words(Paint::new(self.system.stderr.colour()))
        };
        let _ = self.system.stderr.put(&text);
    }
}
