use axum::{
    extract::{Request, State},
    http::StatusCode,
    middleware::Next,
    response::{IntoResponse, Response},
};
use polar_axum::types::{BenefitId, ProductId};

use crate::{Database, User};

/// What a user needs for a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// A benefit that Polar granted. Products can share it, and Polar revokes it when access ends: after
    /// the paid period, a refund, or payments that failed for too long.
    Benefit(BenefitId),
    /// An active subscription to this product, or its trial. With seats, only the buyer has it: use the
    /// benefit then, which each holder of a seat is granted.
    Subscription(ProductId),
}

/// A middleware that admits only users with access. Others receive a 402, and can buy.
///
/// ```
/// use axum::{Router, middleware::from_fn_with_state, routing::get};
/// use example_saas::{Access, Database, require};
///
/// fn reports(database: Database, access: Access) -> Router {
///     Router::new()
///         .route("/reports", get(|| async { "the reports" }))
///         .layer(from_fn_with_state((database, access), require))
/// }
/// ```
///
/// It reads only the database, so customers keep their access during an outage of Polar.
pub async fn require(
    State((database, access)): State<(Database, Access)>,
    User(id): User,
    request: Request,
    next: Next,
) -> Response {
    let has_access = database.run(move |database| database.has_access(&id, access));
    match has_access.await {
        Ok(true) => next.run(request).await,
        Ok(false) => (StatusCode::PAYMENT_REQUIRED, "no access: see /pricing").into_response(),
        // Without the database, no one has access.
        Err(status) => status.into_response(),
    }
}
