use std::fmt;

use bytes::Bytes;
use http::Response;
use polar_types::{CheckoutId, OrganizationId, ProductId};
use serde_json::{Map, Value, json};
use time::OffsetDateTime;
use uuid::Uuid;

use super::{Benefit, Mock, Organization, Price};
use crate::{
    error_response::ErrorResponse,
    http::HttpError,
    resources::Call,
    schema::all_scopes,
    state::{Caller, State},
};

/// A product that has not been created yet. Until a price is set, it is free and bought once.
///
/// ```
/// use polar_mock::{Benefit, Mock};
///
/// let mock = Mock::new();
/// let pro = mock.product("Pro").monthly(2000).benefit(Benefit::license_key()).create()?;
/// let paid = mock.pay(&pro.checkout("ann@acme.com")?)?;
/// assert!(paid.subscription.is_some());
/// # Ok::<(), polar_mock::ErrorResponse>(())
/// ```
#[derive(Debug, Clone)]
#[must_use = "call create"]
pub struct NewProduct {
    mock: Mock,
    organization: Option<OrganizationId>,
    name: String,
    interval: Option<(&'static str, u32)>,
    trial_days: Option<u32>,
    prices: Vec<Price>,
    benefits: Vec<Benefit>,
}

impl NewProduct {
    /// Sets a price that is charged every day.
    pub fn daily(self, price: impl Into<Price>) -> Self {
        self.recurring("day", price)
    }

    /// Sets a price that is charged every week.
    pub fn weekly(self, price: impl Into<Price>) -> Self {
        self.recurring("week", price)
    }

    /// Sets a price that is charged every month.
    pub fn monthly(self, price: impl Into<Price>) -> Self {
        self.recurring("month", price)
    }

    /// Sets a price that is charged every year.
    pub fn yearly(self, price: impl Into<Price>) -> Self {
        self.recurring("year", price)
    }

    /// Sets the price of a product that is bought once.
    pub fn once(mut self, price: impl Into<Price>) -> Self {
        self.interval = None;
        self.prices = vec![price.into()];
        self
    }

    /// Sets the length of a billing period, in days, weeks, months or years.
    pub fn every(mut self, count: u32) -> Self {
        self.interval = self.interval.map(|(interval, _)| (interval, count));
        self
    }

    /// Adds another price, such as a metered price after a fixed one.
    pub fn and(mut self, price: impl Into<Price>) -> Self {
        self.prices.push(price.into());
        self
    }

    /// Sets the length of the trial of a subscription, in days.
    pub fn trial_days(mut self, days: u32) -> Self {
        self.trial_days = Some(days);
        self
    }

    /// Adds a benefit, which is created with the product.
    pub fn benefit(mut self, benefit: Benefit) -> Self {
        self.benefits.push(benefit);
        self
    }

    /// Creates the product and its benefits as the API does, with the same checks and events.
    ///
    /// # Errors
    ///
    /// Returns the API's error, such as a 422 for a price of less than 50 cents.
    pub fn create(self) -> Result<Product, ErrorResponse> {
        let mock = self.mock;
        let organization = self
            .organization
            .unwrap_or_else(|| mock.first_organization());
        let mut benefits = Vec::new();
        for benefit in &self.benefits {
            let body = benefit.body(&self.name);
            benefits.push(id(&mock.create(organization, "benefits:create", &body)?));
        }
        let free = vec![Price::fixed(0)];
        let prices = if self.prices.is_empty() {
            free
        } else {
            self.prices
        };
        let prices: Vec<Value> = prices.into_iter().map(|price| price.0).collect();
        let mut body = Map::new();
        body.insert("name".to_owned(), self.name.into());
        body.insert("prices".to_owned(), prices.into());
        let trial = self.trial_days.map(|days| ("day", days));
        for (key, period) in [
            ("recurring_interval", self.interval),
            ("trial_interval", trial),
        ] {
            if let Some((interval, count)) = period {
                body.insert(key.to_owned(), interval.into());
                body.insert(format!("{key}_count"), count.into());
            }
        }
        let body = body.into();
        let product = id(&mock.create(organization, "products:create", &body)?);
        if !benefits.is_empty() {
            let path = [product.to_string()];
            let body = json!({"benefits": benefits});
            mock.run(organization, "products:update_benefits", &path, &body)?;
        }
        Ok(Product {
            mock,
            organization,
            id: product.into(),
        })
    }

    fn recurring(mut self, interval: &'static str, price: impl Into<Price>) -> Self {
        self.interval = Some((interval, 1));
        self.prices = vec![price.into()];
        self
    }
}

/// A product of a mock.
#[derive(Debug, Clone)]
pub struct Product {
    mock: Mock,
    organization: OrganizationId,
    id: ProductId,
}

impl Product {
    /// Returns the id.
    #[must_use]
    pub const fn id(&self) -> ProductId {
        self.id
    }

