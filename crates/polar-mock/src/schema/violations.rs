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

type Comparison = fn(&f64, &f64) -> bool;

/// Returns an error for a number beyond a bound.
pub(super) fn in_range(range: &Range, value: &Json) -> Result<(), Violation> {
    let number = match value {
        Json::Integer(digits) => digits.parse::<f64>().unwrap_or(f64::INFINITY),
        Json::Float(float) => *float,
        _ => return Ok(()),
    };
    let (least, most) = ("greater than or equal to", "less than or equal to");
    let rules: [(_, _, _, _, Comparison); 3] = [
        (range.min, "greater_than_equal", least, "ge", f64::ge),
        (range.above, "greater_than", "greater than", "gt", f64::gt),
        (range.max, "less_than_equal", most, "le", f64::le),
    ];
    for (bound, kind, words, key, holds) in rules {
        #[expect(
            clippy::cast_precision_loss,
            reason = "an f64 has the bounds of the API"
        )]
        let broken = bound.filter(|bound| !holds(&number, &(*bound as f64)));
        if let Some(bound) = broken {
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
    let (kind, words, key, bound) = if actual < min {
        ("too_short", "at least", "min_length", min)
    } else {
        let max = max.filter(|max| actual > *max)?;
        ("too_long", "at most", "max_length", max)
    };
    let items = if bound == 1 { "item" } else { "items" };
    let message =
        format!("{what} should have {words} {bound} {items} after validation, not {actual}");
    let violation = Violation::new(kind, message)
        .with("field_type", Json::from(what))
        .with(key, Json::from(bound))
        .with("actual_length", Json::from(actual));
    Some(violation)
}
