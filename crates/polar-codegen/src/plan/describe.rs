//! The documentation of each type and field: the overlay's words, or else the document's.

use std::collections::HashMap;

use super::{Item, ItemKind, Plan, Tag, Variant};
use crate::docs;

impl Plan<'_> {
    /// Gives every planned type and field its documentation, and notes those that have none.
    pub(crate) fn describe(&mut self) {
        let mut items = std::mem::take(&mut self.items);
        for item in items.values_mut() {
            self.describe_item(item);
        }
        let docs: HashMap<String, String> = items
            .iter()
            .map(|(path, item)| (path.clone(), item.docs.clone()))
            .collect();
        for item in items.values_mut() {
            if let ItemKind::Union { tag, variants } = &mut item.kind {
                for variant in variants {
                    variant.docs = variant_docs(tag, variant, docs.get(&variant.ty));
                }
            }
        }
        self.items = items;
    }

    fn describe_item(&mut self, item: &mut Item) {
        let overlay = self.overlay;
        if let Some(docs) = overlay.docs.types.get(&item.name) {
            self.used.insert(item.name.clone());
            item.docs.clone_from(docs);
        } else {
            item.docs = docs::clean(&item.docs, &overlay.docs.phrases);
        }
        if item.docs.is_empty() {
            self.problem(format!("[docs.types] has no entry for {}", item.name));
        }
        match &mut item.kind {
            ItemKind::Struct { fields, .. } => {
                for field in fields {
                    let description = std::mem::take(&mut field.docs);
                    field.docs = self.field_docs(&item.name, &field.key, &description);
                }
            }
            ItemKind::Enum { words } => {
                let words = words.iter();
                item.word_docs = words.map(|word| self.word_docs(&item.name, word)).collect();
            }
            ItemKind::Union { .. } => {}
        }
    }

    /// Returns the documentation of a word of an enum: the overlay's longest entry that fits, or what
    /// the document says of the webhook of that name.
    fn word_docs(&mut self, owner: &str, word: &str) -> String {
        let overlay = self.overlay;
        let entries = overlay.docs.words.iter();
        let fits = entries.filter_map(|(place, docs)| {
            let (of, pattern) = place.split_once('.').unwrap_or(("*", place));
            let matched = matched(pattern, word).filter(|_| matched(of, owner).is_some())?;
            Some((
                place,
                docs.replace("{word}", matched)
                    .replace("{words}", &matched.replace('_', " ")),
            ))
        });
        if let Some((place, docs)) = fits.max_by_key(|(place, _)| place.len()) {
            self.used.insert(place.clone());
            return docs;
        }
        let mut webhooks = self.document.webhooks.iter();
        let webhook = webhooks.find(|webhook| webhook.name == word);
        let description = webhook.and_then(|webhook| webhook.description.as_deref());
        let docs = docs::clean(description.unwrap_or_default(), &overlay.docs.phrases);
        let first = docs.lines().next().unwrap_or_default();
        if first.is_empty() {
            self.problem(format!("[docs.words] has no entry for {owner}.{word}"));
        }
        first.to_owned()
    }

    /// Returns the documentation of a field: the overlay's for this one, or the document's, or the
    /// overlay's for the key.
    pub(crate) fn field_docs(&mut self, owner: &str, key: &str, description: &str) -> String {
        let fields = &self.overlay.docs.fields;
        let place = format!("{owner}.{key}");
        if let Some(docs) = fields.get(&place) {
            self.used.insert(place);
            return docs.clone();
        }
        let cleaned = docs::clean(description, &self.overlay.docs.phrases);
        if !cleaned.is_empty() {
            return cleaned;
        }
        if let Some(docs) = fields.get(key) {
            self.used.insert(key.to_owned());
            return docs.clone();
        }
        self.undescribed.entry(key.to_owned()).or_insert(place);
        String::new()
    }

    /// Notes the keys without documentation, and the documentation in the overlay that belongs to
    /// nothing.
    pub(crate) fn check_docs(&mut self) {
        for (key, place) in std::mem::take(&mut self.undescribed) {
            self.problem(format!("[docs.fields] has no entry for {key} ({place})"));
        }
        let overlay = self.overlay;
        let types = overlay.docs.types.keys().map(|key| ("docs.types", key));
        let fields = overlay.docs.fields.keys().map(|key| ("docs.fields", key));
        let words = overlay.docs.words.keys().map(|key| ("docs.words", key));
        for (table, key) in types.chain(fields).chain(words) {
            if !self.used.contains(key) {
                self.problem(format!("[{table}] {key} belongs to nothing"));
            }
        }
    }
}

/// Returns the part of a text that the `*` of a pattern stands for, or the whole text if the pattern is
/// the text; `None` if it does not fit.
fn matched<'a>(pattern: &str, text: &'a str) -> Option<&'a str> {
    match pattern.split_once('*') {
        Some((start, end)) => text.strip_prefix(start)?.strip_suffix(end),
        None => (pattern == text).then_some(text),
    }
}

/// Returns what its type says first, and the value of the tag.
fn variant_docs(tag: &Tag, variant: &Variant, of_type: Option<&String>) -> String {
    let word = &variant.word;
    let first = of_type
        .and_then(|docs| docs.lines().next())
        .unwrap_or_default();
    match tag {
        Tag::Key => first.to_owned(),
        Tag::Inside(key) | Tag::Beside(key) if word.is_empty() => {
            format!("{first} For any other `{key}`.")
        }
        Tag::Inside(_) | Tag::Beside(_) if first.contains(&format!("`{word}`")) => first.to_owned(),
        Tag::Inside(key) | Tag::Beside(key) => format!("{first} For the `{key}` `{word}`."),
    }
    .trim()
    .to_owned()
}
