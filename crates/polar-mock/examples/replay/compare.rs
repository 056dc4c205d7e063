//! Whether two responses are the same but for ids, times and tokens.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

/// Where and how a response differs from the recorded one.
pub(crate) struct Difference {
    /// The path of the value, or `status`.
    pub(crate) place: String,
    pub(crate) what: String,
}

impl Difference {
    pub(crate) fn new(place: &str, what: impl Into<String>) -> Self {
        Self {
            place: place.to_owned(),
            what: what.into(),
        }
    }
}

/// The mock's ids, tokens and other texts by the recorded ones.
#[derive(Default)]
pub(crate) struct Known {
    texts: BTreeMap<String, String>,
    /// What was learned by comparing, in order.
    learned: Vec<String>,
    /// How many values were of something else: another known id, or another name.
    others: usize,
}

impl Known {
    pub(crate) fn learn(&mut self, recorded: &str, own: &str) {
        self.texts.insert(recorded.to_owned(), own.to_owned());
    }

    /// Replaces what is known by the mock's.
    pub(crate) fn translated(&self, text: &str) -> String {
        if let Some(own) = self.texts.get(text) {
            return own.clone();
        }
        let mut text = text.to_owned();
        for (recorded, own) in &self.texts {
            if text.contains(recorded.as_str()) {
                text = text.replace(recorded, own);
            }
        }
        text
    }

    /// Compares two values, learns which of the mock's ids stands for a recorded one, and returns the
    /// first difference.
    pub(crate) fn compare(
        &mut self,
        path: &str,
        recorded: &Value,
        own: &Value,
    ) -> Result<(), Difference> {
        let differ = |what: String| Err(Difference::new(path, what));
        match (recorded, own) {
            (Value::Object(recorded), Value::Object(own)) => self.objects(path, recorded, own),
            (Value::Array(recorded), Value::Array(own)) => {
                if recorded.len() != own.len() {
                    let (recorded, own) = (recorded.len(), own.len());
                    return differ(format!("{own} items instead of {recorded}"));
                }
                let pairs = recorded.iter().zip(own).enumerate();
                first(pairs.map(|(index, (recorded, own))| {
                    let (before, others) = (self.learned.len(), self.others);
                    let result = self.compare(&format!("{path}[{index}]"), recorded, own);
                    // What another item has teaches nothing.
                    if self.others > others {
                        for text in self.learned.drain(before..) {
                            self.texts.remove(&text);
                        }
                    }
                    result
                }))
            }
            (Value::String(recorded), Value::String(own)) if self.are_same(recorded, own) => Ok(()),
            _ if recorded == own => Ok(()),
            (Value::String(_), Value::String(_)) => {
                self.others += usize::from(!path.ends_with("locale"));
                differ(format!("{own} instead of {recorded}"))
            }
            _ => differ(format!("{own} instead of {recorded}")),
        }
    }

    fn objects(
        &mut self,
        path: &str,
        recorded: &Map<String, Value>,
        own: &Map<String, Value>,
    ) -> Result<(), Difference> {
        let place = |key: &str| {
            let dot = if path.is_empty() { "" } else { "." };
            format!("{path}{dot}{key}")
        };
        // Ids are keys in a few objects.
        let recorded: Vec<(String, &Value)> = recorded
            .iter()
            .map(|(key, value)| (self.texts.get(key).unwrap_or(key).clone(), value))
            .collect();
        let added = own
            .keys()
            .filter(|key| !recorded.iter().any(|(one, _)| one == *key));
        let added: Vec<_> = added
            .map(|key| Err(Difference::new(&place(key), "not recorded")))
            .collect();
        let values = recorded.iter().map(|(key, value)| match own.get(key) {
            Some(own) => self.compare(&place(key), value, own),
            None => Err(Difference::new(&place(key), "missing")),
        });
        first(values.chain(added))
    }

    fn are_same(&mut self, recorded: &str, own: &str) -> bool {
        // The days in the label of an order are those of another time.
        let label = |text: &str| text.split(" — From ").next().unwrap_or(text).to_owned();
        if recorded == own
            || (recorded.contains(" — From ") && label(recorded) == label(own))
            || self.translated(recorded) == own
        {
            return true;
        }
        let form = Form::of(recorded);
        if form == Form::Other || form != Form::of(own) {
            return false;
        }
        if form == Form::Time {
            return true;
        }
        // An id that stood for another before must do so again.
        if let Some(before) = self.texts.get(recorded) {
            return before == own;
        }
        self.learn(recorded, own);
        self.learned.push(recorded.to_owned());
        true
    }
}

/// Goes through all results, since each teaches ids, and returns the first difference.
fn first(results: impl Iterator<Item = Result<(), Difference>>) -> Result<(), Difference> {
    results.fold(Ok(()), Result::and)
}

/// The form of a text that differs from one world to the next.
#[derive(PartialEq)]
enum Form {
    Id,
    Time,
    Token,
    Other,
}

impl Form {
    fn of(text: &str) -> Self {
        let is_id = text.len() == 36 && text.matches('-').count() == 4;
        if is_id && text.chars().all(|c| c.is_ascii_hexdigit() || c == '-') {
            return Self::Id;
        }
        let is_utc = text.ends_with('Z') || text.ends_with("+00:00");
        if text.len() >= 20 && text.as_bytes().get(10) == Some(&b'T') && is_utc {
            return Self::Time;
        }
        let is_number = text.len() > 9
            && text.rsplit_once('-').is_some_and(|(name, number)| {
                number.len() == 4
                    && number.bytes().all(|b| b.is_ascii_digit())
                    && !name.contains(' ')
            });
        let is_key = text
            .split_once('-')
            .is_some_and(|(_, id)| id.len() == 36 && id == id.to_uppercase());
        let is_hint = text.len() == 11 && text.starts_with("****-");
        let prefixes = [
            "polar_",
            "cus_",
            "cs_",
            "https://polar.sh/",
            "https://www.gravatar.com/avatar/",
            "whsec_",
        ];
        // A presigned URL of a file, in any store.
        let is_file = text.starts_with("http") && text.contains("polar-customer-");
        if is_file
            || is_number
            || is_key
            || is_hint
            || prefixes.iter().any(|one| text.starts_with(one))
        {
            return Self::Token;
        }
        Self::Other
    }
}
