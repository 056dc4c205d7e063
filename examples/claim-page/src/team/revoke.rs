use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use polar_hyper::{recipes::EnsuredRevoked, types::Recipient};
use serde::Deserialize;

use super::{done, list::Said, renew::taken_from};
use crate::{
    App, pages,
    web::{Checked, Manager},
};

#[derive(Deserialize)]
pub(crate) struct Revoke {
    holder: String,
    #[serde(default)]
    confirmed: String,
}

/// Takes a seat back, after asking.
pub(crate) async fn revoke(
    State(app): State<App>,
    Manager(visitor): Manager,
    Checked(Revoke { holder, confirmed }): Checked<Revoke>,
) -> Response {
    if confirmed != "yes" {
        let form_token = visitor.with(|visit| visit.form_token.clone());
        return pages::confirm_revoke(&holder, &form_token).into_response();
    }
    let person = Recipient::email(&holder);
    let seats = app.client().customer_seats();
    match seats.ensure_revoked(app.settings().team, &person).await {
        Ok(EnsuredRevoked::RevokedOther(seat)) => {
            let alert = taken_from(seat.former_occupant());
            app.team(&visitor, None, Said::Alert(&alert)).await
        }
        Ok(EnsuredRevoked::NoSeat) => done(&visitor, format!("{holder} has no seat.")),
        Ok(_) => done(&visitor, format!("{holder} has no seat any more.")),
        Err(error) => app.failed(&visitor, &error).await,
    }
}
