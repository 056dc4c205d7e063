//! Unions: which form each has in Rust, and its variants.

use std::collections::BTreeMap;

use super::{ItemKind, Plan, Tag, Type, Variant, empty, path_of};
use crate::{
    document::{Kind, Property, Schema},
    json::Json,
    names,
    overlay::{Form, Union},
};

/// A union in the document, and what it is called in Rust.
#[derive(Debug)]
pub(super) struct Place {
    /// The schema's name, or `Schema.key` for a union without one.
    pub(super) key: String,
    pub(super) name: String,
    pub(super) module: String,
    docs: Option<String>,
}

impl Place {
    pub(super) fn new(key: &str, name: &str, module: &str, docs: Option<String>) -> Self {
        Self {
            key: key.to_owned(),
            name: name.to_owned(),
            module: module.to_owned(),
            docs,
        }
    }

    /// The union of one field of this one.
    pub(super) fn inner(&self, key: &str) -> Self {
        let name = format!("{}{}", self.name, names::camel(key));
        Self::new(&format!("{}.{key}", self.name), &name, &self.module, None)
    }
}

impl Plan<'_> {
    /// Returns the type of a union, and plans it if it is new.
    pub(super) fn union(
        &mut self,
        place: &Place,
        variants: &[Schema],
        tag: Option<&String>,
    ) -> Type {
        let path = path_of(&place.module, &place.name);
        if self.items.contains_key(&path) {
            return Type::strict(path);
        }
        let names = self.flatten(variants);
        let rule = self.rule_of_union(place, &names, tag);
        let is_request = names.iter().any(|name| self.requests.contains(name));
        // Added before its variants, which may lead back to it.
        let docs = place.docs.clone();
        self.add(&place.module, &place.name, docs, empty(is_request));
        let kind = match rule.form {
            Form::Merged => {
                if is_request {
                    self.merged_requests.insert(path.clone());
                }
                self.merged(place, &names, None, &rule.tag, is_request)
            }
            Form::Tagged => self.tagged(place, &names, &rule.tag, is_request),
            Form::Keyed => self.keyed(place, &names),
            Form::Beside => self.beside(&rule),
        };
        self.set(&path, kind);
        Type::strict(path)
    }

    /// What the overlay says of a union; otherwise it is merged if its variants are nearly alike.
    fn rule_of_union(&mut self, place: &Place, names: &[String], tag: Option<&String>) -> Union {
        let overlay = self.overlay;
        let key = &place.key;
        if names.is_empty() {
            self.problem(format!(
                "[types] has no type for {key}, whose variants are not objects"
            ));
        }
        let rule = overlay.unions.get(key).cloned();
        let rule = rule.unwrap_or_else(|| Union {
            form: if self.differences(names) <= 1 {
                Form::Merged
            } else {
                Form::Tagged
            },
            tag: tag.cloned().unwrap_or_default(),
            ..Union::default()
        });
        if matches!(rule.form, Form::Tagged | Form::Beside) && rule.tag.is_empty() {
            self.problem(format!(
                "[unions] does not say what tells the variants of {key} apart"
            ));
        }
        rule
    }

    /// A variant for each value of the tag; variants that share one are merged.
    fn tagged(&mut self, place: &Place, names: &[String], tag: &str, is_request: bool) -> ItemKind {
        let mut groups: Vec<(String, Vec<String>)> = Vec::new();
        for name in names {
            let Some(word) = self.constant(name, tag) else {
                self.problem(format!(
                    "[unions] {}: {name} has no constant at {tag}",
                    place.key
                ));
                continue;
            };
            match groups.iter_mut().find(|(known, _)| *known == word) {
                Some((_, group)) => group.push(name.clone()),
                None => groups.push((word, vec![name.clone()])),
            }
        }
        let mut variants = Vec::new();
        for (word, group) in groups {
            let ty = match group.as_slice() {
                [only] => self.named(only).path,
                [first, ..] => {
                    let name = self.overlay.rust_name(first);
                    let merged = Place::new(&place.key, &name, &place.module, None);
                    let constant = Some((tag.to_owned(), word.clone()));
                    let kind = self.merged(&merged, &group, constant, tag, is_request);
                    self.add(&place.module, &name, None, kind);
                    path_of(&place.module, &name)
                }
                [] => continue,
            };
            variants.push(Variant {
                name: names::variant(&word),
                word,
                ty,
                docs: String::new(),
            });
        }
        ItemKind::Union {
            variants,
            tag: Tag::Inside(tag.to_owned()),
        }
    }

    /// A variant for each schema, distinguished by a required key that the others do not have.
    fn keyed(&mut self, place: &Place, names: &[String]) -> ItemKind {
        let mut variants: Vec<Variant> = Vec::new();
        for name in names {
            let word = self.own_key(name, names);
            if variants.iter().any(|variant| variant.word == word) {
                self.problem(format!(
                    "[unions] {}: no key tells {name} from the other variants",
                    place.key
                ));
            }
            variants.push(Variant {
                name: short(&self.overlay.rust_name(name), &place.name),
                word,
                ty: self.named(name).path,
                docs: String::new(),
            });
        }
        ItemKind::Union {
            variants,
            tag: Tag::Key,
        }
    }

    /// The variants that the overlay names for the values of a key beside the union.
    fn beside(&mut self, rule: &Union) -> ItemKind {
        let mut variants = Vec::new();
        for (word, schema) in &rule.words {
            if !self.document.schemas.contains_key(schema) {
                self.problem(format!("[unions] the document has no schema {schema}"));
                continue;
            }
            variants.push(Variant {
                name: names::variant(word),
                word: word.clone(),
                ty: self.named(schema).path,
                docs: String::new(),
            });
        }
        ItemKind::Union {
            variants,
            tag: Tag::Beside(rule.tag.clone()),
        }
    }

    /// The names of the variants' schemas, those of unions among them included.
    pub(super) fn flatten(&self, variants: &[Schema]) -> Vec<String> {
        let mut names = Vec::new();
        for variant in variants {
            match &variant.kind {
                Kind::Ref(name) => match &self.document.schema(name).kind {
                    Kind::Union { variants, .. } => names.extend(self.flatten(variants)),
                    Kind::Ref(_) => {
                        let inner = self.document.schema(name);
                        names.extend(self.flatten(std::slice::from_ref(inner)));
                    }
                    Kind::Object(_) => names.push(name.clone()),
                    _ => {}
                },
                Kind::Union { variants, .. } => names.extend(self.flatten(variants)),
                _ => {}
            }
        }
        names
    }

    /// How many properties are not the same in all variants, constants aside.
    fn differences(&self, variants: &[String]) -> usize {
        let mut keys: BTreeMap<&str, Vec<&Property>> = BTreeMap::new();
        for variant in variants {
            for property in self.document.properties_of(variant) {
                keys.entry(&property.name).or_default().push(property);
            }
        }
        let differs = |properties: &&Vec<&Property>| {
            properties.len() < variants.len()
                || !properties
                    .windows(2)
                    .all(|pair| matches!(pair, [one, other] if alike(&one.schema, &other.schema)))
        };
        keys.values().filter(differs).count()
    }

    /// The constant that a variant has at a tag, which may be a path.
    pub(super) fn constant(&self, variant: &str, tag: &str) -> Option<String> {
        let mut schema = self.document.schema(variant);
        for key in tag.split('.') {
            let mut properties = self.document.properties(schema).iter();
            let property = properties.find(|property| property.name == key)?;
            schema = self.document.resolve(&property.schema);
        }
        match &schema.kind {
            Kind::Const(Json::Text(word)) => Some(word.clone()),
            Kind::Enum(words) if words.len() == 1 => Some(words.concat()),
            _ => None,
        }
    }

    /// The required key that only this variant has; empty for the variant that is left.
    fn own_key(&self, variant: &str, variants: &[String]) -> String {
        let others: Vec<&Property> = variants
            .iter()
            .filter(|name| *name != variant)
            .flat_map(|name| self.document.properties_of(name))
            .collect();
        let is_own = |property: &&Property| {
            property.is_required && others.iter().all(|other| other.name != property.name)
        };
        let own = self.document.properties_of(variant).iter().find(is_own);
        own.map_or_else(String::new, |property| property.name.clone())
    }
}

