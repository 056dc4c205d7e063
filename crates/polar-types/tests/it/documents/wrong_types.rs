//! Values of the wrong type are errors that name their path.

use proptest::{
    prelude::*,
    sample::{Index, select},
};
use serde_json::{Value, json};

use super::{
    SPEC, Type, any_schema,
    spec::{Shape, Spec},
    types,
};

/// The schemas that stay JSON.
pub(crate) const FREE_FORM: &[&str] = &["EventMetadataInput", "EventMetadataOutput"];

/// The schemas whose types are written by hand, and read as much as they can.
const LENIENT: &[&str] = &["CustomerSeat", "Member"];

/// The pointers of ids of two types, which are text.
const OF_TWO_TYPES: &[&str] = &["/sub"];

impl Spec {
    /// The pointers of the values in a document that must be of their type: ids, numbers and
    /// booleans.
    pub(crate) fn strict(&self, shape: &Shape, document: &Value) -> Vec<String> {
        let mut found = Vec::new();
        self.collect_strict(shape, document, "", &mut found);
        found
    }

    fn collect_strict(&self, shape: &Shape, document: &Value, at: &str, found: &mut Vec<String>) {
        let is_lenient = |name: &str| FREE_FORM.contains(&name) || LENIENT.contains(&name);
        if matches!(shape, Shape::Ref(name) if is_lenient(name))
            || OF_TWO_TYPES.iter().any(|key| at.ends_with(key))
        {
            return;
        }
        match (self.resolve(shape), document) {
            (Shape::Integer | Shape::Number | Shape::Boolean, _) => found.push(at.to_owned()),
            (Shape::Text(format), _) if format.starts_with("uuid") => found.push(at.to_owned()),
            (Shape::Union(variants), _) => {
                let variants = self.variants(variants);
                let is_scalar = |it: &&Shape| !matches!(self.resolve(it), Shape::Object(_));
                // A value that may be text or a number is not strict.
                if variants.len() > 1 && variants.iter().any(is_scalar) {
                    return;
                }
                if let Some(variant) = variants.into_iter().find(|it| self.fits(it, document)) {
                    self.collect_strict(variant, document, at, found);
                }
            }
            (Shape::Object(properties), Value::Object(entries)) => {
                for property in properties {
                    if let Some(value) = entries.get(&property.key) {
                        let at = format!("{at}/{}", property.key);
                        self.collect_strict(&property.shape, value, &at, found);
                    }
                }
            }
            (Shape::Map(inner), Value::Object(entries)) if !matches!(**inner, Shape::Any) => {
                for (key, value) in entries {
                    self.collect_strict(inner, value, &format!("{at}/{key}"), found);
                }
            }
            (Shape::List(item), Value::Array(items)) => {
                for (index, value) in items.iter().enumerate() {
                    self.collect_strict(item, value, &format!("{at}/{index}"), found);
                }
            }
            _ => {}
        }
    }
}

#[test]
fn a_value_of_the_wrong_type_is_an_error_that_names_its_path() {
    let (mut count, mut problems) = (0, Vec::new());
    for (name, ty) in types() {
        let Some(shape) = SPEC.schemas.get(*name) else {
            continue;
        };
        let named = Shape::Ref((*name).to_owned());
        let document = SPEC.whole(&named, "");
        assert!(SPEC.fits(shape, &document), "{name}");
        for pointer in SPEC.strict(&named, &document) {
            count += 1;
            if let Err(problem) = wrong_type(&ty(), &document, &pointer, &json!("some text")) {
                problems.push(format!("{name}: {problem}"));
            }
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    assert!(count > 5000, "{count}");
}

/// The path of a JSON pointer, as errors print it.
pub(crate) fn path(pointer: &str) -> String {
    let keys = pointer.split('/').skip(1);
    let path: String = keys
        .map(|key| match key.parse::<usize>() {
            Ok(index) => format!("[{index}]"),
            // A key that is not like the API's own may be anything.
            Err(_) if key.contains('-') => ".?".to_owned(),
            Err(_) => format!(".{key}"),
        })
        .collect();
    path.trim_start_matches('.').to_owned()
}

/// Puts a wrong value at a pointer, and checks the error.
fn wrong_type(ty: &Type, document: &Value, pointer: &str, wrong: &Value) -> Result<(), String> {
    let mut document = document.clone();
    document.pointer_mut(pointer).unwrap().clone_from(wrong);
    let path = path(pointer);
    match (ty.round_trip)(&document.to_string()) {
        Err(error) if error.split(": ").next() == Some(&path) => Ok(()),
        Err(error) => Err(format!("{wrong} at {path} is an error elsewhere: {error}")),
        Ok(_) => Err(format!("{wrong} at {path} is no error")),
    }
}

proptest! {
    #[test]
    fn a_wrong_value_in_a_random_place_of_a_sample_is_an_error_that_names_it(
        (name, ty) in any_schema(),
        place in any::<Index>(),
        wrong in select(vec![json!("text"), json!("12"), json!([]), json!({})]),
    ) {
        let sample = (ty().sample)();
        let strict = SPEC.strict(&Shape::Ref((*name).to_owned()), &sample);
        if !strict.is_empty() {
            let checked = wrong_type(&ty(), &sample, place.get::<String>(&strict), &wrong);
            prop_assert!(checked.is_ok(), "{name}: {checked:?}");
        }
    }
}
