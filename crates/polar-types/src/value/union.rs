//! Unions of object types.

use super::{
    Fields, Inner, Kind, Next, Refused, Sampler, Table, Taken, Token, Value, View, read::fill,
};
use crate::RawJson;

/// An enum of object types.
pub(crate) trait Union: Value {
    /// What distinguishes the variants.
    const BY: By;

    /// The keys that do.
    const KEYS: &'static Table;

    /// The word of the first variant.
    const FIRST: &'static str;

    /// The variant of a word, empty; `None` for an unknown one.
    fn choose(word: &str) -> Option<Self>;

    /// Takes a token for the object in the variant.
    fn take_inner(&mut self, token: Token<'_>) -> Taken<'_>;

    /// The variant that keeps what is not known.
    fn unknown(raw: RawJson) -> Self;

    /// What is not known.
    fn as_unknown(&self) -> Option<&RawJson>;
}

/// What distinguishes the variants of a union.
#[derive(Debug, Clone, Copy)]
pub(crate) enum By {
    /// The text at a key inside: the only one of the keys.
    Tag,
    /// Which of the keys is there.
    Key,
    /// A field beside the union, which may be read later.
    Beside,
}

impl By {
    /// The word of the variant that a text has, if it is in the text.
    fn word(self, table: &'static Table, raw: &RawJson) -> Result<Option<String>, Inner> {
        match self {
            Self::Tag => Ok(Keys::find(table, raw).map(|keys| keys.text)),
            Self::Key => {
                // A filter can have filters, each of which is read from its own text.
                if !is_shallow(raw.as_str()) {
                    return Err(Inner::too_deep());
                }
                Ok(Keys::find(table, raw).map(|keys| {
                    let first = keys.first.and_then(|index| table.key(index));
                    first.unwrap_or_default().to_owned()
                }))
            }
            Self::Beside => Ok(None),
        }
    }
}

/// Takes a union: the whole of its [`Value::take`].
pub(crate) fn take<'v, U: Union>(union: &'v mut U, token: Token<'_>) -> Taken<'v> {
    if matches!(token, Token::Sample(_)) {
        *union = U::choose(U::FIRST).unwrap_or_else(U::absent);
        return union.take_inner(token);
    }
    let raw = token.raw(Kind::Json)?;
    let word = U::BY.word(U::KEYS, &raw).map_err(Refused::Inside)?;
    if let Some(chosen) = word.and_then(|word| U::choose(&word)) {
        *union = chosen;
        if let Next::Fields(object) = union.take_inner(Token::Object)? {
            fill(object, &raw).map_err(Refused::Inside)?;
        }
    } else {
        *union = U::unknown(raw);
    }
    Ok(Next::End)
}

/// The view of a variant that is not known. A request can leave the union out for some values of the
/// field beside it.
pub(crate) fn view_unknown(raw: &RawJson) -> View<'_> {
    if raw.is_null() {
        View::Absent
    } else {
        View::Raw(raw)
    }
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

/// A union that a field beside it distinguishes, once that has been read.
pub(crate) trait Beside {
    /// Becomes the variant for a word, read from the text that was kept, or a sample.
    fn resolve(&mut self, word: &str, sampler: Option<&dyn Sampler>) -> Result<(), Inner>;
}

impl<U: Union> Beside for U {
    fn resolve(&mut self, word: &str, sampler: Option<&dyn Sampler>) -> Result<(), Inner> {
        let Some(mut chosen) = U::choose(word).or_else(|| U::choose("")) else {
            if let Some(sampler) = sampler {
                *self = U::unknown(sampler.json(Kind::Json));
            }
            return Ok(());
        };
        let kept = self.as_unknown().filter(|raw| !raw.is_null());
        match (chosen.take_inner(Token::Object), sampler, kept) {
            (Ok(next), Some(sampler), _) => sampler.fill(next),
            (Ok(Next::Fields(object)), None, Some(raw)) => fill(object, raw)?,
            _ => return Ok(()),
        }
        *self = chosen;
        Ok(())
    }
}

impl<U: Union> Beside for Option<U> {
    fn resolve(&mut self, word: &str, sampler: Option<&dyn Sampler>) -> Result<(), Inner> {
        match self {
            Some(union) => union.resolve(word, sampler),
            None => Ok(()),
        }
    }
}

/// Looks for the keys of a table in an object.
struct Keys {
    table: &'static Table,
    /// The first that is there.
    first: Option<usize>,
    /// The text of a key.
    text: String,
}

impl Keys {
    /// What was found, or `None` if the text is not an object.
    fn find(table: &'static Table, raw: &RawJson) -> Option<Self> {
        let mut keys = Self {
            table,
            first: None,
            text: String::new(),
        };
        fill(&mut keys, raw).ok()?;
        Some(keys)
    }
}

impl Fields for Keys {
    fn table(&self) -> &'static Table {
        self.table
    }

    fn take_at(&mut self, index: usize, token: Token<'_>) -> Taken<'_> {
        self.first.get_or_insert(index);
        self.text.take(token)
    }

    fn resolve(&mut self, _: Option<&dyn Sampler>) -> Result<(), Inner> {
        Ok(())
    }
}
