use std::time::{Duration, SystemTime};

use clap::Args;
use polar_core::{
    customer_portal::customer_session::{Introspect, User},
    types::{SessionInfo, SessionUser},
};
use serde::Serialize;

use crate::{
    args::ApiOptions,
    context::Context,
    error::{CliError, Effect},
    report::{Report, Theme, left, sanitize},
};

/// Show the user and the expiration of the session
#[derive(Args)]
#[command(after_help = "\
Example:
  export POLAR_CUSTOMER_SESSION_TOKEN=polar_mst_...
  polar-seats portal whoami")]
pub(crate) struct Whoami {}

impl Whoami {
    pub(crate) fn run(context: &mut Context<'_>, api: &ApiOptions) -> Result<(), CliError> {
        let (client, token) = context.portal(api)?;
        let user = client.portal_call(&token, User::new())?;
        let info = client.portal_call(&token, Introspect::new())?;
        context.print_report(&Identity { user, info }, Effect::Read)
    }
}

/// The user and the expiration of a session.
#[derive(Debug, Serialize)]
struct Identity {
    #[serde(flatten)]
    user: SessionUser,
    #[serde(flatten)]
    info: SessionInfo,
}

impl Report for Identity {
    fn to_text(&self, theme: Theme, now: SystemTime) -> String {
        let Self { user, info } = self;
        let who = match (&user.name, &user.email) {
            (Some(name), Some(email)) => sanitize(&format!("{name} <{email}>")),
            (Some(text), None) | (None, Some(text)) => sanitize(text),
            (None, None) => "unnamed user".to_owned(),
        };
        let role = user.role.as_ref().map_or_else(
            || sanitize(user.kind.as_str()),
            |role| sanitize(role.as_str()).replace('_', " "),
        );
        let buyer = user
            .customer_id
            .map(|id| format!(" of customer {id}"))
            .unwrap_or_default();
        let end = info
            .expires_at
            .system_time()
            .map(|end| match end.duration_since(now) {
                Ok(time) if time > A_MILLENNIUM => "The session does not expire.\n".to_owned(),
                Ok(time) => format!("The session expires {}.\n", left(time)),
                Err(_) => "The session has expired.\n".to_owned(),
            });
        format!(
            "{}, {role}{buyer}.\n{}",
            theme.bold(who),
            end.unwrap_or_default()
        )
    }
}

/// Sessions in the seed of a mock may last even longer, and do not expire for practical purposes.
const A_MILLENNIUM: Duration = Duration::from_secs(1000 * 365 * 86_400);