/// The expression of a tag beside a union: `benefit.kind` for `benefit.type`.
pub(super) fn by(tag: &str) -> String {
    let parts: Vec<String> = tag.split('.').map(names::field).collect();
    parts.join(".")
}

/// Whether two schemas allow the same values, constants aside.
pub(super) fn alike(one: &Schema, other: &Schema) -> bool {
    let is_text = |kind: &Kind| matches!(kind, Kind::Text { .. } | Kind::Const(Json::Text(_)));
    match (&one.kind, &other.kind) {
        (Kind::Const(_), Kind::Const(_))
        | (Kind::Const(Json::Text(_)), Kind::Ref(_))
        | (Kind::Ref(_), Kind::Const(Json::Text(_))) => true,
        (one, other) if is_text(one) && is_text(other) => true,
        (Kind::Nullable(one), Kind::Nullable(other)) => alike(one, other),
        (Kind::Nullable(nullable), Kind::Text { .. })
        | (Kind::Text { .. }, Kind::Nullable(nullable)) => {
            matches!(nullable.kind, Kind::Text { .. })
        }
        (Kind::List(one), Kind::List(other)) | (Kind::Map(one), Kind::Map(other)) => {
            alike(one, other)
        }
        (one, other) => one == other,
    }
}

/// A variant's name without the words that it shares with the beginning of the union's name.
fn short(variant: &str, union: &str) -> String {
    let words = names::words(variant);
    let union = names::words(union);
    let shared = words
        .iter()
        .zip(&union)
        .take_while(|(one, other)| one == other);
    let rest = words.get(shared.count()..).unwrap_or_default();
    if rest.is_empty() {
        variant.to_owned()
    } else {
        names::camel(&rest.join(" "))
    }
}

