//! Documents made from schemas: whole, and with one thing different.

use serde_json::{Map, Value, json};

use super::spec::{Property, Shape, Spec};

/// A word that no enum and no union has.
pub(crate) const UNKNOWN: &str = "brand_new";

/// A document, and what is special about it.
pub(crate) type Case = (String, Value);

/// A union that the document does not relate to the field that tells its variants apart.
struct Beside {
    owner: &'static str,
    key: &'static str,
    /// The pointer to the field.
    tag: &'static str,
}

const BESIDE: &[Beside] = &[
    Beside {
        owner: "BenefitGrant",
        key: "properties",
        tag: "/benefit/type",
    },
    Beside {
        owner: "CustomerStateBenefitGrant",
        key: "properties",
        tag: "/benefit_type",
    },
];

/// The schema of a union beside its tag, by the tag.
const BENEFIT_GRANT_PROPERTIES: &[(&str, &str)] = &[
    ("custom", "BenefitGrantCustomProperties"),
    ("discord", "BenefitGrantDiscordProperties"),
    ("downloadables", "BenefitGrantDownloadablesProperties"),
    ("feature_flag", "BenefitGrantFeatureFlagProperties"),
    (
        "github_repository",
        "BenefitGrantGitHubRepositoryProperties",
    ),
    ("license_keys", "BenefitGrantLicenseKeysProperties"),
    ("meter_credit", "BenefitGrantMeterCreditProperties"),
    (
        "slack_shared_channel",
        "BenefitGrantSlackSharedChannelProperties",
    ),
];

impl Spec {
    /// A document with every field, and the first variant of each union.
    pub(crate) fn whole(&self, shape: &Shape, key: &str) -> Value {
        match shape {
            Shape::Ref(name) => {
                let mut document = self.whole(&self.schemas[name], key);
                self.relate(name, &mut document);
                document
            }
            Shape::Const(constant) => constant.clone(),
            Shape::Enum(words) => json!(words[0]),
            Shape::Union(variants) => self.whole(self.variants(variants)[0], key),
            Shape::Object(properties) => {
                let whole = |it: &Property| (it.key.clone(), self.whole(&it.shape, &it.key));
                Value::Object(properties.iter().map(whole).collect())
            }
            Shape::Map(inner) => json!({ "key": self.whole(inner, key) }),
            Shape::List(item) => json!([self.whole(item, key)]),
            Shape::Tuple(places) => places.iter().map(|it| self.whole(it, key)).collect(),
            Shape::Text(format) => json!(text(format, key)),
            Shape::Integer => json!(7),
            Shape::Number => json!(2.5),
            Shape::Boolean => json!(true),
            Shape::Null => Value::Null,
            Shape::Any => json!({"any": [1.5, null]}),
        }
    }

    /// Makes unions agree with the field that tells their variants apart.
    pub(crate) fn relate(&self, owner: &str, document: &mut Value) {
        for beside in BESIDE.iter().filter(|beside| beside.owner == owner) {
            let tag = document.pointer(beside.tag).and_then(Value::as_str);
            let Some((_, schema)) = BENEFIT_GRANT_PROPERTIES
                .iter()
                .find(|(word, _)| Some(*word) == tag)
            else {
                continue;
            };
            if document.get(beside.key).is_some() {
                document[beside.key] = self.whole(&self.schemas[*schema], beside.key);
            }
        }
    }

    /// The documents of a schema with a name.
    pub(crate) fn cases(&self, name: &str) -> Vec<Case> {
        let shape = &self.schemas[name];
        let mut cases = self.cases_of(shape);
        for (_, document) in &mut cases {
            self.relate(name, document);
        }
        for beside in BESIDE.iter().filter(|beside| beside.owner == name) {
            let words = BENEFIT_GRANT_PROPERTIES.iter().map(|(word, _)| *word);
            for word in words.chain([UNKNOWN]) {
                let mut document = self.whole(&Shape::Ref(name.to_owned()), "");
                if let Some(benefit) = document.get_mut("benefit") {
                    *benefit = self.benefit(word);
                } else {
                    *document.pointer_mut(beside.tag).unwrap() = json!(word);
                }
                if word == UNKNOWN {
                    document[beside.key] = json!({"added": [1.5, null]});
                }
                self.relate(name, &mut document);
                cases.push((format!("{} is {word}", beside.tag), document));
            }
        }
        cases
    }

