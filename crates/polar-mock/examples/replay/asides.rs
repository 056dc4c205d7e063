//! What a recording teaches besides its exchanges: tokens, what mails held, and rows that were changed.

use polar_mock::types::RawJson;
use serde_json::{Value, json};

use crate::player::{Player, fields, json_of, text};

impl Player<'_> {
    /// Learns the tokens of the callers that an exchange creates.
    pub(crate) fn learn_sessions(&mut self, exchange: &Value, own: &Value) {
        let recorded = json_of(&exchange["response"]["body"]);
        for (caller, what) in fields(&self.recording.world["callers"]) {
            let key = if text(&what["kind"]).contains("given on claiming a seat") {
                "customer_session_token"
            } else {
                "token"
            };
            let Some(token) = own[key].as_str() else {
                continue;
            };
            let is_theirs = (text(&what["kind"]).contains("customer session") || key != "token")
                && what["known_after"].as_u64() >= exchange["order"].as_u64()
                && what
                    .get("customer_id")
                    .is_none_or(|id| recorded["customer_id"] == *id)
                && ["member_id", "external_member_id"].iter().all(|key| {
                    let sent = &json_of(&exchange["request"]["body"])[*key];
                    what.get(*key).is_none_or(|id| sent == id)
                });
            if is_theirs {
                self.tokens.insert(caller.clone(), token.to_owned());
            }
        }
    }

    /// Learns what a mail held or what was looked up, and makes a session that no exchange made.
    pub(crate) fn learn_aside(&mut self, aside: &Value) {
        if let Some(token) = aside["invitation_token"].as_str() {
            let outbox = self.mock.outbox();
            let to = aside["to"].as_str();
            let mut mails = outbox.iter().rev();
            if let Some(mail) = mails.find(|mail| to.is_none_or(|to| mail.email == *to)) {
                self.known.learn(token, mail.invitation_token.expose());
            }
        }
        let what = text(&aside["what"]);
        if what == "id looked up" {
            self.learn_id(aside);
        }
        self.enable_features(text(&aside["sql"]));
        if let Some(caller) = what.strip_prefix("customer session made, not recorded: ") {
            let customer = self.known.translated(text(&aside["customer_id"]));
            let body = json!({ "customer_id": customer }).to_string();
            let body = self.request("POST", "/v1/customer-sessions/", &body);
            if let Some(token) = body["token"].as_str() {
                self.tokens.insert(caller.to_owned(), token.to_owned());
            }
        }
    }

    /// Sets the features of the organization that a recorder enabled in the database.
    fn enable_features(&mut self, sql: &str) {
        let features = sql.split_once("feature_settings || '");
        let features = features.and_then(|(_, rest)| rest.split_once('\''));
        let features = features.and_then(|(json, _)| serde_json::from_str(json).ok());
        let features: Value = features.unwrap_or_default();
        for (name, is_enabled) in fields(&features) {
            self.details["feature_settings"][name] = is_enabled.clone();
        }
        if let Ok(details) = RawJson::from_serialize(&self.details) {
            self.organization.set_details(&details);
        }
    }

    /// Learns the id of what belongs to the same checkout, customer or order.
    fn learn_id(&mut self, aside: &Value) {
        let tag = text(&aside["operation_id"])
            .split(':')
            .next()
            .unwrap_or_default();
        let page = self.request(
            "GET",
            &format!("/v1/{}/?limit=100", tag.replace('_', "-")),
            "",
        );
        let keys = ["checkout_id", "customer_id", "order_id", "meter_id", "name"];
        let own = page["items"].as_array().into_iter().flatten().find(|item| {
            keys.iter().all(|key| {
                let recorded = aside
                    .get(*key)
                    .map(|value| self.known.translated(text(value)));
                recorded.is_none_or(|recorded| item[*key] == recorded)
            })
        });
        if let Some(own) = own {
            self.known.learn(text(&aside["id"]), text(&own["id"]));
        }
    }

    /// Sends a request of the organization that was not recorded.
    fn request(&self, method: &str, path: &str, body: &str) -> Value {
        let request = json!({ "method": method, "path": path, "body": body });
        self.send(&json!({ "caller": "oat", "request": request })).1
    }

    /// An external id that was changed in the database is the changed one from the start.
    pub(crate) fn learn_changed_rows(&mut self) {
        for entry in &self.recording.entries {
            let sql = text(&entry.value["aside"]["sql"]);
            let parts: Vec<&str> = sql.split('\'').collect();
            let [
                "update customers set external_id=",
                changed,
                " where id=",
                id,
                ..,
            ] = parts[..]
            else {
                continue;
            };
            let created = self.recording.entries.iter().find_map(|entry| {
                let body = json_of(&entry.value["response"]["body"]);
                let external = body["external_id"].as_str()?;
                (body["id"] == *id).then(|| external.to_owned())
            });
            if let Some(created) = created {
                self.known.learn(&created, changed);
            }
        }
    }
}
