use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use polar_hyper::Error;

use super::words;
use crate::{
    App, pages,
    web::{Manager, Visitor},
};

/// Lists the seats.
pub(crate) async fn list(State(app): State<App>, Manager(visitor): Manager) -> Response {
    let notice = visitor.with(|visit| visit.notice.take());
    app.team(&visitor, notice.as_deref(), Said::Nothing).await
}

/// What did not work.
pub(super) enum Said<'a> {
    Nothing,
    /// The whole of it.
    Alert(&'a str),
    /// The address that was entered, and what is wrong with it.
    Wrong {
        problem: &'a str,
        email: &'a str,
    },
}

impl App {
    /// The list as it is now, with what was done or did not work.
    pub(super) async fn team(
        &self,
        visitor: &Visitor,
        notice: Option<&str>,
        said: Said<'_>,
    ) -> Response {
        let answer = self
            .client()
            .customer_seats()
            .list(self.settings().team)
            .await;
        let failure = answer.as_ref().err().map(explain);
        let alert = match &said {
            Said::Alert(alert) => Some(*alert),
            _ => failure.as_deref(),
        };
        let status = match (&answer, &said) {
            (Err(_), _) => StatusCode::BAD_GATEWAY,
            (Ok(_), Said::Nothing) => StatusCode::OK,
            (Ok(_), _) => StatusCode::CONFLICT,
        };
        let page = pages::team(&pages::Team {
            list: answer.as_ref().ok(),
            notice,
            alert,
            wrong: match said {
                Said::Wrong { problem, email } => Some((problem, email)),
                _ => None,
            },
            form_token: &visitor.with(|visit| visit.form_token.clone()),
            settings: self.settings(),
        });
        (status, page).into_response()
    }

    /// The list again, with what a failure means.
    pub(super) async fn failed(&self, visitor: &Visitor, error: &Error) -> Response {
        let alert = explain(error);
        self.team(visitor, None, Said::Alert(&alert)).await
    }
}

/// What to show of a failure, which is logged.
fn explain(error: &Error) -> String {
    tracing::warn!("{error}");
    words::failure(error)
}
