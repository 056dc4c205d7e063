use bytes::Bytes;
use http::{Response, StatusCode};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use time::OffsetDateTime;
use uuid::Uuid;

use super::{json_response, refuse};
use crate::{
    http::HttpError,
    resources::{Account, Call, Kind},
    state::{Caller, State},
};

/// A test payment.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Payment {
    /// The id or the client secret of an open checkout.
    checkout: Option<String>,
    /// The id of an unpaid order.
    order: Option<Uuid>,
    outcome: Outcome,
    /// Other fields of the confirmation of the checkout.
    #[serde(default)]
    confirm: Map<String, Value>,
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum Outcome {
    Succeed,
    Decline,
}

/// Pays or declines a checkout or an unpaid order. The response is that of the confirmation of the
/// checkout, or the order.
pub(super) fn pay(state: &mut State, body: &Bytes, now: OffsetDateTime) -> Response<Bytes> {
    let Ok(payment) = serde_json::from_slice::<Payment>(body) else {
        return refuse(StatusCode::UNPROCESSABLE_ENTITY, PAYMENT_FORM);
    };
    let response = match (&payment.checkout, payment.order) {
        (Some(checkout), None) => match client_secret(state, checkout) {
            Some(secret) => confirm(state, &secret, payment, now),
            None => return refuse(StatusCode::NOT_FOUND, "no checkout has this id or secret"),
        },
        (None, Some(order)) if payment.confirm.is_empty() => {
            let succeeds = payment.outcome == Outcome::Succeed;
            pay_order(state, order, succeeds, now)
        }
        _ => return refuse(StatusCode::UNPROCESSABLE_ENTITY, PAYMENT_FORM),
    };
    response.unwrap_or_else(HttpError::into_response)
}

fn client_secret(state: &State, checkout: &str) -> Option<String> {
    let by_id = Uuid::parse_str(checkout).ok();
    let mut all = state.documents.all(Kind::Checkout);
    all.find_map(|one| {
        let secret = one.fields.text("client_secret")?;
        (Some(one.id) == by_id || secret == checkout).then(|| secret.to_owned())
    })
}

/// Confirms a checkout as its buyer does.
fn confirm(
    state: &mut State,
    secret: &str,
    payment: Payment,
    now: OffsetDateTime,
) -> Result<Response<Bytes>, HttpError> {
    let mut fields = payment.confirm;
    let token = match payment.outcome {
        Outcome::Succeed => "ctoken_test",
        Outcome::Decline => "ctoken_decline",
    };
    fields.insert("confirmation_token_id".to_owned(), token.into());
    let (id, path) = ("checkouts:client_confirm", [secret.to_owned()]);
    Call::run_by_id(state, now, &Caller::Anonymous, id, &path, &fields.into())
}

fn pay_order(
    state: &mut State,
    id: Uuid,
    succeeds: bool,
    now: OffsetDateTime,
) -> Result<Response<Bytes>, HttpError> {
    let order = state.documents.get(Kind::Order, id);
    let organization = order
        .ok_or_else(|| HttpError::not_found("Not found"))?
        .organization;
    let order = Account::new(state, now, organization).pay_unpaid_order(id, succeeds)?;
    let text = order.to_text().ok_or(HttpError::Crash)?;
    Ok(super::written(StatusCode::OK, text))
}

/// Whose next payments of renewals are declined.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Decline {
    customer: Option<Uuid>,
    subscription: Option<Uuid>,
    #[serde(default = "one")]
    count: u64,
}

const fn one() -> u64 {
    1
}

/// Lets the next payments of a customer or of a subscription be declined.
pub(super) fn decline(state: &mut State, body: &Bytes) -> Response<Bytes> {
    let Ok(decline) = serde_json::from_slice::<Decline>(body) else {
        return refuse(StatusCode::UNPROCESSABLE_ENTITY, DECLINE_FORM);
    };
    let (id, is_known) = match (decline.customer, decline.subscription) {
        (Some(id), None) => (id, state.customer(id.into()).is_some()),
        (None, Some(id)) => {
            let known = state.documents.get(Kind::Subscription, id);
            (id, known.is_some())
        }
        _ => return refuse(StatusCode::UNPROCESSABLE_ENTITY, DECLINE_FORM),
    };
    if !is_known {
        let detail = format!("no customer or subscription has the id {id}");
        return refuse(StatusCode::NOT_FOUND, &detail);
    }
    state.declines.set(id, decline.count);
    json_response(StatusCode::OK, &json!({"declines": decline.count}))
}

/// Lets no payment be declined any more.
pub(super) fn clear_declines(state: &mut State) -> Response<Bytes> {
    state.declines.clear();
    json_response(StatusCode::OK, &json!({"declines": 0}))
}

const PAYMENT_FORM: &str = "expected {\"checkout\": ID or client secret, \"outcome\": \"succeed\" or \
    \"decline\"}, with other fields of the confirmation in `confirm`, or {\"order\": ID, \"outcome\": …}";

const DECLINE_FORM: &str =
    "expected {\"customer\": ID} or {\"subscription\": ID}, with a `count` of 0 or more";
