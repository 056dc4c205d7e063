//! A description of an event for a person.

use polar_webhooks::WebhookId;
use serde_json::Value;

use crate::report::{Theme, sanitize};

/// Returns two lines: what the event is about, and its ids.
///
/// Only known fields are printed, so that no secret of a checkout or license key is.
pub(super) fn describe(body: &[u8], id: &WebhookId, theme: Theme) -> String {
    let event: Value = serde_json::from_slice(body).unwrap_or_default();
    let kind = event
        .get("type")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let data = event.get("data").unwrap_or(&Value::Null);
    let facts = facts(data).join(", ");
    let separator = if facts.is_empty() { "" } else { ": " };
    let object = kind.split('.').next().unwrap_or_default().replace('_', " ");
    let ids = match text(data, &["/id"]) {
        Some(object_id) => format!("{object} {object_id}, event {id}"),
        None => format!("event {id}"),
    };
    format!(
        "{}{separator}{}\n  {}\n",
        theme.bold(sanitize(kind)),
        sanitize(&facts),
        theme.dimmed(sanitize(&ids)),
    )
}

/// Returns what is known about the object: its state, the money, its name, and the person.
fn facts(data: &Value) -> Vec<String> {
    [
        text(data, &["/status"]),
        money(data),
        text(
            data,
            &[
                "/name",
                "/description",
                "/product/name",
                "/benefit/description",
            ],
        ),
        text(
            data,
            &[
                "/email",
                "/customer_email",
                "/member/email",
                "/customer/email",
            ],
        ),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Returns the first of these fields that is a text and not empty.
fn text(data: &Value, pointers: &[&str]) -> Option<String> {
    let mut texts = pointers
        .iter()
        .filter_map(|field| data.pointer(field)?.as_str());
    texts.find(|text| !text.is_empty()).map(ToOwned::to_owned)
}

/// Returns an amount with its currency: `10.80 USD`.
fn money(data: &Value) -> Option<String> {
    let amount = data.get("total_amount").or_else(|| data.get("amount"))?;
    let (amount, currency) = (amount.as_i64()?, data.get("currency")?.as_str()?);
    let name = currency.to_uppercase();
    if WITHOUT_CENTS.contains(&currency) {
        return Some(format!("{amount} {name}"));
    }
    let sign = if amount < 0 { "-" } else { "" };
    let (whole, cents) = (amount.unsigned_abs() / 100, amount.unsigned_abs() % 100);
    Some(format!("{sign}{whole}.{cents:02} {name}"))
}

/// The currencies whose smallest unit is the whole one.
const WITHOUT_CENTS: [&str; 16] = [
    "bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga", "pyg", "rwf", "ugx", "vnd", "vuv",
    "xaf", "xof", "xpf",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn described(body: &str) -> String {
        let id = WebhookId::new("evt-1").unwrap();
        describe(body.as_bytes(), &id, Theme::new(false))
    }

    #[test]
    fn event_is_described_in_two_lines() {
        for (body, lines) in [
            (
                r#"{"type":"order.paid","data":{"id":"o-1","status":"paid","total_amount":1080,
                    "currency":"usd","product":{"name":"Pro"},"customer":{"email":"ann@acme.com"}}}"#,
                "order.paid: paid, 10.80 USD, Pro, ann@acme.com\n  order o-1, event evt-1\n",
            ),
            (
                r#"{"type":"customer_seat.revoked","data":{"id":"s-1","status":"revoked",
                    "email":null,"customer_email":"ann@acme.com"}}"#,
                "customer_seat.revoked: revoked, ann@acme.com\n  customer seat s-1, event evt-1\n",
            ),
            (
                r#"{"type":"refund.created","data":{"id":"r-1","amount":-5,"currency":"eur"}}"#,
                "refund.created: -0.05 EUR\n  refund r-1, event evt-1\n",
            ),
            (
                r#"{"type":"order.paid","data":{"amount":500,"currency":"jpy"}}"#,
                "order.paid: 500 JPY\n  event evt-1\n",
            ),
            (
                r#"{"type":"moon.risen","data":[]}"#,
                "moon.risen\n  event evt-1\n",
            ),
        ] {
            assert_eq!(described(body), lines, "{body}");
        }
    }

    #[test]
    fn description_has_no_secrets_and_no_escape_sequences() {
        let body = r#"{"type":"checkout.created","data":{"id":"c-1","status":"open",
            "client_secret":"canary","url":"https://polar.sh/checkout/canary",
            "customer_email":"\u001b[2J@acme.com"}}"#;
        let text = described(body);
        assert!(
            !text.contains("canary") && !text.contains('\u{1b}'),
            "{text}"
        );
    }
}
