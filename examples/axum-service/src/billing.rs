//! A checkout for new customers, and the customer portal for signed-in ones.

use axum::{Router, http::StatusCode, routing::get};
use polar_axum::{Client, PortalCustomer, checkout, customer_portal};

use crate::User;

/// The routes. The id of a user is the external id of the customer at Polar.
pub fn billing(polar: &Client) -> Router {
    let checkout = checkout(polar.clone())
        .success_url("https://acme.com/thanks?checkout_id={CHECKOUT_ID}")
        .return_url("https://acme.com/pricing");
    let portal = customer_portal(polar.clone(), |User(id)| async {
        Ok::<_, StatusCode>(PortalCustomer::external_id(id))
    });
    Router::new().route("/checkout", get(checkout)).route(
        "/portal",
        get(portal.return_url("https://acme.com/account")),
    )
}
