use polar_types::{
    CustomerId, OrganizationId, Page, Pagination, ProductId, SeatStatus, SessionInfo, SessionUser,
    SessionUserKind, SubscriptionId, Timestamp,
};
use serde::Serialize;

use super::Call;
use crate::{
    http::HttpError,
    json::Json,
    state::{Caller, PurchaseRow, State},
    validation::{InvalidField, Violation, paging},
};

impl Call<'_> {
    /// Returns when the caller's session expires.
    pub(super) fn introspect(&mut self) -> Result<SessionInfo, HttpError> {
        match self.caller {
            Caller::Customer { expires_at, .. } | Caller::Member { expires_at, .. } => {
                Ok(SessionInfo::new(expires_at.into()))
            }
            _ => Err(HttpError::Unauthorized),
        }
    }

    /// Returns the caller's name and email.
    pub(super) fn session_user(&mut self) -> Result<SessionUser, HttpError> {
        let customer_id = self.portal_customer()?;
        let mut user = SessionUser::default();
        user.customer_id = Some(customer_id);
        if let Ok(member) = self.calling_member() {
            user.kind = SessionUserKind::Member;
            user.name.clone_from(&member.name);
            user.email = Some(member.email.clone());
            user.member_id = Some(member.id);
            user.role = Some(member.role.clone());
        } else {
            let customer = self.state.customer(customer_id).ok_or(HttpError::Crash)?;
            user.kind = SessionUserKind::Customer;
            user.name.clone_from(&customer.name);
            user.email = Some(customer.email.clone().ok_or_else(without_email)?);
        }
        Ok(user)
    }

    /// Returns the subscriptions in which the caller has a claimed seat.
    ///
    /// The server counts and pages by seats, and lists each subscription of a page once; so the
    /// total can exceed the number of items, and a subscription can be on several pages (observed).
    pub(super) fn portal_subscriptions(&mut self) -> Result<Page<Subscription>, HttpError> {
        let customer = self.portal_customer()?;
        let paging = paging(&self.query).map_err(HttpError::Invalid)?;
        let offset = paging.offset().ok_or(HttpError::Crash)?;
        let claimed: Vec<&PurchaseRow> = self
            .state
            .seats
            .iter()
            .filter(|seat| seat.status == SeatStatus::Claimed)
            .filter(|seat| match self.caller {
                Caller::Member { id, .. } => seat.member == Some(id),
                _ => seat.customer == Some(customer),
            })
            .filter_map(|seat| self.state.purchase(seat.container))
            .filter(|purchase| purchase.id.subscription_id().is_some())
            .collect();
        let total_count = claimed.len() as u64;
        let skipped = usize::try_from(offset).unwrap_or(usize::MAX);
        let taken = usize::try_from(paging.limit).unwrap_or(usize::MAX);
        let mut items: Vec<Subscription> = Vec::new();
        for purchase in claimed.into_iter().skip(skipped).take(taken) {
            let item = subscription(self.state, purchase).ok_or(HttpError::Crash)?;
            if items.iter().all(|known| known.id != item.id) {
                items.push(item);
            }
        }
        let max_page = total_count.div_ceil(paging.limit);
        Ok(Page::new(items, Pagination::new(total_count, max_page)))
    }
}

fn without_email() -> HttpError {
    let violation = Violation::new(
        "value_error",
        "Team customers must use member sessions. Create a customer session via the API with a \
         member_id.",
    );
    let item = InvalidField::new(violation, ["body"], Json::Null);
    HttpError::InvalidForApplication(vec![item])
}

fn subscription(state: &State, purchase: &PurchaseRow) -> Option<Subscription> {
    let id = purchase.id.subscription_id()?;
    let product = state.product(purchase.product?)?;
    let organization = state.organization(purchase.organization)?;
    Some(Subscription {
        created_at: purchase.created_at.into(),
        modified_at: None,
        id,
        status: "active",
        customer_id: purchase.customer,
        product_id: product.id,
        seats: purchase.seats,
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

/// The keys of the server's item that concern seats.
#[derive(Serialize)]
pub(super) struct Subscription {
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
