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

/// Show whose portal session it is, and until when
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

/// What Polar's two answers about a session say together.
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
            (Some(one), None) | (None, Some(one)) => sanitize(one),
            (None, None) => "somebody without a name".to_owned(),
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
                Ok(time) if time > A_LIFE => "The session does not end.\n".to_owned(),
                Ok(time) => format!("The session ends {}.\n", left(time)),
                Err(_) => "The session is over.\n".to_owned(),
            });
        format!(
            "{}, {role}{buyer}.\n{}",
            theme.bold(who),
            end.unwrap_or_default()
        )
    }
}

/// Longer than anybody waits: so ends a session that an offline Polar was told to begin with.
const A_LIFE: Duration = Duration::from_secs(1000 * 365 * 86_400);
