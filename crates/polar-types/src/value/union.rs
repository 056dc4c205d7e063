//! Unions of object types.

use serde::de::DeserializeSeed;

use super::{At, Fields, Inner, Mismatch, Object, Value, View, read::Place};
use crate::RawJson;

/// An enum of object types.
pub(crate) trait Union: Value + Sized {
    /// The variant of a word, empty; `None` for an unknown one.
    fn choose(word: &str) -> Option<Self>;

    /// The value in the variant.
    fn inner(&self) -> &dyn Value;

    /// The value in the variant, to be read.
    fn inner_mut(&mut self) -> &mut dyn Value;

    /// The variant that keeps what is not known.
    fn unknown(raw: RawJson) -> Self;

    /// What is not known.
    fn as_unknown(&self) -> Option<&RawJson>;
}

/// Whether a union has no value: a request can leave it out for some values of the field beside it.
pub(crate) fn is_nothing<U: Union>(union: &U) -> bool {
    match union.as_unknown() {
        Some(raw) => raw.is_null(),
        None => union.inner().is_absent(),
    }
}

/// Reads a union that a key inside distinguishes.
pub(crate) fn tagged<U: Union>(
    union: &mut U,
    tag: &'static str,
    raw: RawJson,
) -> Result<(), Inner> {
    let mut found = Tag {
        key: tag,
        value: String::new(),
    };
    let chosen = fill(&mut found, &raw)
        .ok()
        .and_then(|()| U::choose(&found.value));
    chosen_or_unknown(union, chosen, raw)
}

/// Reads a union whose variants are distinguished by a key that only one has.
pub(crate) fn keyed<U: Union>(
    union: &mut U,
    keys: &[&'static str],
    raw: RawJson,
) -> Result<(), Inner> {
    // A filter can have filters, each of which is read from its own text.
    if !is_shallow(raw.as_str()) {
        return Err(Inner::too_deep());
    }
    let mut found = Keys {
        keys: keys.to_vec(),
        found: None,
    };
    let chosen = fill(&mut found, &raw)
        .ok()
        .and_then(|()| U::choose(found.found.unwrap_or_default()));
    chosen_or_unknown(union, chosen, raw)
}

/// Whether no more objects and arrays are in each other than `serde_json` reads.
fn is_shallow(json: &str) -> bool {
    let (mut depth, mut is_text, mut is_escaped) = (0_usize, false, false);
    for byte in json.bytes() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = true,
            b'"' => is_text = !is_text,
            b'{' | b'[' if !is_text => depth += 1,
            b'}' | b']' if !is_text => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > DEEPEST {
            return false;
        }
    }
    true
}

const DEEPEST: usize = 127;

fn chosen_or_unknown<U: Union>(
    union: &mut U,
    chosen: Option<U>,
    raw: RawJson,
) -> Result<(), Inner> {
    if let Some(chosen) = chosen {
        *union = chosen;
        fill(union.inner_mut(), &raw)
    } else {
        *union = U::unknown(raw);
        Ok(())
    }
}

/// A union that a field beside it distinguishes, once that has been read.
pub(crate) trait Beside {
    fn resolve(&mut self, word: &str) -> Result<(), Inner>;

    /// Becomes a sample of the variant for a word.
    fn sample(&mut self, word: &str, at: &At<'_>);
}

impl<U: Union> Beside for U {
    fn resolve(&mut self, word: &str) -> Result<(), Inner> {
        let Some(mut chosen) = U::choose(word).or_else(|| U::choose("")) else {
            return Ok(());
        };
        match self.as_unknown() {
            Some(raw) if !raw.is_null() => fill(chosen.inner_mut(), raw)?,
            _ => return Ok(()),
        }
        *self = chosen;
        Ok(())
    }

    fn sample(&mut self, word: &str, at: &At<'_>) {
        *self = U::choose(word)
            .or_else(|| U::choose(""))
            .unwrap_or_else(U::absent);
        self.inner_mut().sample(at);
    }
}

impl<U: Union> Beside for Option<U> {
    fn resolve(&mut self, word: &str) -> Result<(), Inner> {
        self.as_mut().map_or(Ok(()), |union| union.resolve(word))
    }

    fn sample(&mut self, word: &str, at: &At<'_>) {
        Beside::sample(self.insert(U::absent()), word, at);
    }
}

fn fill(value: &mut dyn Value, raw: &RawJson) -> Result<(), Inner> {
    let mut deserializer = serde_json::Deserializer::from_str(raw.as_str());
    Place(value)
        .deserialize(&mut deserializer)
        .map_err(|error| Inner::of(raw.as_str(), &error))
}

/// Looks for the value of one key.
#[derive(Debug)]
struct Tag {
    key: &'static str,
    value: String,
}

impl Value for Tag {
    fn absent() -> Self {
        Self {
            key: "",
            value: String::new(),
        }
    }

    fn view(&self) -> View<'_> {
        View::Null
    }

    fn object(&mut self) -> Result<&mut dyn Object, Mismatch> {
        Ok(self)
    }
}

impl Object for Tag {
    fn entry(&mut self, key: &str, _: &mut Fields) -> Option<&mut dyn Value> {
        (key == self.key).then_some(&mut self.value as &mut dyn Value)
    }

    fn finish(&mut self, _: &Fields) -> Result<(), Inner> {
        Ok(())
    }

    fn each<'a>(&'a self, _: &mut dyn FnMut(&'a str, &'a dyn Value)) {}

    fn name(&self) -> &'static str {
        "Tag"
    }
}

/// Looks for the first of several keys.
#[derive(Debug)]
struct Keys {
    keys: Vec<&'static str>,
    found: Option<&'static str>,
}

impl Value for Keys {
    fn absent() -> Self {
        Self {
            keys: Vec::new(),
            found: None,
        }
    }

    fn view(&self) -> View<'_> {
        View::Null
    }

    fn object(&mut self) -> Result<&mut dyn Object, Mismatch> {
        Ok(self)
    }
}

impl Object for Keys {
    fn entry(&mut self, key: &str, _: &mut Fields) -> Option<&mut dyn Value> {
        self.found = self
            .found
            .or_else(|| self.keys.iter().find(|known| **known == key).copied());
        None
    }

    fn finish(&mut self, _: &Fields) -> Result<(), Inner> {
        Ok(())
    }

    fn each<'a>(&'a self, _: &mut dyn FnMut(&'a str, &'a dyn Value)) {}

    fn name(&self) -> &'static str {
        "Keys"
    }
}
