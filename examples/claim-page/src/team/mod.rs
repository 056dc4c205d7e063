//! The page of the billing manager: lists, assigns, renews, resends and revokes seats.

mod actions;
mod sign_in;

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use polar_hyper::{Error, ErrorKind, Outcome, Remedy, types::Seat};
use serde::Deserialize;

use self::sign_in::Manager;
pub(crate) use self::{
    actions::{assign, renew, resend, revoke},
    sign_in::{sign_in, sign_in_page, sign_out},
};
use crate::{App, pages, web::Visitor};

/// Shows the seats.
pub(crate) async fn list(State(app): State<App>, Manager(visitor): Manager) -> Response {
    let notice = visitor.with(|visit| visit.notice.take());
    app.team(&visitor, notice.as_deref(), Feedback::None).await
}

/// The problem to show with the list.
enum Feedback<'a> {
    None,
    /// A message.
    Alert(&'a str),
    /// The address that was entered, and its problem.
    InvalidEmail {
        problem: &'a str,
        email: &'a str,
    },
}

impl App {
    /// Shows the current list, with a notice or a problem.
    async fn team(
        &self,
        visitor: &Visitor,
        notice: Option<&str>,
        feedback: Feedback<'_>,
    ) -> Response {
        let list = self
            .client()
            .customer_seats()
            .list(self.settings().team)
            .await;
        let failure = list.as_ref().err().map(explain);
        let alert = match &feedback {
            Feedback::Alert(alert) => Some(*alert),
            _ => failure.as_deref(),
        };
        let status = match (&list, &feedback) {
            (Err(_), _) => StatusCode::BAD_GATEWAY,
            (Ok(_), Feedback::None) => StatusCode::OK,
            (Ok(_), _) => StatusCode::CONFLICT,
        };
        let page = pages::team(&pages::Team {
            list: list.as_ref().ok(),
            notice,
            alert,
            invalid_email: match feedback {
                Feedback::InvalidEmail { problem, email } => Some((problem, email)),
                _ => None,
            },
            form_token: &visitor.with(|visit| visit.form_token.clone()),
            settings: self.settings(),
        });
        (status, page).into_response()
    }

    /// Shows the list with the message of an error.
    async fn failed(&self, visitor: &Visitor, error: &Error) -> Response {
        let alert = explain(error);
        self.team(visitor, None, Feedback::Alert(&alert)).await
    }
}

/// Logs an error, and returns the message for the billing manager.
fn explain(error: &Error) -> String {
    tracing::warn!("{error}");
    failure_message(error)
}

/// A form about the holder of a seat, identified by email address. A seat id would not do: it
/// identifies a slot, which may have another holder when the button is pressed.
#[derive(Deserialize)]
pub(crate) struct HolderForm {
    holder: String,
}

impl App {
    /// Returns the seat that a person holds now.
    async fn current_seat(&self, holder: &str) -> Result<Option<Seat>, Error> {
        let list = self
            .client()
            .customer_seats()
            .list(self.settings().team)
            .await?;
        Ok(list.find_by_email(holder).cloned())
    }
}

/// Redirects to the list, which shows the notice, so that reloading does not repeat the action.
fn redirect_with_notice(visitor: &Visitor, notice: String) -> Response {
    visitor.with(|visit| visit.notice = Some(notice));
    Redirect::to("/team").into_response()
}

/// The message of an error for the billing manager.
fn failure_message(error: &Error) -> String {
    if error.outcome() == Outcome::Unknown {
        return "Polar did not respond, so this may or may not have been done. Check the list before \
                you try again."
            .to_owned();
    }
    let ErrorKind::Api(api_error) = error.kind() else {
        return "Polar cannot be reached right now. Nothing was changed: try again in a minute."
            .to_owned();
    };
    match api_error.remedy() {
        Remedy::FreeSeat => "No seat is free. Revoke one, or buy more.".to_owned(),
        Remedy::AlreadyAssigned => "This person already has a seat.".to_owned(),
        Remedy::PendingSeat => "The invitation is no longer open.".to_owned(),
        Remedy::Feature => "Seats are disabled for this organization at Polar.".to_owned(),
        Remedy::Wait => {
            let seconds = error.retry_after().map_or(60, |wait| wait.as_secs());
            format!("Too many requests. Nothing was changed: try again in {seconds} seconds.")
        }
        Remedy::Credentials | Remedy::Scope(_) | Remedy::Version | Remedy::Id => {
            "This application's access to Polar is misconfigured. Contact its operator.".to_owned()
        }
        _ => match api_error.message() {
            Some(message) => format!("Polar refused: {message}"),
            None => format!("Polar returned status {}.", api_error.status().as_u16()),
        },
    }
}

/// The problem of an email address, if it is the reason of the error.
fn email_problem(error: &Error) -> Option<String> {
    let field = error
        .api_error()?
        .fields()
        .iter()
        .find(|field| field.path() == "body.email")?;
    let reason = field
        .msg
        .rsplit_once(": ")
        .map_or(&*field.msg, |(_, reason)| reason);
    Some(format!("Polar does not accept this address: {reason}"))
}
