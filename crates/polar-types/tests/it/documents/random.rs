//! Random documents that a schema allows.

use proptest::{collection::vec, prelude::*, sample::select, strategy::Union};
use serde_json::{Value, json};

use super::{
    cases::is_related,
    spec::{Shape, Spec},
};

/// How many objects may be in each other; only filters have no end of their own.
const DEEPEST: u32 = 8;

/// Up to here `serde_json` reads each integer exactly, also with a point and a zero behind it.
const EXACT: i64 = 1 << 49;

impl Spec {
    /// Random documents of a schema with a name.
    pub(crate) fn random(&self, name: &str) -> BoxedStrategy<Value> {
        self.random_of(&Shape::Ref(name.to_owned()), "", 0)
    }

    fn random_of(&self, shape: &Shape, key: &str, depth: u32) -> BoxedStrategy<Value> {
        if depth > DEEPEST {
            return Just(self.whole(shape, key)).boxed();
        }
        match shape {
            Shape::Ref(name) => {
                if is_related(name) {
                    // Which variant a union must be, so one of the documents that are right.
                    let cases = self.cases(name).into_iter().map(|(_, document)| document);
                    // What only an unknown variant has is not read.
                    let is_read = |it: &Value| it.pointer("/benefit/brand_new").is_none();
                    return select(cases.filter(is_read).collect::<Vec<_>>()).boxed();
                }
                self.random_of(&self.schemas[name], key, depth)
            }
            Shape::Enum(words) => {
                let known = select(words.clone()).prop_map(Value::from);
                prop_oneof![9 => known, 1 => "[a-z_]{1,12}".prop_map(Value::from)].boxed()
            }
            Shape::Union(variants) => {
                let mut all: Vec<_> = self
                    .variants(variants)
                    .into_iter()
                    .map(|variant| self.random_of(variant, key, depth))
                    .collect();
                if variants.iter().any(|it| matches!(it, Shape::Null)) {
                    all.push(Just(Value::Null).boxed());
                }
                Union::new(all).boxed()
            }
            Shape::Object(properties) => {
                let entries: Vec<_> = properties
                    .iter()
                    .map(|property| {
                        let value = self.random_of(&property.shape, &property.key, depth + 1);
                        let key = Just(property.key.clone());
                        let is_there = if property.is_required {
                            Just(true).boxed()
                        } else {
                            any::<bool>().boxed()
                        };
                        (is_there, key, value)
                    })
                    .collect();
                entries
                    .prop_map(|entries| {
                        let there = entries.into_iter().filter(|(is_there, ..)| *is_there);
                        there.map(|(_, key, value)| (key, value)).collect()
                    })
                    .boxed()
            }
            Shape::Map(inner) => {
                let value = self.random_of(inner, key, depth + 1);
                vec(("[a-z]{1,8}", value), 0..3)
                    .prop_map(|entries| entries.into_iter().collect())
                    .boxed()
            }
            Shape::List(item) => vec(self.random_of(item, key, depth + 1), 0..3)
                .prop_map(Value::from)
                .boxed(),
            Shape::Text(format) => text(format, key),
            // Page numbers are not negative.
            Shape::Integer if matches!(key, "total_count" | "max_page") => {
                any::<u32>().prop_map(Value::from).boxed()
            }
            // Where it may also have a fraction, it is read as a float.
            Shape::Integer => (-EXACT..EXACT).prop_map(Value::from).boxed(),
            // Few digits, which every reader of floats reads alike.
            Shape::Number => any::<i32>()
                .prop_map(|number| json!(f64::from(number) / 100.0))
                .boxed(),
            Shape::Boolean => any::<bool>().prop_map(Value::from).boxed(),
            Shape::Any => crate::strategies::value().boxed(),
            Shape::Const(_) | Shape::Tuple(_) | Shape::Null => Just(self.whole(shape, key)).boxed(),
        }
    }
}

/// Random text of a format, or as the server uses a key.
fn text(format: &str, key: &str) -> BoxedStrategy<Value> {
    let is_id = format.starts_with("uuid") || key.ends_with("_id");
    let is_time = format == "date-time" || key.ends_with("_at") || key.ends_with("_end");
    if is_id {
        let id = any::<u128>().prop_map(uuid::Uuid::from_u128);
        return id.prop_map(|id| json!(id.to_string())).boxed();
    }
    if is_time {
        let time = crate::strategies::timestamp();
        return time.prop_map(|time| json!(time.to_string())).boxed();
    }
    let pattern = if key.ends_with("currency") {
        "[a-z]{3}"
    } else if key == "unit_amount" {
        r"[0-9]{1,4}\.[0-9]{1,4}"
    } else if format == "date" {
        "20[0-9]{2}-0[1-9]-[0-2][1-8]"
    } else if key == "recurring_interval" {
        "day|week|month|year"
    } else {
        r#"[a-zA-Z0-9 _"\\/\n\u{e9}\u{1f600}]{0,12}"#
    };
    pattern.prop_map(Value::from).boxed()
}
