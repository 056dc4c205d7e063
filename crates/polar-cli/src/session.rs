use std::time::SystemTime;

use polar_core::types::{CustomerSessionToken, InvitationToken};

use crate::{
    System,
    args::{Options, TokenArg},
    client::Client,
    failure::{Effect, Failure},
    kept::Kept,
    report::{ErrorReport, Paint, Report},
    tokens,
};

/// One run of the program: what it was told, and the system around it.
pub(crate) struct Session<'a> {
    pub(crate) options: Options,
    pub(crate) system: System<'a>,
}

impl Session<'_> {
    /// A client for what needs no token, or one of the portal.
    pub(crate) fn client(&self) -> Result<Client, Failure> {
        Client::new(&self.options, self.system.env, |config| config)
    }

    /// A client with the organisation's token.
    pub(crate) fn organisation(&self) -> Result<Client, Failure> {
        let token = tokens::access_token(self.system.env)?;
        Client::new(&self.options, self.system.env, |config| {
            config.access_token(token)
        })
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
            json + "\n"
        } else {
            report.words(Paint::new(self.system.stdout.colour()), SystemTime::now())
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
        let report = ErrorReport::new(failure);
        let text = if self.options.json {
            report.json()
        } else {
            report.words(Paint::new(self.system.stderr.colour()))
        };
        let _ = self.system.stderr.put(&text);
    }
}