    fn benefit(&self, kind: &str) -> Value {
        let Shape::Union(variants) = &self.schemas["Benefit"] else {
            panic!("a benefit is a union");
        };
        let mut known = variants.iter().map(|variant| self.whole(variant, ""));
        let found = known.find(|benefit| benefit["type"] == kind);
        found
            .or_else(|| self.unknown_variant(variants))
            .unwrap_or_else(|| panic!("a benefit has a type"))
    }

    pub(crate) fn cases_of(&self, shape: &Shape) -> Vec<Case> {
        match self.resolve(shape) {
            Shape::Union(variants) => {
                let mut cases: Vec<Case> = Vec::new();
                for variant in self.variants(variants) {
                    cases.extend(self.cases_of(variant));
                }
                let unknown = self.unknown_variant(variants);
                cases.extend(unknown.map(|it| ("unknown variant".to_owned(), it)));
                cases
            }
            Shape::Object(properties) => self.cases_of_object(shape, properties),
            Shape::Enum(words) => words
                .iter()
                .map(|word| (word.clone(), json!(word)))
                .chain([("unknown word".to_owned(), json!(UNKNOWN))])
                .collect(),
            _ => vec![("whole".to_owned(), self.whole(shape, ""))],
        }
    }

    fn cases_of_object(&self, shape: &Shape, properties: &[Property]) -> Vec<Case> {
        let whole = self.whole(shape, "");
        let mut cases = vec![("whole".to_owned(), whole.clone())];
        for Property {
            key,
            is_required,
            shape,
        } in properties
        {
            if !is_required {
                let mut document = whole.clone();
                document.as_object_mut().unwrap().remove(key);
                cases.push((format!("without {key}"), document));
            }
            for (what, value) in self.other_values(shape, key) {
                let mut document = whole.clone();
                document[key] = value;
                cases.push((format!("{what} at {key}"), document));
            }
        }
        cases
    }

    /// What a field may have besides its first value.
    fn other_values(&self, shape: &Shape, key: &str) -> Vec<Case> {
        match self.resolve(shape) {
            Shape::Union(variants) => {
                let is_null = |it: &Shape| matches!(self.resolve(it), Shape::Null);
                let mut values = Vec::new();
                if variants.iter().any(is_null) {
                    values.push(("null".to_owned(), Value::Null));
                }
                let others = self.variants(variants);
                if let [only] = others.as_slice() {
                    values.extend(self.other_values(only, key));
                } else {
                    let numbered = others.iter().enumerate();
                    values.extend(
                        numbered
                            .map(|(index, it)| (format!("variant {index}"), self.whole(it, key))),
                    );
                    let is_named = matches!(shape, Shape::Ref(_))
                        || matches!(variants.as_slice(), [Shape::Ref(_), Shape::Null]);
                    if let Some(mut unknown) = self.unknown_variant(variants) {
                        // Whether this is kept is tested once, with the union that has the name.
                        if is_named {
                            unknown.as_object_mut().unwrap().remove(UNKNOWN);
                        }
                        values.push(("unknown variant".to_owned(), unknown));
                    }
                }
                values
            }
            Shape::Enum(_) => vec![("unknown word".to_owned(), json!(UNKNOWN))],
            Shape::List(item) => {
                let items = self.other_values(item, key).into_iter();
                items
                    .map(|(what, item)| (format!("{what} in the list"), json!([item])))
                    .chain([("empty list".to_owned(), json!([]))])
                    .collect()
            }
            Shape::Map(_) => vec![("empty object".to_owned(), json!({}))],
            _ => Vec::new(),
        }
    }
}

/// Whether a schema has a union beside its tag.
pub(crate) fn is_related(owner: &str) -> bool {
    BESIDE.iter().any(|beside| beside.owner == owner)
}

/// Text that fits a format, or the server's use of a key.
fn text(format: &str, key: &str) -> &'static str {
    match format {
        "date-time" => "2026-01-15T09:30:00.010117Z",
        "date" => "2026-01-15",
        "uri" => "https://example.com/",
        "email" => "ada@example.com",
        "ipvanyaddress" => "192.0.2.1",
        _ if format.starts_with("uuid") || key.ends_with("_id") => {
            "dcb2c1b9-2f64-4c8c-90e6-d261c78b3eb2"
        }
        _ if key.ends_with("currency") => "eur",
        _ if key == "unit_amount" => "0.0025",
        _ => "text",
    }
}

/// An object without the fields that are `null`.
pub(crate) fn without_nulls(entries: &Map<String, Value>) -> Map<String, Value> {
    let entries = entries.iter().filter(|(_, value)| !value.is_null());
    entries
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect()
}
