use std::{
    collections::{BTreeMap, HashSet},
    fs,
    path::Path,
};

use serde::Deserialize;
use serde_json::Value;

use super::seat_of;

/// A recorded exchange.
#[derive(Debug, Deserialize)]
pub(crate) struct Exchange {
    pub(crate) name: String,
    pub(crate) request: Request,
    pub(crate) response: Response,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: Value,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) headers: BTreeMap<String, String>,
    /// JSON, or text if parsing and printing would change it.
    #[serde(rename = "body")]
    pub(crate) json: Value,
}

impl Exchange {
    pub(crate) fn token(&self) -> Option<&str> {
        self.request
            .headers
            .get("authorization")?
            .strip_prefix("Bearer ")
    }

    pub(crate) fn path(&self) -> &str {
        self.request.path.split('?').next().unwrap()
    }

    pub(crate) fn error(&self) -> &str {
        self.response.json["error"].as_str().unwrap_or_default()
    }

    pub(crate) fn detail(&self) -> &str {
        self.response.json["detail"].as_str().unwrap_or_default()
    }

    /// Returns a field of the request's body.
    pub(crate) fn sent(&self, field: &str) -> Option<&str> {
        if let Value::String(text) = &self.request.body {
            // JSON that parsing would change.
            let after = text.split(&format!("\"{field}\"")).nth(1)?;
            return after.split('"').nth(1);
        }
        self.request.body[field].as_str()
    }

    fn announced(&self) -> Option<usize> {
        self.request.headers.get("content-length")?.parse().ok()
    }

    /// Returns the request's body as it was on the wire.
    pub(crate) fn body(&self) -> Vec<u8> {
        match &self.request.body {
            Value::Null if self.announced() == Some(4) => b"null".to_vec(),
            Value::Null => Vec::new(),
            Value::String(text)
                if self.announced() != Some(self.request.body.to_string().len()) =>
            {
                text.clone().into_bytes()
            }
            json if self.name == "body-invalid-utf8" => {
                let text = json.to_string();
                let (before, after) = text.split_once('\u{fffd}').unwrap();
                [before.as_bytes(), &[0xEB], after.as_bytes()].concat()
            }
            json => json.to_string().into_bytes(),
        }
    }
}

pub(crate) fn load(folder: &Path) -> Vec<Exchange> {
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension() == Some("json".as_ref()))
        .collect();
    files.sort();
    let mut exchanges = Vec::new();
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        let mut more: Vec<Exchange> = serde_json::from_str(&text)
            .unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        for exchange in &mut more {
            // Such bodies were recorded as text because parsing would change their numbers.
            let text = exchange.response.json.as_str().unwrap_or_default();
            if let Ok(json @ Value::Object(_)) = serde_json::from_str(text) {
                exchange.response.json = json;
            }
        }
        exchanges.extend(more);
    }
    exchanges
}

/// The tokens, subscriptions and orders that belong to a member-model organization.
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
        let mut named = named.into_iter().flatten();
        named.any(|name| self.0.contains(name))
    }
}

/// Finds the seats whose customer is the buyer although no member was named, which only the member
/// model has.
pub(crate) fn learn_models(exchanges: &[Exchange]) -> Models {
    let mut names = HashSet::new();
    let mut succeeded: Vec<_> = exchanges.iter().collect();
    succeeded.retain(|exchange| exchange.response.status == 200);
    for exchange in succeeded {
        let names_member = ["member_id", "external_member_id"]
            .iter()
            .any(|key| exchange.sent(key).is_some());
        let seat = seat_of(exchange);
        let buyer = &seat["member"]["customer_id"];
        if !names_member && buyer.is_string() && seat["customer_id"] == *buyer {
            let container = [&seat["subscription_id"], &seat["order_id"]].map(Value::as_str);
            let found = container.into_iter().chain([exchange.token()]).flatten();
            names.extend(found.map(str::to_owned));
        }
    }
    Models(names)
}
