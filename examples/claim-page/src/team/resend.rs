use axum::{extract::State, response::Response};
use polar_hyper::types::Invitation;

use super::{About, done, list::Said};
use crate::{
    App,
    web::{Checked, Manager},
};

/// Sends the mail of a live invitation again. For an expired one this would mail a dead link.
pub(crate) async fn resend(
    State(app): State<App>,
    Manager(visitor): Manager,
    Checked(About { holder }): Checked<About>,
) -> Response {
    let seat = match app.held_by(&holder).await {
        Ok(seat) => seat,
        Err(error) => return app.failed(&visitor, &error).await,
    };
    let now = app.settings().clock.now();
    match seat {
        Some(seat) if matches!(seat.invitation(now), Invitation::Valid { .. }) => {
            match app.client().customer_seats().resend(seat.id).await {
                Ok(_) => done(&visitor, format!("The mail to {holder} was sent again.")),
                Err(error) => app.failed(&visitor, &error).await,
            }
        }
        _ => {
            let alert = format!("{holder} has no open invitation any more.");
            app.team(&visitor, None, Said::Alert(&alert)).await
        }
    }
}
