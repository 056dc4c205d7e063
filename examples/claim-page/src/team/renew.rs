use axum::{extract::State, response::Response};
use polar_hyper::recipes::RenewError;

use super::{About, done, list::Said, words};
use crate::{
    App,
    web::{Checked, Manager},
};

/// Renews an invitation: takes the seat back and assigns it again, with a new mail.
pub(crate) async fn renew(
    State(app): State<App>,
    Manager(visitor): Manager,
    Checked(About { holder }): Checked<About>,
) -> Response {
    let seat = match app.held_by(&holder).await {
        Ok(seat) => seat,
        Err(error) => return app.failed(&visitor, &error).await,
    };
    let Some(seat) = seat else {
        let alert = format!("{holder} has no seat any more.");
        return app.team(&visitor, None, Said::Alert(&alert)).await;
    };
    let alert = match app.client().customer_seats().renew(&seat).await {
        Ok(_) => return done(&visitor, format!("{holder} has a new invitation.")),
        Err(RenewError::NotStarted(error)) => return app.failed(&visitor, &error).await,
        Err(RenewError::Revoked { error, .. }) => {
            tracing::warn!("{error}");
            let why = words::failure(&error);
            format!("{holder} lost the seat and has no new one yet: invite them again. {why}")
        }
        Err(RenewError::RevokeUnknown { error, .. }) => {
            tracing::warn!("{error}");
            format!(
                "No answer came, and {holder} may have lost the seat. Look at this list again in \
                 half a minute, and invite them again if they are not on it."
            )
        }
        Err(RenewError::RevokedOther(seat)) => taken_from(seat.former_occupant()),
        Err(other) => {
            tracing::warn!("{other}");
            format!("The invitation of {holder} was not renewed.")
        }
    };
    app.team(&visitor, None, Said::Alert(&alert)).await
}

/// The seat changed hands in that moment, and the wrong person lost it.
pub(super) fn taken_from(person: Option<polar_hyper::types::Occupant<'_>>) -> String {
    let who = person
        .and_then(|person| person.email)
        .unwrap_or("somebody else");
    format!("The seat changed hands at this very moment, and {who} lost it: invite them again.")
}
