//! Unions whose variants share nearly every field, as one struct.

use std::collections::{BTreeMap, HashMap};

use super::{
    Field, ItemKind, Plan, Rule, Tag, Variant, path_of,
    unions::{Place, alike, by},
};
use crate::{
    document::{Kind, Property, Schema},
    json::Json,
    names,
};

/// A property of one variant, and the variant's name.
type Found = (String, Property);

impl Plan<'_> {
    /// One struct with the fields of all variants: a field that not all have is optional, and one
    /// that differs becomes a union. All have the constant, if there is one.
    pub(super) fn merged(
        &mut self,
        place: &Place,
        variants: &[String],
        constant: Option<(String, String)>,
        tag: &str,
        is_request: bool,
    ) -> ItemKind {
        for variant in variants {
            // A variant may have a type of its own as well, where it is alone.
            let own = self.schema_types.entry(variant.clone());
            own.or_insert_with(|| path_of(&place.module, &place.name));
        }
        let mut fields = Vec::new();
        let constant_key = constant.as_ref().map(|(key, _)| key.clone());
        for (key, found) in self.properties_of_all(variants) {
            if constant_key.as_ref() == Some(&key) {
                continue;
            }
            let Some((owner, first)) = found.first().cloned() else {
                continue;
            };
            let mut property = first;
            property.is_required = found.len() == variants.len()
                && found.iter().all(|(_, property)| property.is_required);
            if let Some(words) = self.words_of_constants(&found) {
                fields.push(self.words(place, &owner, property, &words, is_request));
                continue;
            }
            // A variant that allows any text stands for all.
            if let Some((_, open)) = found
                .iter()
                .find(|(_, property)| !matches!(property.schema.kind, Kind::Const(_)))
            {
                property.schema = open.schema.clone();
            }
            let is_alike = found.windows(2).all(
                |pair| matches!(pair, [(_, one), (_, other)] if alike(&one.schema, &other.schema)),
            );
            fields.push(if is_alike {
                self.field(&owner, &property, is_request)
            } else if let Some(inner) = tag.strip_prefix(&format!("{key}.")) {
                self.with_own_tag(place, &owner, property, &found, inner, is_request)
            } else {
                let is_required = found.iter().all(|(_, property)| {
                    property.is_required && !matches!(property.schema.kind, Kind::Nullable(_))
                });
                let rule = match (is_required, is_request) {
                    (true, _) => Rule::Lenient,
                    (false, true) => Rule::Optional,
                    (false, false) => Rule::Nullable,
                };
                self.factored(place, &key, &found, tag, rule)
            });
        }
        ItemKind::Struct {
            fields,
            constants: constant
                .into_iter()
                .map(|(key, word)| (key, Some(word)))
                .collect(),
            is_request,
        }
    }

    /// The properties of all variants by key, in the order of their first appearance.
    fn properties_of_all(&self, variants: &[String]) -> Vec<(String, Vec<Found>)> {
        let mut keys: Vec<(String, Vec<Found>)> = Vec::new();
        let mut places: HashMap<String, usize> = HashMap::new();
        for variant in variants {
            let properties = self.document.properties_of(variant);
            for property in properties
                .iter()
                .filter(|property| !matches!(property.schema.kind, Kind::Null))
            {
                let found = (variant.clone(), property.clone());
                let place = places.get(&property.name).and_then(|at| keys.get_mut(*at));
                if let Some((_, all)) = place {
                    all.push(found);
                } else {
                    places.insert(property.name.clone(), keys.len());
                    keys.push((property.name.clone(), vec![found]));
                }
            }
        }
        keys
    }

    /// The words that a property may have in any variant, if it is a constant in one of them.
    fn words_of_constants(&self, found: &[Found]) -> Option<Vec<String>> {
        let is_constant = found
            .iter()
            .any(|(_, property)| matches!(property.schema.kind, Kind::Const(_)));
        let words = found
            .iter()
            .map(|(_, property)| words_of(self.document.resolve(&property.schema)));
        let words: Vec<Vec<String>> = words.collect::<Option<_>>()?;
        let mut all: Vec<String> = Vec::new();
        for word in words.into_iter().flatten() {
            if !all.contains(&word) {
                all.push(word);
            }
        }
        is_constant.then_some(all)
    }

    /// A field for a property that is a constant in each variant: an enum of all the words.
    fn words(
        &mut self,
        place: &Place,
        owner: &str,
        mut property: Property,
        words: &[String],
        is_request: bool,
    ) -> Field {
        if let Some(name) = self.enum_with(words) {
            property.schema.kind = Kind::Ref(name);
            return self.field(owner, &property, is_request);
        }
        let name = format!("{}{}", place.name, names::camel(&property.name));
        let name = self.overlay.rust_name(&name);
        let owner = place.key.split('.').next().unwrap_or(&place.key);
        let ty = self.enum_named(owner, &name, words);
        Field {
            name: names::field(&property.name),
            key: property.name,
            rule: if property.is_required {
                Rule::Lenient
            } else {
                Rule::Optional
            },
            ty,
            by: None,
            docs: property.schema.description.unwrap_or_default(),
        }
    }

    /// A field whose own tag tells the variants apart: it is a union in itself.
    fn with_own_tag(
        &mut self,
        place: &Place,
        owner: &str,
        mut property: Property,
        found: &[Found],
        tag: &str,
        is_request: bool,
    ) -> Field {
        let variants: Vec<Schema> = found
            .iter()
            .map(|(_, property)| property.schema.clone())
            .collect();
        if let Some(union) = self.union_of(&variants) {
            property.schema.kind = union;
            return self.field(owner, &property, is_request);
        }
        let ty = self.union(
            &place.inner(&property.name),
            &variants,
            Some(&tag.to_owned()),
        );
        Field {
            name: names::field(&property.name),
            key: property.name,
            rule: if property.is_required {
                Rule::Required
            } else {
                Rule::Optional
            },
            ty: ty.path,
            by: None,
            docs: property.schema.description.unwrap_or_default(),
        }
    }

    /// The one field in which the variants differ, as a union that a field beside it distinguishes.
    fn factored(
        &mut self,
        place: &Place,
        key: &str,
        found: &[Found],
        tag: &str,
        rule: Rule,
    ) -> Field {
        let union = place.inner(key);
        let mut variants: Vec<Variant> = Vec::new();
        let mut by_word: BTreeMap<String, String> = BTreeMap::new();
        for (owner, property) in found {
            let word = self.constant(owner, tag).unwrap_or_default();
            let ty = self.ty(property.schema.without_null(), owner, key).path;
            if let Some(known) = by_word.insert(word.clone(), ty.clone()) {
                if known != ty {
                    self.problem(format!(
                        "[unions] {}: `{word}` stands for two types of {key}",
                        place.key
                    ));
                }
                continue;
            }
            let name = if word.is_empty() {
                "Other".to_owned()
            } else {
                names::variant(&word)
            };
            variants.push(Variant {
                name,
                word,
                ty,
                docs: String::new(),
            });
        }
        let kind = ItemKind::Union {
            tag: Tag::Beside(tag.to_owned()),
            variants,
        };
        self.add(&union.module, &union.name, None, kind);
        let description = found
            .iter()
            .find_map(|(_, property)| property.schema.description.clone());
        Field {
            name: names::field(key),
            key: key.to_owned(),
            rule,
            ty: path_of(&union.module, &union.name),
            by: Some(by(tag)),
            docs: description.unwrap_or_default(),
        }
    }

    /// The union of the document that has just these variants.
    fn union_of(&self, variants: &[Schema]) -> Option<Kind> {
        let sorted = |variants: &[Schema]| {
            let mut names = self.flatten(variants);
            names.sort();
            names
        };
        let wanted = sorted(variants);
        let mut schemas = self.document.schemas.iter();
        let is_same = |schema: &Schema| match &schema.kind {
            Kind::Union { variants, .. } => sorted(variants) == wanted,
            _ => false,
        };
        let (name, _) = schemas.find(|(_, schema)| is_same(schema))?;
        Some(Kind::Ref(name.clone()))
    }

    /// An enum of the document that has all these words.
    fn enum_with(&self, words: &[String]) -> Option<String> {
        let is_reached =
            |name: &String| self.requests.contains(name) || self.responses.contains(name);
        let has_all = |schema: &Schema| match &schema.kind {
            Kind::Enum(all) => words.iter().all(|word| all.contains(word)),
            _ => false,
        };
        let mut schemas = self.document.schemas.iter();
        let found =
            schemas.find(|(name, schema)| words.len() > 1 && is_reached(name) && has_all(schema));
        found.map(|(name, _)| name.clone())
    }
}

/// The words that a constant or an enum allows.
fn words_of(schema: &Schema) -> Option<Vec<String>> {
    match &schema.kind {
        Kind::Const(Json::Text(word)) => Some(vec![word.clone()]),
        Kind::Enum(words) => Some(words.clone()),
        _ => None,
    }
}
