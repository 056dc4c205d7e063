//! Deliveries recorded from the real server, of every type of event that it sent.

use std::{collections::HashMap, env, fs, path::Path, time::Duration};

use polar_webhooks::{
    EventVersion, Verifier,
    types::{WebhookEvent, WebhookPayload, WebhookSecret},
};
use serde_json::Value;

fn folders() -> Vec<String> {
    let folders = env::var("POLAR_API_EXCHANGES").unwrap();
    folders.split(':').map(str::to_owned).collect()
}

fn entries(file: &Path) -> Vec<Value> {
    serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap()
}

/// Set `POLAR_API_EXCHANGES` to the folders of recorded exchanges and flows, separated by colons.
#[test]
#[ignore = "needs recorded exchanges: run `.ci/exchanges`"]
fn raw_deliveries_verify_and_are_read_into_their_variants() {
    let files = folders();
    let files = files
        .iter()
        .map(|folder| Path::new(folder).join("webhook-deliveries.json"));
    let mut types = Vec::new();
    for delivery in files
        .filter(|file| file.exists())
        .flat_map(|file| entries(&file))
    {
        let text = |key: &str| delivery[key].as_str().unwrap().to_owned();
        let headers = delivery["headers"].as_array().unwrap();
        let headers = headers
            .iter()
            .map(|pair| [0, 1].map(|at| pair[at].as_str().unwrap().to_owned()));
        let headers: Vec<(String, String)> = headers.map(|[name, value]| (name, value)).collect();
        let secret = WebhookSecret::new(text("endpoint_secret")).unwrap();
        let verifier = Verifier::new(&secret).tolerance(Duration::MAX);
        let body = text("body");
        let result = verifier.verify_now(headers, body.as_bytes());
        // Messages for Discord and Slack are signed, and are no events.
        let parsed: Value = serde_json::from_str(&body).unwrap();
        let Some(word) = parsed["type"].as_str() else {
            assert!(result.unwrap_err().is_signed());
            continue;
        };
        let webhook = result.unwrap();
        let payload = webhook.event().payload().unwrap();
        assert!(!matches!(payload, WebhookPayload::Unknown(_)), "{word}");
        assert_eq!(payload.event_type(), word);
        assert_eq!(WebhookPayload::from_json(body.as_bytes()).unwrap(), payload);
        types.push(word.to_owned());
    }
    types.sort();
    types.dedup();
    println!(
        "{} types of deliveries are read into their variants",
        types.len()
    );
    assert_eq!(types.len(), 32);
}

/// Of each object the events, by their times.
#[test]
#[ignore = "needs recorded exchanges: run `.ci/exchanges`"]
fn versions_of_recorded_events_are_in_the_order_of_the_events() {
    let mut events: HashMap<(String, String), Vec<WebhookEvent>> = HashMap::new();
    for folder in folders() {
        for file in fs::read_dir(folder).unwrap() {
            let file = file.unwrap().path();
            let is_json = file.extension().is_some_and(|end| end == "json");
            if !is_json || file.file_name().unwrap().to_string_lossy().starts_with('_') {
                continue;
            }
            for delivery in entries(&file)
                .iter()
                .filter_map(|entry| entry.get("delivery"))
            {
                let event = WebhookEvent::from_json(delivery.to_string().as_bytes()).unwrap();
                let object = match event.kind() {
                    "customer.state_changed" => "customer_state",
                    kind => kind.split('.').next().unwrap(),
                };
                let id = delivery["data"]["id"].as_str().unwrap().to_owned();
                events
                    .entry((object.to_owned(), id))
                    .or_default()
                    .push(event);
            }
        }
    }
    let mut pairs = 0;
    for ((object, id), mut events) in events {
        events.sort_by_key(|event| event.timestamp().to_utc());
        for pair in events.windows(2) {
            let [one, other] = [0, 1].map(|at| EventVersion::of(&pair[at]).unwrap());
            assert!(other.is_newer(Some(one)), "{object} {id}: {pair:?}");
            pairs += 1;
        }
    }
    println!("{pairs} pairs of events are in order");
    assert!(pairs > 150, "only {pairs} pairs");
}
