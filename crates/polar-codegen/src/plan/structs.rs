//! Structs from object schemas, and the rules of their fields.

use super::{Field, ItemKind, Plan, Rule, Type};
use crate::{
    document::{Kind, Property},
    json::Json,
    names,
    overlay::Form,
};

impl Plan<'_> {
    pub(super) fn structure(
        &mut self,
        schema_name: &str,
        properties: &[Property],
        is_request: bool,
    ) -> ItemKind {
        let overlay = self.overlay;
        let mut fields = Vec::new();
        let mut constants = Vec::new();
        for property in properties {
            match &property.schema.kind {
                Kind::Const(Json::Text(value)) => {
                    constants.push((property.name.clone(), Some(value.clone())));
                }
                Kind::Null if property.is_required => constants.push((property.name.clone(), None)),
                _ => fields.push(self.field(schema_name, property, is_request)),
            }
        }
        for (place, added) in &overlay.added {
            let place = place.split_once('.');
            if let Some((_, key)) = place.filter(|(owner, _)| *owner == schema_name) {
                fields.push(Field {
                    name: names::field(key),
                    key: key.to_owned(),
                    rule: Rule::Optional,
                    ty: added.clone(),
                    by: None,
                    docs: String::new(),
                });
            }
        }
        ItemKind::Struct {
            fields,
            constants,
            is_request,
        }
    }

    pub(super) fn field(&mut self, owner: &str, property: &Property, is_request: bool) -> Field {
        let inner = property.schema.without_null();
        let ty = self.ty(inner, owner, &property.name);
        let rule = self.rule(owner, property, is_request, &ty);
        let place = format!("{owner}.{}", property.name);
        let name = self.overlay.fields.get(&place).cloned();
        let by = self.overlay.unions.get(&place).and_then(|union| {
            let is_beside = union.form == Form::Beside;
            is_beside.then(|| super::unions::by(&union.tag))
        });
        let description = &property.schema.description;
        let docs = description.as_ref().or(inner.description.as_ref());
        Field {
            name: name.unwrap_or_else(|| names::field(&property.name)),
            key: property.name.clone(),
            rule,
            ty: ty.path,
            by,
            docs: docs.cloned().unwrap_or_default(),
        }
    }

    fn rule(&self, owner: &str, property: &Property, is_request: bool, ty: &Type) -> Rule {
        let is_nullable = matches!(property.schema.kind, Kind::Nullable(_) | Kind::Null);
        let place = format!("{owner}.{}", property.name);
        let is_required = property.is_required && !self.overlay.optional.contains(&place);
        match (is_required, is_nullable) {
            (true, false) if ty.is_strict => Rule::Required,
            (true, false) => Rule::Lenient,
            (false, false) => Rule::Optional,
            (false, true) if self.patches.contains(owner) => Rule::Patch,
            (false, true) if is_request => Rule::Optional,
            (_, true) => Rule::Nullable,
        }
    }
}
