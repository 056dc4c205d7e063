use std::ops::ControlFlow;

use polar_types::{
    ErrorName,
    customers::{Customer, CustomerCreate},
};

use super::{
    Caller,
    ensured::{Ensured, ensure},
    error::{breaks_rule, recipe_error},
    list::{PAGE_SIZE, search},
    run,
};
use crate::{
    Client, Error, InvalidRequest, blocking,
    customers::{Create, Customers, GetExternal, List},
};

recipe_error! {
    /// The error of [`get_or_create`](Customers::get_or_create).
    pub enum GetOrCreateError {
        /// There is no customer with the external id, and the email address belongs to another
        /// customer. Nothing was created.
        EmailTaken {
            /// The customer with this email address.
            customer: Box<Customer>,
        } => Refused,
            "the email address belongs to another customer",
            "Use another email address, or set the external id of that customer, if it has none.";
    }
}

/// Recipes of the async client.
impl Customers<'_, Client> {
    #[cfg_attr(not(doctest), doc = include_str!("get_or_create.md"))]
    #[inline]
    pub async fn get_or_create(
        &self,
        external_id: impl Into<String>,
        request: CustomerCreate,
    ) -> Result<Ensured<Customer>, GetOrCreateError> {
        get_or_create(self.via, external_id.into(), request).await
    }
}

/// Recipes of the blocking client.
impl Customers<'_, blocking::Client> {
    #[cfg_attr(not(doctest), doc = include_str!("get_or_create.md"))]
    #[inline]
    pub fn get_or_create(
        &self,
        external_id: impl Into<String>,
        request: CustomerCreate,
    ) -> Result<Ensured<Customer>, GetOrCreateError> {
        run(get_or_create(self.via, external_id.into(), request))
    }
}

#[inline]
async fn get_or_create(
    caller: &impl Caller,
    external_id: String,
    request: CustomerCreate,
) -> Result<Ensured<Customer>, GetOrCreateError> {
    if external_id.is_empty() {
        return Err(invalid("must not be empty").into());
    }
    if let Some(other) = &request.external_id
        && *other != external_id
    {
        return Err(invalid("differs from the external id of the request").into());
    }
    let email = request.email.clone();
    let create = Create::new(request.external_id(external_id.clone()));
    let ensured = ensure(
        find(caller, &external_id).await?,
        caller.call(create),
        is_taken,
        find(caller, &external_id),
    );
    let error = match ensured.await {
        Ok(ensured) => return Ok(ensured),
        Err(error) => error,
    };
    let Some(email) = email.filter(|_| breaks_rule(&error, "body.email")) else {
        return Err(error.into());
    };
    match by_email(caller, email).await {
        Ok(Some(customer)) if customer.external_id.as_ref() == Some(&external_id) => {
            Ok(Ensured::Found(customer))
        }
        Ok(Some(customer)) => Err(GetOrCreateError::EmailTaken {
            customer: Box::new(customer),
        }),
        Ok(None) | Err(_) => Err(error.into()),
    }
}

/// Returns the customer with an external id.
#[inline]
async fn find(caller: &impl Caller, external_id: &str) -> Result<Option<Customer>, Error> {
    // The server takes an encoded slash for a slash, so its path does not exist (observed).
    if external_id.contains('/') || matches!(external_id, "." | "..") {
        let list = List::new().query(external_id).limit(PAGE_SIZE);
        return search(caller, list, |customer| {
            if customer.external_id.as_deref() == Some(external_id) {
                ControlFlow::Break(customer)
            } else {
                ControlFlow::Continue(())
            }
        })
        .await;
    }
    match caller.call(GetExternal::new(external_id)).await {
        Ok(customer) => Ok(Some(customer)),
        Err(error) if error.name() == Some(&ErrorName::ResourceNotFound) => Ok(None),
        Err(error) => Err(error),
    }
}

#[inline]
async fn by_email(caller: &impl Caller, email: String) -> Result<Option<Customer>, Error> {
    let page = caller.call(List::new().email(email)).await?;
    Ok(page.items.into_iter().next())
}

/// Returns whether Polar refused to create the customer because the external id or the email address
/// is taken: by another caller in the meantime, or by another customer.
#[inline]
fn is_taken(error: &Error) -> bool {
    breaks_rule(error, "body.external_id") || breaks_rule(error, "body.email")
}

#[inline]
fn invalid(problem: &'static str) -> Error {
    Error::invalid(
        "customers.get_or_create",
        InvalidRequest::new("external_id", problem),
    )
}
