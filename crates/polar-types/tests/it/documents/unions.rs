//! Unknown variants of unions.

use serde_json::{Value, json};

use super::{
    cases::UNKNOWN,
    spec::{Property, Shape, Spec},
};

impl Spec {
    /// An object that none of the variants allows, with what all have; `None` if a variant has no
    /// more than that.
    pub(crate) fn unknown_variant(&self, variants: &[Shape]) -> Option<Value> {
        let variants = self.variants(variants);
        let is_object = |it: &&Shape| matches!(self.resolve(it), Shape::Object(_));
        if !variants.iter().all(is_object) {
            return None;
        }
        let properties: Vec<_> = variants.iter().map(|it| self.properties(it)).collect();
        let has =
            |properties: &&[Property], key: &String| properties.iter().any(|it| it.key == *key);
        let is_in_all = |key: &String| properties.iter().all(|it| has(it, key));
        let mut document = self.whole(variants[0], "");
        document
            .as_object_mut()
            .unwrap()
            .retain(|key, _| is_in_all(key));
        let tags = self.tags(&variants);
        for tag in &tags {
            *document.pointer_mut(tag).unwrap() = json!(UNKNOWN);
        }
        let is_open = |properties: &&[Property]| {
            let mut required = properties.iter().filter(|it| it.is_required);
            required.all(|it| is_in_all(&it.key))
        };
        if tags.is_empty() && properties.iter().any(is_open) {
            return None;
        }
        document[UNKNOWN] = json!({"deep": [1.5, null]});
        Some(document)
    }

    /// The pointers to the constants that differ from variant to variant.
    fn tags(&self, variants: &[&Shape]) -> Vec<String> {
        let first = self.properties(variants[0]).iter();
        let pointers = first.flat_map(|property| {
            let inner = self.properties(&property.shape).iter();
            let inner = inner.map(|inner| format!("/{}/{}", property.key, inner.key));
            inner.chain([format!("/{}", property.key)])
        });
        let wholes: Vec<_> = variants.iter().map(|it| self.whole(it, "")).collect();
        let is_tag = |pointer: &String| {
            let all: Option<Vec<&str>> = variants
                .iter()
                .zip(&wholes)
                .map(|(variant, whole)| {
                    self.constant(variant, pointer)
                        .then(|| whole.pointer(pointer)?.as_str())?
                })
                .collect();
            all.is_some_and(|all| all.windows(2).any(|pair| pair[0] != pair[1]))
        };
        pointers.filter(is_tag).collect()
    }

    /// Whether a shape has a constant at a pointer.
    fn constant(&self, shape: &Shape, pointer: &str) -> bool {
        let mut shape = shape;
        for key in pointer.split('/').skip(1) {
            let mut properties = self.properties(shape).iter();
            match properties.find(|property| property.key == key) {
                Some(property) => shape = &property.shape,
                None => return false,
            }
        }
        matches!(self.resolve(shape), Shape::Const(_))
    }
}
