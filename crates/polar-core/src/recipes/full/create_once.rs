use std::{
    ops::ControlFlow,
    time::{Duration, SystemTime},
};

use polar_types::{
    ProductId,
    checkouts::{Checkout, CheckoutCreate, CheckoutSortProperty, CheckoutStatus},
};

use super::{
    Caller, MAX_CLOCK_SKEW,
    ensured::{Ensured, ensure},
    list::{PAGE_SIZE, search},
    own_key::OwnKey,
    run,
};
use crate::{
    Client, Error, InvalidRequest, Sort, blocking,
    checkouts::{Checkouts, Create, List},
};

/// What identifies a checkout, for [`create_once`](Checkouts::create_once).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum CheckoutKey {
    /// The entry of the request's metadata with this key, such as the id of a cart. It also finds a
    /// checkout that the customer has completed.
    Metadata(String),
    /// The external customer id of the request, together with the products. It finds open checkouts
    /// only, because a customer can buy the same again.
    ExternalCustomer,
}

impl From<&str> for CheckoutKey {
    /// Returns the key of a metadata entry.
    #[inline]
    fn from(key: &str) -> Self {
        Self::Metadata(key.to_owned())
    }
}

impl From<String> for CheckoutKey {
    /// Returns the key of a metadata entry.
    #[inline]
    fn from(key: String) -> Self {
        Self::Metadata(key)
    }
}

/// Recipes of the async client.
impl Checkouts<'_, Client> {
    #[cfg_attr(not(doctest), doc = include_str!("create_once.md"))]
    #[inline]
    pub async fn create_once(
        &self,
        request: CheckoutCreate,
        key: impl Into<CheckoutKey>,
    ) -> Result<Ensured<Checkout>, Error> {
        // A checkout is large, and so is a future that holds several.
        Box::pin(create_once(self.via, request, key.into())).await
    }
}

/// Recipes of the blocking client.
impl Checkouts<'_, blocking::Client> {
    #[cfg_attr(not(doctest), doc = include_str!("create_once.md"))]
    #[inline]
    pub fn create_once(
        &self,
        request: CheckoutCreate,
        key: impl Into<CheckoutKey>,
    ) -> Result<Ensured<Checkout>, Error> {
        run(create_once(self.via, request, key.into()))
    }
}

#[inline]
async fn create_once(
    caller: &impl Caller,
    request: CheckoutCreate,
    key: CheckoutKey,
) -> Result<Ensured<Checkout>, Error> {
    let wanted = Wanted::new(&request, &key)?;
    let list = wanted.list(&request);
    ensure(
        wanted.find(caller, list.clone()).await?,
        caller.call(Create::new(request)),
        |_| false,
        wanted.find(caller, list),
    )
    .await
}

/// The checkout to look for.
enum Wanted {
    Metadata(OwnKey),
    ExternalCustomer {
        id: String,
        products: Vec<ProductId>,
    },
}

impl Wanted {
    #[inline]
    fn new(request: &CheckoutCreate, key: &CheckoutKey) -> Result<Self, Error> {
        match key {
            CheckoutKey::Metadata(key) => {
                OwnKey::of(OPERATION, request.metadata.as_ref(), key).map(Self::Metadata)
            }
            CheckoutKey::ExternalCustomer => {
                let id = request.external_customer_id.clone().ok_or_else(|| {
                    let problem = "is missing, although it identifies the checkout";
                    Error::invalid(
                        OPERATION,
                        InvalidRequest::new("external_customer_id", problem),
                    )
                })?;
                let products = request.products.clone();
                Ok(Self::ExternalCustomer { id, products })
            }
        }
    }

    /// Returns the list of the checkouts that can be the one, newest first.
    ///
    /// The list can be filtered by external customer id, too. But that finds a checkout only if the
    /// customer existed before it (read in the server's source).
    #[inline]
    fn list(&self, request: &CheckoutCreate) -> List {
        let statuses: &[CheckoutStatus] = match self {
            Self::Metadata(_) => &[
                CheckoutStatus::Open,
                CheckoutStatus::Confirmed,
                CheckoutStatus::Succeeded,
            ],
            Self::ExternalCustomer { .. } => &[CheckoutStatus::Open],
        };
        List::new()
            .product_id(request.products.iter().copied())
            .customer_id(request.customer_id)
            .status(statuses.iter().cloned())
            .sorting([Sort::by(CheckoutSortProperty::CreatedAt).descending()])
            .limit(PAGE_SIZE)
    }

    #[inline]
    async fn find(&self, caller: &impl Caller, list: List) -> Result<Option<Checkout>, Error> {
        let since = caller.wall_clock().checked_sub(LIFETIME + MAX_CLOCK_SKEW);
        let found = search(caller, list, |checkout| {
            if self.is(&checkout) {
                ControlFlow::Break(Some(checkout))
            } else if is_older(&checkout, since) {
                ControlFlow::Break(None)
            } else {
                ControlFlow::Continue(())
            }
        });
        Ok(found.await?.flatten())
    }

    #[inline]
    fn is(&self, checkout: &Checkout) -> bool {
        // Until a job changes its status, an expired checkout is in the list of the open ones.
        let is_over = matches!(
            checkout.status,
            CheckoutStatus::Expired | CheckoutStatus::Failed
        );
        !is_over
            && match self {
                Self::Metadata(key) => key.is_in(&checkout.metadata),
                Self::ExternalCustomer { id, products } => {
                    let offered = &checkout.products;
                    checkout.external_customer_id.as_ref() == Some(id)
                        && offered.len() == products.len()
                        && offered.iter().all(|product| products.contains(&product.id))
                }
            }
    }
}

#[inline]
fn is_older(checkout: &Checkout, since: Option<SystemTime>) -> bool {
    let created_at = checkout.created_at.system_time();
    matches!((created_at, since), (Some(created), Some(since)) if created < since)
}

const OPERATION: &str = "checkouts.create_once";

/// How long a checkout stays open (observed).
const LIFETIME: Duration = Duration::from_secs(24 * 60 * 60);