    /// Opens a checkout for a buyer in Germany with this email address. [`Mock::pay`] pays it.
    ///
    /// # Errors
    ///
    /// Returns the API's error, such as a 422 for an invalid address.
    pub fn checkout(&self, email: &str) -> Result<Checkout, ErrorResponse> {
        self.open(email, &Value::Null)
    }

    /// Opens a checkout for a number of seats of a product with a price per seat.
    ///
    /// # Errors
    ///
    /// Returns the API's error, such as a 422 for an invalid address.
    pub fn checkout_seats(&self, email: &str, seats: u32) -> Result<Checkout, ErrorResponse> {
        self.open(email, &seats.into())
    }

    fn open(&self, email: &str, seats: &Value) -> Result<Checkout, ErrorResponse> {
        let body = json!({
            "products": [Uuid::from(self.id)],
            "customer_email": email,
            "customer_billing_address": {"country": "DE"},
            "seats": seats,
        });
        let checkout = self
            .mock
            .create(self.organization, "checkouts:create", &body)?;
        let secret = checkout.get("client_secret").and_then(Value::as_str);
        Ok(Checkout {
            id: id(&checkout).into(),
            client_secret: secret.unwrap_or_default().to_owned(),
        })
    }
}

/// An open checkout of a mock.
#[derive(Clone)]
pub struct Checkout {
    id: CheckoutId,
    client_secret: String,
}

impl Checkout {
    /// Returns the id.
    #[must_use]
    pub const fn id(&self) -> CheckoutId {
        self.id
    }

    /// Returns the client secret, with which the buyer reads and confirms the checkout.
    #[must_use]
    pub fn client_secret(&self) -> &str {
        &self.client_secret
    }
}

impl fmt::Debug for Checkout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("Checkout");
        debug.field("id", &self.id).finish_non_exhaustive()
    }
}

impl From<&Checkout> for CheckoutId {
    fn from(checkout: &Checkout) -> Self {
        checkout.id
    }
}

/// A meter of a mock. `Display` shows its id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meter(Uuid);

impl fmt::Display for Meter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Mock {
    /// Returns a new product of the first organization, or of a new one if there is none. Call
    /// [`NewProduct::create`] to create it.
    pub fn product(&self, name: &str) -> NewProduct {
        NewProduct {
            mock: self.clone(),
            organization: None,
            name: name.to_owned(),
            interval: None,
            trial_days: None,
            prices: Vec::new(),
            benefits: Vec::new(),
        }
    }

    /// Creates a meter of the first organization, which counts the events that have this name.
    ///
    /// # Errors
    ///
    /// Returns the API's error, such as a 422 for a name of fewer than 3 characters.
    pub fn meter(&self, event: &str) -> Result<Meter, ErrorResponse> {
        let is_event = json!({"property": "name", "operator": "eq", "value": event});
        let body = json!({
            "name": event,
            "filter": {"conjunction": "and", "clauses": [is_event]},
            "aggregation": {"func": "count"},
        });
        let meter = self.create(self.first_organization(), "meters:create", &body)?;
        Ok(Meter(id(&meter)))
    }

    fn first_organization(&self) -> OrganizationId {
        let known = self.update(|state, _| state.organizations.first().map(|row| row.id));
        known.unwrap_or_else(|| self.organization("Acme").id())
    }

    fn create(
        &self,
        organization: OrganizationId,
        operation: &str,
        body: &Value,
    ) -> Result<Value, ErrorResponse> {
        self.run(organization, operation, &[], body)
    }

    /// Carries out an operation for an organization.
    fn run(
        &self,
        organization: OrganizationId,
        operation: &str,
        path: &[String],
        body: &Value,
    ) -> Result<Value, ErrorResponse> {
        let caller = Caller::Organization {
            id: organization,
            scopes: all_scopes().into_iter().map(str::to_owned).collect(),
        };
        let run = |state: &mut State, now: OffsetDateTime| {
            Call::run_by_id(state, now, &caller, operation, path, body)
        };
        let response = self.update(run);
        let response = response.unwrap_or_else(HttpError::into_response);
        read(&response)
    }
}

impl Organization {
    /// Returns a new product with prices and benefits. [`product`](Self::product) adds one that only has
    /// a name, for the purchases that [`Customer`](super::Customer) adds.
    pub fn new_product(&self, name: &str) -> NewProduct {
        NewProduct {
            organization: Some(self.id),
            ..self.mock.product(name)
        }
    }
}

fn read(response: &Response<Bytes>) -> Result<Value, ErrorResponse> {
    let failed = || ErrorResponse::of(response);
    if !response.status().is_success() {
        return Err(failed());
    }
    serde_json::from_slice(response.body()).map_err(|_| failed())
}

/// Returns the id in the response to a creation.
fn id(created: &Value) -> Uuid {
    let id = created["id"]
        .as_str()
        .and_then(|id| Uuid::parse_str(id).ok());
    id.unwrap_or_default()
}
