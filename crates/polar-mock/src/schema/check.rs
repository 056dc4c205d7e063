//! Checks a value against a schema, with the errors of the server's validation library in its order.

use polar_types::LocSegment;

use super::{
    Choice, Object, Presence, Range, Schema, formats,
    violations::{expected, in_range, length, not_an_object, python, wrong_type},
};
use crate::{
    json::{self, Json},
    validation::{InvalidField, Violation, scalar},
};

/// The check of one request: it collects the invalid values.
#[derive(Debug, Default)]
pub(crate) struct Checked {
    loc: Vec<LocSegment>,
    invalid: Vec<InvalidField>,
    /// Whether a value of another type is invalid, even if it could be converted.
    is_strict: bool,
    /// Whether only the fact matters that a value is invalid.
    is_attempt: bool,
}

impl Checked {
    /// Returns the value as the server reads it; an object has the fields that were sent.
    pub(crate) fn value(
        &mut self,
        place: impl Into<LocSegment>,
        schema: &Schema,
        value: &Json,
    ) -> Option<Json> {
        self.within(place.into(), |checked| checked.check(schema, value))
    }

    /// Returns the value of a parameter as the server reads it.
    pub(crate) fn value_in(
        &mut self,
        place: &'static str,
        name: &'static str,
        schema: &Schema,
        value: &Json,
    ) -> Option<Json> {
        self.within(place.into(), |checked| checked.value(name, schema, value))
    }

    /// Records that a value is missing.
    pub(crate) fn missing(&mut self, place: &'static str, name: &'static str, input: &Json) {
        self.within(place.into(), |checked| {
            checked.refuse_at(name, Violation::missing(), input);
        });
    }

    /// Checks at a place below another.
    pub(crate) fn within<T>(&mut self, place: LocSegment, check: impl FnOnce(&mut Self) -> T) -> T {
        self.loc.push(place);
        let result = check(self);
        self.loc.pop();
        result
    }

    /// Returns an error if any value was invalid.
    pub(crate) fn finish(self) -> Result<(), Vec<InvalidField>> {
        let invalid = self.invalid;
        if invalid.is_empty() {
            Ok(())
        } else {
            Err(invalid)
        }
    }

    fn refuse(&mut self, violation: Violation, value: &Json) -> Option<Json> {
        let field = InvalidField::new(violation, self.loc.iter().cloned(), value.clone());
        self.invalid.push(field);
        None
    }

    fn refuse_at(
        &mut self,
        place: impl Into<LocSegment>,
        violation: Violation,
        value: &Json,
    ) -> Option<Json> {
        self.within(place.into(), |checked| checked.refuse(violation, value))
    }

    fn refuse_unless<T>(
        &mut self,
        result: Result<T, Violation>,
        value: &Json,
        read: impl FnOnce(T) -> Json,
    ) -> Option<Json> {
        match result {
            Ok(result) => Some(read(result)),
            Err(violation) => self.refuse(violation, value),
        }
    }

    fn check(&mut self, schema: &Schema, value: &Json) -> Option<Json> {
        match schema {
            Schema::Any => Some(value.clone()),
            Schema::Nullable(_) if *value == Json::Null => Some(Json::Null),
            Schema::Nullable(inner) => self.check(inner, value),
            Schema::Boolean if self.is_strict && !matches!(value, Json::Bool(_)) => {
                self.refuse(wrong_type("bool_type", "boolean"), value)
            }
            Schema::Boolean => self.refuse_unless(scalar::flag(value), value, Json::Bool),
            Schema::Integer(range) => self.integer(range, value),
            Schema::Number(range) => self.number(range, value),
            Schema::Text(rules) => {
                self.refuse_unless(formats::check(rules, value), value, Json::Text)
            }
            Schema::Literal(values) => {
                let is_one = |text: &&str| json::parse(text).is_ok_and(|known| known == *value);
                if values.iter().any(is_one) {
                    return Some(value.clone());
                }
                let values: Vec<String> = values.iter().map(|text| python(text)).collect();
                self.refuse(expected("literal_error", &values), value)
            }
            Schema::Enum(words) => {
                if matches!(value, Json::Text(text) if words.contains(&text.as_str())) {
                    return Some(value.clone());
                }
                let words: Vec<String> = words.iter().map(|word| format!("'{word}'")).collect();
                self.refuse(expected("enum", &words), value)
            }
            Schema::List { items, min, max } => self.list(items, *min, *max, value),
            Schema::Map { keys, values, max } => self.map(keys, values, *max, value),
            Schema::Object(object) => self.object(object, value),
            Schema::Open(object, others) => self.open(object, others, value),
            Schema::Union(variants) => self.union(variants, value),
            Schema::Tagged {
                key,
                choice,
                variants,
            } => self.tagged(key, choice, variants, value),
        }
    }