#[cfg(test)]
mod tests {
    use super::{alike, by, short};
    use crate::{
        document::{Kind, Schema},
        json::Json,
    };

    #[test]
    fn variants_are_named_without_the_words_of_the_union() {
        assert_eq!(
            short("SubscriptionUpdateSeats", "SubscriptionUpdate"),
            "Seats"
        );
        assert_eq!(short("SubscriptionCancel", "SubscriptionUpdate"), "Cancel");
        assert_eq!(
            short("EventCreateCustomer", "EventIngest"),
            "CreateCustomer"
        );
        assert_eq!(short("Filter", "FilterEntry"), "Filter");
        assert_eq!(
            short("ExistingProductPrice", "ProductPriceUpdate"),
            "ExistingProductPrice"
        );
    }

    #[test]
    fn tag_beside_a_union_is_an_expression() {
        assert_eq!(by("benefit.type"), "benefit.kind");
    }

    #[test]
    fn constants_are_alike_and_other_types_are_not() {
        let constant = |word: &str| Schema::of(Kind::Const(Json::Text(word.to_owned())));
        let text = Schema::of(Kind::Text { format: None });
        assert!(alike(&constant("a"), &constant("b")));
        assert!(alike(&constant("a"), &text));
        assert!(alike(
            &Schema::of(Kind::Nullable(Box::new(text.clone()))),
            &text
        ));
        assert!(!alike(&Schema::of(Kind::Integer), &text));
        assert!(!alike(
            &Schema::of(Kind::Ref("A".to_owned())),
            &Schema::of(Kind::Ref("B".to_owned()))
        ));
    }
}
