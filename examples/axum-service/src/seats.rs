//! Invitations, the page to join, and webhooks: a complete service, in fewer than 60 lines.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use axum::{Router, extract::State, http::StatusCode, routing::post};
use polar_axum::{ClaimFlow, Client, Contact, Verifier, types, webhooks};
use types::{AssignSeat, Recipient, Seat, SeatId, SubscriptionId};

use crate::User;

/// A team and its holders of seats, which are in a database of yours.
#[derive(Debug, Clone)]
pub struct Team {
    /// With the scopes `customer_seats:read` and `customer_seats:write`.
    pub polar: Client,
    /// Whose seats are assigned.
    pub subscription: SubscriptionId,
    /// The email address of each holder.
    pub holders: Arc<Mutex<BTreeMap<SeatId, String>>>,
}

/// The routes. `contact` helps people whose invitation does not work.
pub fn seats(team: Team, verifier: Verifier, contact: Contact, https: bool) -> Router {
    let join = ClaimFlow::new(team.polar.clone(), "https://polar.sh/acme/portal", contact)
        .team(team.subscription)
        .https(https);
    let webhooks = webhooks(verifier)
        .on_customer_seat_claimed(|seat, team: Team| async move { team.store(&seat.data) })
        .on_customer_seat_revoked(|seat, team: Team| async move { team.store(&seat.data) });
    Router::new()
        .route("/invite", post(invite))
        .nest("/join", join.routes())
        .route("/webhooks/polar", post(webhooks))
        .with_state(team)
}

/// Polar sends the email. Inviting a person twice assigns one seat.
async fn invite(State(team): State<Team>, _: User, email: String) -> Result<String, StatusCode> {
    let request = AssignSeat::new(team.subscription, Recipient::email(email));
    let seats = team.polar.customer_seats();
    let assigned = seats.ensure_assigned(request).await;
    let assigned = assigned.map_err(|_| StatusCode::BAD_GATEWAY)?;
    Ok(assigned.into_seat().status.to_string())
}

impl Team {
    fn store(&self, seat: &Seat) {
        let mut holders = self.holders.lock().unwrap_or_else(PoisonError::into_inner);
        match seat.occupant().and_then(|person| person.email) {
            Some(email) => holders.insert(seat.id, email.to_owned()),
            None => holders.remove(&seat.id),
        };
    }
}
