use std::error::Error;

use polar_hyper::{Client, benefit_grants, subscriptions};
use tokio::task::spawn_blocking;

use crate::{Database, Object};

/// Reads all subscriptions and benefit grants from Polar, and stores those that are newer than the
/// stored ones. Returns how many were stored.
///
/// Run it before the first start, for the customers that you already have, and once a day, in case
/// events were lost while the endpoint was disabled. Webhooks may arrive at the same time.
///
/// # Errors
///
/// Returns an error if Polar or the database fails. Nothing is stored then.
pub async fn sync(
    polar: &Client,
    database: &Database,
) -> Result<usize, Box<dyn Error + Send + Sync>> {
    let mut objects = Vec::new();
    let mut subscriptions = polar.pages(subscriptions::List::new().limit(PAGE));
    while let Some(subscription) = subscriptions.next().await {
        objects.extend(Object::of_listed_subscription(&subscription?));
    }
    let mut grants = polar.pages(benefit_grants::List::new().limit(PAGE));
    while let Some(grant) = grants.next().await {
        objects.extend(Object::of_listed_grant(&grant?));
    }
    let database = database.clone();
    Ok(spawn_blocking(move || database.put_all(&objects)).await??)
}

/// The largest page.
const PAGE: u32 = 100;
