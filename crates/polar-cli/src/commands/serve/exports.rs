//! The environment of a seed: lines that can be pasted into a shell.

use std::fmt::Write;

use serde::Deserialize;

/// The part of a seed that the lines come from.
#[derive(Deserialize)]
struct Seed {
    #[serde(default)]
    organizations: Vec<Organization>,
}

#[derive(Deserialize)]
struct Organization {
    #[serde(default)]
    tokens: Vec<Token>,
    #[serde(default)]
    customers: Vec<Customer>,
    #[serde(default)]
    subscriptions: Vec<Container>,
    #[serde(default)]
    orders: Vec<Container>,
}

#[derive(Deserialize)]
struct Token {
    token: String,
}

#[derive(Deserialize)]
struct Customer {
    #[serde(default)]
    members: Vec<Member>,
}

#[derive(Deserialize)]
struct Member {
    session_token: Option<String>,
}

/// A subscription or an order.
#[derive(Deserialize)]
struct Container {
    id: Option<String>,
    seats: Option<u64>,
}

/// Returns the lines for the first organization of a seed, or nothing if its tokens are not
/// examples. A seed can contain the tokens of a real application, which must not get into a log.
pub(super) fn exports(seed: &str, url: &str) -> String {
    let seed = serde_json::from_str::<Seed>(seed).ok();
    let first = seed.and_then(|seed| seed.organizations.into_iter().next());
    first
        .and_then(|organization| lines(&organization, url))
        .unwrap_or_default()
}

fn lines(organization: &Organization, url: &str) -> Option<String> {
    let token = &organization.tokens.first()?.token;
    if !is_example(token) {
        return None;
    }
    let subscription = id(&organization.subscriptions);
    let mut order = id(&organization.orders);
    let mut lines = String::new();
    // Both variables at once would be ambiguous. Not every shell accepts a comment.
    if let Some(order) = order.take_if(|_| subscription.is_some()) {
        let text = "to export as POLAR_ORDER instead of POLAR_SUBSCRIPTION";
        writeln!(lines, "order: {order}, {text}").unwrap_or_default();
    }
    lines.push('\n');
    let mut members = organization
        .customers
        .iter()
        .flat_map(|customer| &customer.members);
    let session = members.find_map(|member| member.session_token.as_deref());
    for (name, value) in [
        ("POLAR_BASE_URL", Some(url)),
        ("POLAR_ACCESS_TOKEN", Some(token)),
        (
            "POLAR_CUSTOMER_SESSION_TOKEN",
            session.filter(|session| is_example(session)),
        ),
        ("POLAR_SUBSCRIPTION", subscription),
        ("POLAR_ORDER", order),
    ] {
        if let Some(value) = value {
            // Writing to a string cannot fail.
            writeln!(lines, "export {name}={value}").unwrap_or_default();
        }
    }
    Some(lines)
}

/// Returns the id of the first that has one and has seats.
fn id(containers: &[Container]) -> Option<&str> {
    let mut with_seats = containers.iter().filter(|one| one.seats.is_some());
    with_seats.find_map(|one| one.id.as_deref())
}

/// Returns whether a token says that it is an example, and needs no quotes in a shell.
fn is_example(token: &str) -> bool {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    EXAMPLES.iter().any(|start| token.starts_with(start)) && token.chars().all(is_word)
}

const EXAMPLES: [&str; 3] = [
    "polar_oat_example",
    "polar_mst_example",
    "polar_cst_example",
];

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const URL: &str = "http://127.0.0.1:8787";
    const ID: &str = "4663fc95-f630-47e4-8260-a644811e7711";

    #[test]
    fn seed_without_example_token_has_no_lines() {
        for seed in [
            json!({}),
            json!({"organizations": []}),
            json!({"organizations": [{"name": "Acme"}]}),
            json!({"organizations": [{"tokens": [{"token": "polar_oat_CANARY"}]}]}),
            json!({"organizations": [{"tokens": [{"token": "polar_oat_example; rm"}]}]}),
            json!([]),
        ] {
            assert_eq!(exports(&seed.to_string(), URL), "", "{seed}");
        }
        assert_eq!(exports("{", URL), "");
    }

    #[test]
    fn lines_name_one_container_with_seats() {
        let lines = |more: &str| {
            let tokens = r#""tokens":[{"token":"polar_oat_example"}]"#;
            exports(&format!(r#"{{"organizations":[{{{tokens}{more}}}]}}"#), URL)
        };
        let base = "\nexport POLAR_BASE_URL=http://127.0.0.1:8787\n\
            export POLAR_ACCESS_TOKEN=polar_oat_example\n";
        assert_eq!(lines(""), base);
        let order = format!(r#","orders":[{{"seats":null,"id":"x"}},{{"seats":1,"id":"{ID}"}}]"#);
        assert_eq!(lines(&order), format!("{base}export POLAR_ORDER={ID}\n"));
        let real = r#","customers":[{"members":[{"session_token":"polar_mst_CANARY"}]}]"#;
        assert_eq!(lines(real), base);
    }
}