    fn integer(&mut self, range: &Range, value: &Json) -> Option<Json> {
        let parsed = match value {
            Json::Integer(_) => Ok(value.clone()),
            _ if self.is_strict => Err(wrong_type("int_type", "integer")),
            Json::Bool(flag) => Ok(Json::from(i64::from(*flag))),
            Json::Float(float) if float.fract() == 0.0 => Ok(Json::Integer(format!("{float:.0}"))),
            Json::Float(_) => {
                let name = "integer, got a number with a fractional part";
                Err(wrong_type("int_from_float", name))
            }
            Json::Text(text) => {
                let name = "integer, unable to parse string as an integer";
                let read = scalar::integer_text(text).map(Json::Integer);
                read.ok_or_else(|| wrong_type("int_parsing", name))
            }
            _ => Err(wrong_type("int_type", "integer")),
        };
        let checked = parsed.and_then(|integer| in_range(range, &integer).map(|()| integer));
        self.refuse_unless(checked, value, |integer| integer)
    }

    fn number(&mut self, range: &Range, value: &Json) -> Option<Json> {
        let checked = match value {
            Json::Integer(_) | Json::Float(_) => in_range(range, value).map(|()| value.clone()),
            Json::Text(text) if !self.is_strict => {
                let name = "number, unable to parse string as a number";
                let read = text.trim().parse().map(Json::Float);
                let read = read.map_err(|_| wrong_type("float_parsing", name));
                read.and_then(|number| in_range(range, &number).map(|()| number))
            }
            _ => Err(wrong_type("float_type", "number")),
        };
        self.refuse_unless(checked, value, |number| number)
    }

    fn list(
        &mut self,
        items: &Schema,
        min: usize,
        max: Option<usize>,
        value: &Json,
    ) -> Option<Json> {
        let Json::Array(values) = value else {
            return self.refuse(wrong_type("list_type", "list"), value);
        };
        if let Some(violation) = length("List", values.len(), min, max) {
            return self.refuse(violation, value);
        }
        let before = self.invalid.len();
        let all = values.iter().enumerate();
        let read = all.filter_map(|(index, item)| self.value(index as u64, items, item));
        let read: Vec<Json> = read.collect();
        (self.invalid.len() == before).then_some(Json::Array(read))
    }

    fn map(
        &mut self,
        keys: &Schema,
        values: &Schema,
        max: Option<usize>,
        value: &Json,
    ) -> Option<Json> {
        let Json::Object(entries) = value else {
            return self.refuse(wrong_type("dict_type", "dictionary"), value);
        };
        let before = self.invalid.len();
        let mut read = Vec::new();
        for (key, entry) in entries {
            self.within(LocSegment::from(key.as_str()), |checked| {
                let name = Json::from(key.as_str());
                let key = checked.value("[key]", keys, &name);
                let entry = checked.check(values, entry);
                if let (Some(Json::Text(key)), Some(entry)) = (key, entry) {
                    read.push((key, entry));
                }
            });
        }
        if self.invalid.len() > before {
            return None;
        }
        match length("Dictionary", entries.len(), 0, max) {
            Some(violation) => self.refuse(violation, value),
            None => Some(Json::Object(read)),
        }
    }

