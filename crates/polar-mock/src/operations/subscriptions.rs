use polar_types::{CustomerId, OrganizationId, ProductId, SeatStatus, SubscriptionId, Timestamp};
use serde::Serialize;

use super::Call;
use crate::{
    http::{Caller, Refusal},
    validation::paging,
    world::{SaleRow, World},
};

impl Call<'_> {
    /// The subscriptions in which the caller has a claimed seat.
    ///
    /// The server counts and pages by seats, and shows each subscription of a page once; so the
    /// total may exceed the items, and a subscription may be on several pages. Observed.
    pub(super) fn portal_subscriptions(&mut self) -> Result<Page, Refusal> {
        let customer = self.portal_customer()?;
        let paging = paging(&self.query).map_err(Refusal::Invalid)?;
        let offset = paging.offset().ok_or(Refusal::Crash)?;
        let claimed: Vec<&SaleRow> = self
            .world
            .seats
            .iter()
            .filter(|seat| seat.status == SeatStatus::Claimed)
            .filter(|seat| match self.caller {
                Caller::Member { id, .. } => seat.member == Some(id),
                _ => seat.customer == Some(customer),
            })
            .filter_map(|seat| self.world.sale(seat.container))
            .filter(|sale| sale.id.subscription_id().is_some())
            .collect();
        let total_count = claimed.len() as u64;
        let skipped = usize::try_from(offset).unwrap_or(usize::MAX);
        let taken = usize::try_from(paging.limit).unwrap_or(usize::MAX);
        let mut items: Vec<Subscription> = Vec::new();
        for sale in claimed.into_iter().skip(skipped).take(taken) {
            let item = subscription(self.world, sale).ok_or(Refusal::Crash)?;
            if items.iter().all(|known| known.id != item.id) {
                items.push(item);
            }
        }
        let pagination = Pagination {
            total_count,
            max_page: total_count.div_ceil(paging.limit),
        };
        Ok(Page { items, pagination })
    }
}

fn subscription(world: &World, sale: &SaleRow) -> Option<Subscription> {
    let id = sale.id.subscription_id()?;
    let product = world.product(sale.product?)?;
    let organization = world.organization(sale.organization)?;
    Some(Subscription {
        created_at: sale.created_at.into(),
        modified_at: None,
        id,
        status: "active",
        customer_id: sale.customer,
        product_id: product.id,
        seats: sale.seats,
        product: Product {
            id: product.id,
            created_at: product.created_at.into(),
            modified_at: None,
            name: product.name.clone(),
            organization_id: organization.id,
            organization: Organization {
                created_at: organization.created_at.into(),
                modified_at: None,
                id: organization.id,
                name: organization.name.clone(),
                slug: organization.slug.clone(),
            },
        },
    })
}

#[derive(Serialize)]
pub(super) struct Page {
    items: Vec<Subscription>,
    pagination: Pagination,
}

#[derive(Serialize)]
struct Pagination {
    total_count: u64,
    max_page: u64,
}

/// Of the real item's many keys, those that concern seats.
#[derive(Serialize)]
struct Subscription {
    created_at: Timestamp,
    modified_at: Option<Timestamp>,
    id: SubscriptionId,
    status: &'static str,
    customer_id: CustomerId,
    product_id: ProductId,
    seats: Option<u64>,
    product: Product,
}

#[derive(Serialize)]
struct Product {
    id: ProductId,
    created_at: Timestamp,
    modified_at: Option<Timestamp>,
    name: String,
    organization_id: OrganizationId,
    organization: Organization,
}

#[derive(Serialize)]
struct Organization {
    created_at: Timestamp,
    modified_at: Option<Timestamp>,
    id: OrganizationId,
    name: String,
    slug: String,
}
