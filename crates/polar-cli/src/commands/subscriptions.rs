use std::time::SystemTime;

use clap::Args;
use http::Method;
use polar_core::{
    Auth, Operation, Spec, Target, customer_seats,
    types::{Page, SubscriptionId},
};
use serde::{Deserialize, Serialize};

use crate::{
    args::ApiOptions,
    context::Context,
    error::{CliError, Effect},
    report::{Report, Theme, sanitize, table},
};

/// List the subscriptions that have seats
#[derive(Args)]
#[command(after_help = "\
POLAR_ACCESS_TOKEN needs the scopes subscriptions:read and customer_seats:read. Pending \
invitations count as used seats. The command makes one request for 100 subscriptions, and one for \
each that has seats.

Examples:
  polar-seats subscriptions --active
  polar-seats subscriptions --json |
    jq -r '.subscriptions[0].id'")]
pub(crate) struct Subscriptions {
    /// List only active subscriptions
    #[arg(long)]
    active: bool,

    #[command(flatten)]
    api: ApiOptions,
}

impl Subscriptions {
    pub(crate) fn run(&self, context: &mut Context<'_>) -> Result<(), CliError> {
        let client = context.organization(&self.api)?;
        let mut subscriptions = Vec::new();
        let mut page = 1;
        loop {
            let list = ListSubscriptions {
                page,
                active: self.active,
            };
            let Page {
                items, pagination, ..
            } = client.call(list)?;
            for one in items.into_iter().filter(|one| one.seats.is_some()) {
                let seats = client.call(customer_seats::List::new(one.id))?;
                subscriptions.push(SeatSubscription {
                    id: one.id,
                    product: one.product,
                    customer: one.customer,
                    status: one.status,
                    used_seats: seats.total_seats.saturating_sub(seats.available_seats),
                    total_seats: seats.total_seats,
                });
            }
            if u64::from(page) >= pagination.max_page {
                break;
            }
            page += 1;
        }
        context.print_report(&SubscriptionTable { subscriptions }, Effect::Read)
    }
}

/// Lists a page of the organization's subscriptions, oldest first.
struct ListSubscriptions {
    page: u32,
    active: bool,
}

impl Operation for ListSubscriptions {
    type Output = Page<Subscription>;
    const SPEC: Spec =
        Spec::read("subscriptions.list", Method::GET, Auth::AccessToken).max_body(MAX_BODY);

    fn target(&self) -> Target {
        Target::new("/v1/subscriptions")
            .trailing_slash()
            .query_all("active", self.active.then_some(true))
            .query("page", self.page)
            .query("limit", 100)
            .query("sorting", "started_at")
    }
}

/// A subscription, as Polar returns it, with the fields that are printed.
#[derive(Deserialize)]
struct Subscription {
    id: SubscriptionId,
    status: String,
    product: Option<Product>,
    customer: Option<Customer>,
    seats: Option<u64>,
}

#[derive(Serialize, Deserialize)]
struct Product {
    id: String,
    name: String,
}

#[derive(Serialize, Deserialize)]
struct Customer {
    id: String,
    email: Option<String>,
    name: Option<String>,
}

/// The subscriptions that have seats. Their JSON form is stable.
#[derive(Serialize)]
struct SubscriptionTable {
    subscriptions: Vec<SeatSubscription>,
}

#[derive(Serialize)]
struct SeatSubscription {
    id: SubscriptionId,
    product: Option<Product>,
    customer: Option<Customer>,
    status: String,
    used_seats: u64,
    total_seats: u64,
}

impl Report for SubscriptionTable {
    fn to_text(&self, theme: Theme, _: SystemTime) -> String {
        if self.subscriptions.is_empty() {
            return "No subscription has seats.\n".to_owned();
        }
        let rows = self.subscriptions.iter().map(|one| {
            let product = one.product.as_ref().map(|product| &product.name);
            let customer = one.customer.as_ref();
            let customer =
                customer.and_then(|customer| customer.email.as_ref().or(customer.name.as_ref()));
            let text =
                |text: Option<&String>| text.map_or_else(|| "-".to_owned(), |text| sanitize(text));
            vec![
                text(product),
                text(customer),
                sanitize(&one.status),
                format!("{}/{}", one.used_seats, one.total_seats),
                one.id.to_string(),
            ]
        });
        let header = ["PRODUCT", "CUSTOMER", "STATUS", "SEATS", "SUBSCRIPTION"];
        let mut lines = table(&header, rows);
        if let Some(header) = lines.first_mut() {
            *header = theme.bold(&header);
        }
        lines.join("\n") + "\n"
    }
}

/// In bytes. A subscription has 5 to 10 KB of JSON, and a page has 100.
const MAX_BODY: usize = 16 * 1024 * 1024;
