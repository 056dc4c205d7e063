use axum::{extract::State, response::Response};
use polar_hyper::{
    recipes::EnsuredAssigned,
    types::{AssignSeat, Recipient},
};
use serde::Deserialize;

use super::{done, list::Said, words};
use crate::{
    App,
    web::{Checked, Manager},
};

#[derive(Deserialize)]
pub(crate) struct Invite {
    email: String,
}

/// Invites somebody, who then has a seat that is theirs to claim.
pub(crate) async fn assign(
    State(app): State<App>,
    Manager(visitor): Manager,
    Checked(form): Checked<Invite>,
) -> Response {
    let email = form.email.trim();
    let request = AssignSeat::new(app.settings().team, Recipient::email(email));
    // Pressing twice, or after a lost answer, gives one seat and not two.
    match app.client().customer_seats().ensure_assigned(request).await {
        Ok(EnsuredAssigned::Assigned(_)) => done(&visitor, format!("{email} is invited.")),
        Ok(_) => done(&visitor, format!("{email} has a seat already.")),
        Err(error) => match words::wrong_address(&error) {
            Some(problem) => {
                let problem = &problem;
                app.team(&visitor, None, Said::Wrong { problem, email })
                    .await
            }
            None => app.failed(&visitor, &error).await,
        },
    }
}
