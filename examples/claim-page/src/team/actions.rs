use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use polar_hyper::{
    recipes::{EnsuredAssigned, EnsuredRevoked, RenewError},
    types::{AssignSeat, Invitation, Occupant, Recipient},
};
use serde::Deserialize;

use super::{
    Feedback, HolderForm, email_problem, failure_message, redirect_with_notice, sign_in::Manager,
};
use crate::{App, pages, web::VerifiedForm};

#[derive(Deserialize)]
pub(crate) struct Invite {
    email: String,
}

/// Invites a person.
pub(crate) async fn assign(
    State(app): State<App>,
    Manager(visitor): Manager,
    VerifiedForm(form): VerifiedForm<Invite>,
) -> Response {
    let email = form.email.trim();
    let request = AssignSeat::new(app.settings().team, Recipient::email(email));
    // A second click or a lost response does not assign a second seat.
    match app.client().customer_seats().ensure_assigned(request).await {
        Ok(EnsuredAssigned::Assigned(_)) => {
            redirect_with_notice(&visitor, format!("{email} was invited."))
        }
        Ok(_) => redirect_with_notice(&visitor, format!("{email} already has a seat.")),
        Err(error) => match email_problem(&error) {
            Some(problem) => {
                let problem = &problem;
                app.team(&visitor, None, Feedback::InvalidEmail { problem, email })
                    .await
            }
            None => app.failed(&visitor, &error).await,
        },
    }
}

/// Renews an invitation: revokes the seat and assigns it again, with a new email.
pub(crate) async fn renew(
    State(app): State<App>,
    Manager(visitor): Manager,
    VerifiedForm(HolderForm { holder }): VerifiedForm<HolderForm>,
) -> Response {
    let seat = match app.current_seat(&holder).await {
        Ok(seat) => seat,
        Err(error) => return app.failed(&visitor, &error).await,
    };
    let Some(seat) = seat else {
        let alert = format!("{holder} no longer has a seat.");
        return app.team(&visitor, None, Feedback::Alert(&alert)).await;
    };
    let alert = match app.client().customer_seats().renew(&seat).await {
        Ok(_) => return redirect_with_notice(&visitor, format!("{holder} has a new invitation.")),
        Err(RenewError::NotStarted(error)) => return app.failed(&visitor, &error).await,
        Err(RenewError::Revoked { error, .. }) => {
            tracing::warn!("{error}");
            let why = failure_message(&error);
            format!("{holder} lost the seat and has no new one yet. Invite them again. {why}")
        }
        Err(RenewError::RevokeUnknown { error, .. }) => {
            tracing::warn!("{error}");
            format!(
                "Polar did not respond, and {holder} may have lost the seat. Check this list in half a \
                 minute, and invite them again if they are missing."
            )
        }
        Err(RenewError::RevokedOther(seat)) => wrong_holder_message(seat.former_occupant()),
        Err(other) => {
            tracing::warn!("{other}");
            format!("The invitation of {holder} was not renewed.")
        }
    };
    app.team(&visitor, None, Feedback::Alert(&alert)).await
}

/// The message when the seat was reassigned in the meantime, and another person lost it.
pub(super) fn wrong_holder_message(person: Option<Occupant<'_>>) -> String {
    let who = person
        .and_then(|person| person.email)
        .unwrap_or("another person");
    format!("The seat was reassigned in the meantime, and {who} lost it. Invite them again.")
}

/// Sends the email of a live invitation again. For an expired one, the link would not work.
pub(crate) async fn resend(
    State(app): State<App>,
    Manager(visitor): Manager,
    VerifiedForm(HolderForm { holder }): VerifiedForm<HolderForm>,
) -> Response {
    let seat = match app.current_seat(&holder).await {
        Ok(seat) => seat,
        Err(error) => return app.failed(&visitor, &error).await,
    };
    let now = app.settings().clock.now();
    match seat {
        Some(seat) if matches!(seat.invitation(now), Invitation::Valid { .. }) => {
            match app.client().customer_seats().resend(seat.id).await {
                Ok(_) => {
                    redirect_with_notice(&visitor, format!("The email to {holder} was sent again."))
                }
                Err(error) => app.failed(&visitor, &error).await,
            }
        }
        _ => {
            let alert = format!("{holder} no longer has an open invitation.");
            app.team(&visitor, None, Feedback::Alert(&alert)).await
        }
    }
}

#[derive(Deserialize)]
pub(crate) struct Revoke {
    holder: String,
    #[serde(default)]
    confirmed: String,
}

/// Revokes a seat, after a confirmation.
pub(crate) async fn revoke(
    State(app): State<App>,
    Manager(visitor): Manager,
    VerifiedForm(Revoke { holder, confirmed }): VerifiedForm<Revoke>,
) -> Response {
    if confirmed != "yes" {
        let form_token = visitor.with(|visit| visit.form_token.clone());
        return pages::confirm_revoke(&holder, &form_token).into_response();
    }
    let person = Recipient::email(&holder);
    let seats = app.client().customer_seats();
    match seats.ensure_revoked(app.settings().team, &person).await {
        Ok(EnsuredRevoked::RevokedOther(seat)) => {
            let alert = wrong_holder_message(seat.former_occupant());
            app.team(&visitor, None, Feedback::Alert(&alert)).await
        }
        Ok(EnsuredRevoked::NoSeat) => {
            redirect_with_notice(&visitor, format!("{holder} has no seat."))
        }
        Ok(_) => redirect_with_notice(&visitor, format!("{holder} no longer has a seat.")),
        Err(error) => app.failed(&visitor, &error).await,
    }
}