    fn object(&mut self, object: &Object, value: &Json) -> Option<Json> {
        let Json::Object(entries) = value else {
            let violation = if *value == Json::Null && self.loc.len() == 1 {
                Violation::missing()
            } else {
                not_an_object()
            };
            return self.refuse(violation, value);
        };
        let before = self.invalid.len();
        let mut read = Vec::new();
        for field in object.fields {
            let result = match (value.get(field.name), &field.presence) {
                (Some(sent), _) => self.value(field.name, field.schema, sent),
                (None, Presence::Required) => {
                    self.refuse_at(field.name, Violation::missing(), value)
                }
                (None, _) => None,
            };
            read.extend(result.map(|value| (field.name.to_owned(), value)));
        }
        if object.is_closed {
            let known = |name: &str| object.fields.iter().any(|field| field.name == name);
            for (name, sent) in entries.iter().filter(|(name, _)| !known(name)) {
                let violation = Violation::new("extra_forbidden", "Extra inputs are not permitted");
                self.refuse_at(name.as_str(), violation, sent);
            }
        }
        (self.invalid.len() == before).then_some(Json::Object(read))
    }

    fn open(&mut self, object: &Object, others: &Schema, value: &Json) -> Option<Json> {
        let before = self.invalid.len();
        let known = self.object(object, value);
        let is_known = |name: &str| object.fields.iter().any(|field| field.name == name);
        let mut read = Vec::new();
        for (name, sent) in value.entries().iter().filter(|(name, _)| !is_known(name)) {
            let other = self.value(name.as_str(), others, sent);
            read.extend(other.map(|other| (name.clone(), other)));
        }
        let known = known.filter(|_| self.invalid.len() == before)?;
        Some(Json::Object([known.entries(), &read].concat()))
    }

    /// Chooses as the server's library does: a variant that fits without a conversion before one
    /// that needs it, and of objects the one with the most fields.
    fn union(&mut self, variants: &[(&'static str, &Schema)], value: &Json) -> Option<Json> {
        let modes: &[bool] = if self.is_strict {
            &[true]
        } else {
            &[true, false]
        };
        for &is_strict in modes {
            let mut best: Option<(usize, Json)> = None;
            for (_, schema) in variants {
                let mut attempt = Self {
                    is_strict,
                    is_attempt: true,
                    ..Self::default()
                };
                if let Some(read) = attempt.check(schema, value) {
                    let fields = read.entries().len();
                    if best.as_ref().is_none_or(|(most, _)| fields > *most) {
                        best = Some((fields, read));
                    }
                }
            }
            if let Some((_, read)) = best {
                return Some(read);
            }
        }
        // No one reads the errors of an attempt, and those of nested unions would multiply.
        if self.is_attempt {
            return self.refuse(wrong_type("union", "value"), &Json::Null);
        }
        for (name, schema) in variants {
            self.value(*name, schema, value);
        }
        None
    }

    fn tagged(
        &mut self,
        key: &'static str,
        choice: &Choice,
        variants: &[(&'static str, &Schema)],
        value: &Json,
    ) -> Option<Json> {
        let tag = match (choice, value.get(key)) {
            (Choice::Presence { present, absent }, sent) => {
                let is_present = sent.is_some_and(|sent| *sent != Json::Null);
                (if is_present { *present } else { *absent }).to_owned()
            }
            (Choice::Value(_), Some(Json::Text(tag))) => tag.clone(),
            (Choice::Value(Some(default)), None) => (*default).to_owned(),
            _ if !matches!(value, Json::Object(_)) => {
                return self.refuse(not_an_object(), value);
            }
            _ => {
                let message = format!("Unable to extract tag using discriminator '{key}'");
                let violation = Violation::new("union_tag_not_found", message)
                    .with("discriminator", Json::Text(format!("'{key}'")));
                return self.refuse(violation, value);
            }
        };
        if let Some((name, schema)) = variants.iter().find(|(name, _)| *name == tag) {
            return self.value(*name, schema, value);
        }
        let tags: Vec<String> = variants.iter().map(|(tag, _)| format!("'{tag}'")).collect();
        let tags = tags.join(", ");
        let message = format!(
            "Input tag '{tag}' found using '{key}' does not match any of the expected tags: {tags}"
        );
        let violation = Violation::new("union_tag_invalid", message)
            .with("discriminator", Json::Text(format!("'{key}'")))
            .with("tag", Json::Text(tag))
            .with("expected_tags", Json::Text(tags));
        self.refuse(violation, value)
    }
}
