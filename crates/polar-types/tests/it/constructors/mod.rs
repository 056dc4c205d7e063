//! The named constructors of requests, and what they send.

mod catalog;
mod subscriptions;
mod usage;

use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

const ID: &str = "05659363-7590-4064-b1a5-4eeefee6875e";

fn id<T: std::str::FromStr<Err: std::fmt::Debug>>() -> T {
    ID.parse().unwrap()
}

/// What is sent, and read again as the same request.
fn sent<T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug>(request: &T) -> Value {
    let text = serde_json::to_string(request).unwrap();
    assert_eq!(
        &serde_json::from_str::<T>(&text).unwrap(),
        request,
        "{text}"
    );
    serde_json::from_str(&text).unwrap()
}
