use polar_types::SeatMetadata;

use super::{Violation, scalar::NUL};
use crate::json::Json;

/// Checks `metadata`: an object without U+0000, with at most 10 keys and at most 1,024 characters
/// as Python prints it, in this order.
pub(crate) fn check(value: &Json) -> Result<Json, Violation> {
    let Json::Object(entries) = value else {
        return Err(Violation::new(
            "dict_type",
            "Input should be a valid dictionary",
        ));
    };
    if value.has_nul() {
        Err(Violation::value_error(NUL))
    } else if entries.len() > SeatMetadata::MAX_KEYS {
        Err(Violation::value_error(
            "Metadata cannot have more than 10 keys",
        ))
    } else if value.python_size() > SeatMetadata::MAX_CHARACTERS {
        Err(Violation::value_error("Metadata size cannot exceed 1KB"))
    } else {
        Ok(value.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn repeated(letter: &str, times: usize) -> Json {
        Json::Object(vec![("a".to_owned(), Json::Text(letter.repeat(times)))])
    }

    #[test]
    fn metadata_size_is_that_of_pythons_dump() {
        for (letter, most) in [
            ("x", 1015),
            ("é", 169),
            ("😀", 84),
            ("\"", 507),
            ("/", 1015),
        ] {
            assert!(check(&repeated(letter, most)).is_ok(), "{most} {letter}");
            assert!(
                check(&repeated(letter, most + 1)).is_err(),
                "{} {letter}",
                most + 1
            );
        }
    }

    #[test]
    fn metadata_has_at_most_ten_top_level_keys() {
        let keys = |count: usize| {
            Json::Object(
                (0..count)
                    .map(|key| (format!("k{key}"), Json::Null))
                    .collect(),
            )
        };
        assert!(check(&keys(10)).is_ok());
        assert!(check(&keys(11)).is_err());
        assert!(check(&Json::Object(vec![("a".to_owned(), keys(30))])).is_ok());
    }
}
