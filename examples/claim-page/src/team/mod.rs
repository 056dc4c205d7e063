//! The seats of the team, as the billing manager manages them.

mod assign;
mod list;
mod renew;
mod resend;
mod revoke;
mod sign_in;
mod words;

use axum::response::{IntoResponse, Redirect, Response};
use polar_hyper::{Error, types::Seat};
use serde::Deserialize;

pub(crate) use self::{
    assign::assign,
    list::list,
    renew::renew,
    resend::resend,
    revoke::revoke,
    sign_in::{sign_in, sign_in_page, sign_out},
};
use crate::{App, web::Visitor};

/// A form about somebody who has a seat, by e-mail address. A seat's id would not do: it is a slot,
/// and may be somebody else's by the time the button is pressed.
#[derive(Deserialize)]
pub(crate) struct About {
    holder: String,
}

impl App {
    /// The seat that somebody holds now.
    async fn held_by(&self, holder: &str) -> Result<Option<Seat>, Error> {
        let list = self
            .client()
            .customer_seats()
            .list(self.settings().team)
            .await?;
        Ok(list.find_by_email(holder).cloned())
    }
}

/// Leads back to the list, which says what was done. Reloading that does nothing again.
fn done(visitor: &Visitor, notice: String) -> Response {
    visitor.with(|visit| visit.notice = Some(notice));
    Redirect::to("/team").into_response()
}
