use std::time::SystemTime;

use clap::{Args, value_parser};
use polar_core::{
    customer_portal::seats,
    types::{Page, SeatSubscription},
};
use serde::Serialize;

use crate::{
    args::ApiOptions,
    context::Context,
    error::{CliError, Effect},
    report::{Report, Theme, sanitize, table},
};

/// List the subscriptions in which you have a seat
#[derive(Args)]
#[command(after_help = "\
Only claimed seats count. Polar may list a subscription on several pages.

Example:
  polar-seats portal subscriptions --limit 100")]
pub(crate) struct Subscriptions {
    /// Page number, starting at 1
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = value_parser!(u32).range(1..))]
    page: u32,

    /// Subscriptions per page, at most 100
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = value_parser!(u32).range(1..))]
    limit: u32,
}

impl Subscriptions {
    pub(crate) fn run(&self, context: &mut Context<'_>, api: &ApiOptions) -> Result<(), CliError> {
        let (client, token) = context.portal(api)?;
        let request = seats::Subscriptions::new()
            .page(self.page)
            .limit(self.limit);
        let subscriptions = client.portal_call(&token, request)?;
        context.print_report(
            &SubscriptionsPage {
                page: self.page,
                subscriptions,
            },
            Effect::Read,
        )
    }
}

/// A page of subscriptions, with its number.
#[derive(Debug, Serialize)]
struct SubscriptionsPage {
    #[serde(skip)]
    page: u32,
    #[serde(flatten)]
    subscriptions: Page<SeatSubscription>,
}

impl Report for SubscriptionsPage {
    fn to_text(&self, _: Theme, _: SystemTime) -> String {
        let rows = self.subscriptions.items.iter().map(|subscription| {
            let product = subscription
                .product
                .as_ref()
                .map(|product| sanitize(&product.name));
            vec![
                product.unwrap_or_default(),
                sanitize(subscription.status.as_str()),
                subscription
                    .seats
                    .map_or_else(|| "-".to_owned(), |seats| seats.to_string()),
                subscription.id.to_string(),
            ]
        });
        let (page, pages) = (self.page, self.subscriptions.pagination.max_page);
        if self.subscriptions.items.is_empty() {
            return match pages {
                0 => "You have no claimed seat in any subscription.\n".to_owned(),
                1 => format!("Page {page} is empty: there is 1 page.\n"),
                _ => format!("Page {page} is empty: there are {pages} pages.\n"),
            };
        }
        let mut lines = table(&["PRODUCT", "STATUS", "SEATS", "SUBSCRIPTION"], rows);
        lines.push(format!("page {page} of {pages}"));
        lines.join("\n") + "\n"
    }
}
