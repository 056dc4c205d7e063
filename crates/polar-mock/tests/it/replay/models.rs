use std::collections::HashSet;

use serde_json::Value;

use super::{recording::Exchange, seat_of};

/// Which tokens, subscriptions and orders belong to a member-model organisation.
pub(crate) struct Models(HashSet<String>);

impl Models {
    pub(crate) fn is_member_model(&self, exchange: &Exchange) -> bool {
        if let Some(seats) = exchange.response.json["seats"].as_array() {
            let held = |seat: &&Value| seat["member"].is_object();
            let of_buyer = |seat: &Value| seat["customer_id"] == seat["member"]["customer_id"];
            return seats.iter().any(|seat| held(&seat)) && seats.iter().filter(held).all(of_buyer);
        }
        let seat = seat_of(exchange);
        let named = [
            exchange.token(),
            exchange.sent("subscription_id"),
            exchange.sent("order_id"),
            seat["subscription_id"].as_str(),
            seat["order_id"].as_str(),
        ];
        named
            .into_iter()
            .flatten()
            .any(|name| self.0.contains(name))
    }
}

/// A seat whose customer is the buyer, although no member was named, is one of the member model.
pub(crate) fn learn(exchanges: &[Exchange]) -> Models {
    let mut names = HashSet::new();
    for exchange in exchanges
        .iter()
        .filter(|exchange| exchange.response.status == 200)
    {
        let names_member = exchange
            .sent("member_id")
            .or_else(|| exchange.sent("external_member_id"))
            .is_some();
        let seat = seat_of(exchange);
        let buyer = &seat["member"]["customer_id"];
        if !names_member && buyer.is_string() && seat["customer_id"] == *buyer {
            for name in [
                exchange.token(),
                seat["subscription_id"].as_str(),
                seat["order_id"].as_str(),
            ] {
                names.extend(name.map(str::to_owned));
            }
        }
    }
    Models(names)
}
