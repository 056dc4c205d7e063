//! What is wrong with a value, in the words of the server's validation library.

use super::Range;
use crate::{
    json::{self, Json},
    validation::Violation,
};

/// A value of another type.
pub(super) fn wrong_type(kind: &'static str, name: &str) -> Violation {
    Violation::new(kind, format!("Input should be a valid {name}"))
}

/// A value that is no object.
pub(super) fn not_an_object() -> Violation {
    let name = "dictionary or object to extract fields from";
    wrong_type("model_attributes_type", name)
}

/// A value other than the expected ones.
pub(super) fn expected(kind: &'static str, values: &[String]) -> Violation {
    let values = match values {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    };
    Violation::new(kind, format!("Input should be {values}")).with("expected", Json::Text(values))
}

/// A value of a literal as Python shows it.
pub(super) fn python(text: &str) -> String {
    match json::parse(text) {
        Ok(Json::Text(text)) => format!("'{text}'"),
        Ok(Json::Bool(true)) => "True".to_owned(),
        Ok(Json::Bool(false)) => "False".to_owned(),
        _ => text.to_owned(),
    }
}

/// Returns an error for a number beyond a bound.
pub(super) fn in_range(range: &Range, value: &Json) -> Result<(), Violation> {
    let number = match value {
        Json::Integer(digits) => digits.parse::<f64>().unwrap_or(f64::INFINITY),
        Json::Float(float) => *float,
        _ => return Ok(()),
    };
    #[expect(
        clippy::cast_precision_loss,
        reason = "the bounds of the API are exact in an f64"
    )]
    let [min, above, max] = [range.min, range.above, range.max].map(|bound| Some(bound? as f64));
    let rules = [
        (
            range.min,
            "greater_than_equal",
            "greater than or equal to",
            "ge",
        ),
        (range.above, "greater_than", "greater than", "gt"),
        (range.max, "less_than_equal", "less than or equal to", "le"),
    ];
    let holds = [
        min.is_none_or(|min| number >= min),
        above.is_none_or(|above| number > above),
        max.is_none_or(|max| number <= max),
    ];
    for ((bound, kind, words, key), holds) in rules.into_iter().zip(holds) {
        if let Some(bound) = bound.filter(|_| !holds) {
            let message = format!("Input should be {words} {bound}");
            return Err(Violation::new(kind, message).with(key, Json::from(bound)));
        }
    }
    Ok(())
}

/// Returns what is wrong with the length of a list or dictionary.
pub(super) fn length(
    what: &str,
    actual: usize,
    min: usize,
    max: Option<usize>,
) -> Option<Violation> {
    let items = |count: usize| if count == 1 { "item" } else { "items" };
    let (kind, words, key, bound) = if actual < min {
        ("too_short", "at least", "min_length", min)
    } else {
        let max = max.filter(|max| actual > *max)?;
        ("too_long", "at most", "max_length", max)
    };
    let message = format!(
        "{what} should have {words} {bound} {} after validation, not {actual}",
        items(bound)
    );
    let violation = Violation::new(kind, message)
        .with("field_type", Json::from(what))
        .with(key, Json::from(bound))
        .with("actual_length", Json::from(actual));
    Some(violation)
}
