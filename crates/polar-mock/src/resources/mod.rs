//! The resources that are documents: each operation is checked by its schema and carried out by a
//! rule. The rules of a resource are one file.
#![expect(
    clippy::unnecessary_wraps,
    reason = "rules have one type, whether or not they can fail"
)]

mod account;
mod aggregations;
mod benefits;
mod call;
mod cancellations;
mod checkout_view;
mod checkouts;
mod confirmation;
mod custom_fields;
mod customer_meters;
mod customer_view;
mod customers;
mod discounts;
mod dunning;
mod event_log;
mod event_types;
mod events;
mod grants;
mod invoices;
mod license_keys;
mod list;
mod members;
mod metered_billing;
mod meters;
mod orders;
mod organization;
mod payment_methods;
mod portal;
mod portal_benefits;
mod portal_orders;
mod portal_subscriptions;
mod portal_team;
mod prices;
mod products;
mod purchase;
mod refunds;
mod renewals;
mod seeded;
mod sessions;
mod store;
mod subscription_updates;
mod subscriptions;
mod system_events;
mod terms;
mod usage;
mod webhooks;

pub(crate) use account::Account;
use account::plain;
pub(crate) use call::Call;
pub(crate) use event_log::Event;
pub(crate) use grants::seat_changed;
pub(crate) use renewals::run_due;
pub(crate) use store::{Document, Documents, Kind};
use terms::{seat_price, time_after};
pub(crate) use usage::{Entry, Job, Usage, follow_events};

use crate::{
    http::HttpError,
    json::Json,
    validation::{InvalidField, Violation},
};

/// How an operation is carried out: it returns the body of the response.
type Rule = fn(&mut Call<'_>) -> Result<Json, HttpError>;

/// The rules, by the operation's id.
const RULES: &[&[(&str, Rule)]] = &[
    benefits::RULES,
    checkouts::RULES,
    custom_fields::RULES,
    customer_meters::RULES,
    customers::RULES,
    discounts::RULES,
    event_types::RULES,
    events::RULES,
    grants::RULES,
    invoices::RULES,
    license_keys::RULES,
    members::RULES,
    meters::RULES,
    orders::RULES,
    payment_methods::RULES,
    portal::RULES,
    portal_benefits::RULES,
    portal_orders::RULES,
    portal_subscriptions::RULES,
    portal_team::RULES,
    products::RULES,
    refunds::RULES,
    sessions::RULES,
    subscriptions::RULES,
    webhooks::RULES,
];

/// The 404 for a document that does not exist or belongs to another organization.
fn not_found() -> HttpError {
    HttpError::not_found("Not found")
}

/// The 422 of the application for one value of the body.
fn invalid<'p>(
    path: impl IntoIterator<Item = &'p str>,
    kind: &'static str,
    message: &str,
    input: impl Into<Json>,
) -> HttpError {
    HttpError::InvalidForApplication(vec![error(path, kind, message, input)])
}

/// The same for a value that a rule refuses, whose path has dots.
fn refused(path: &str, message: &str, input: impl Into<Json>) -> HttpError {
    let keys = path.split('.').filter(|key| !key.is_empty());
    invalid(keys, "value_error", message, input)
}

/// The same for an item of a list of the body.
fn refused_item(key: &str, index: usize, message: &str, input: impl Into<Json>) -> HttpError {
    HttpError::InvalidForApplication(vec![item_error(key, index, message, input)])
}

/// One entry of such a 422.
fn error<'p>(
    path: impl IntoIterator<Item = &'p str>,
    kind: &'static str,
    message: &str,
    input: impl Into<Json>,
) -> InvalidField {
    let loc = ["body"].into_iter().chain(path);
    InvalidField::new(Violation::new(kind, message), loc, input.into())
}

fn item_error(key: &str, index: usize, message: &str, input: impl Into<Json>) -> InvalidField {
    let mut error = error([key], "value_error", message, input);
    error.loc.push((index as u64).into());
    error
}
