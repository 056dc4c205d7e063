//! The fields of an operation: its path, body and query.

use super::{Field, SECRET};
use crate::{
    document::{Kind, Operation, Parameter, Schema},
    names,
    plan::Plan,
};

impl Plan<'_> {
    pub(super) fn parameters(&mut self, operation: &Operation, place: &str) -> Vec<Field> {
        let (path, query): (Vec<&Parameter>, Vec<&Parameter>) = operation
            .parameters
            .iter()
            .partition(|parameter| parameter.is_path);
        let mut fields = Vec::new();
        for parameter in path {
            let ty = self.text_type(&parameter.schema, place, &parameter.name);
            let ty = ty.unwrap_or_else(|| "String".to_owned());
            let rule = if ty == SECRET { "secret" } else { "path" };
            fields.push(self.parameter(parameter, rule, ty, place));
        }
        if let Some(body) = &operation.body {
            fields.push(Field {
                rule: "body",
                name: "request".to_owned(),
                key: String::new(),
                ty: self.ty_path(&body.schema, place),
                docs: "The body of the request.".to_owned(),
            });
        }
        for parameter in query {
            let (rule, ty) = self.query(parameter, place);
            let ty = if parameter.name == "sorting" {
                format!("crate::Sort<{ty}>")
            } else {
                ty
            };
            fields.push(self.parameter(parameter, rule, ty, place));
        }
        fields
    }

    fn parameter(
        &mut self,
        parameter: &Parameter,
        rule: &'static str,
        ty: String,
        place: &str,
    ) -> Field {
        let description = parameter.description.clone().unwrap_or_default();
        Field {
            rule,
            name: names::field(&parameter.name),
            key: parameter.name.clone(),
            ty,
            docs: self.field_docs(place, &parameter.name, &description),
        }
    }

    fn query(&mut self, parameter: &Parameter, place: &str) -> (&'static str, String) {
        let schema = parameter.schema.without_null();
        let name = &parameter.name;
        match &schema.kind {
            Kind::List(item) => ("list", self.query_type(item, place, name)),
            // One value or a list of them: the key may be repeated.
            Kind::Union { variants, .. } if variants.iter().any(is_list) => {
                let one = variants.iter().find(|variant| !is_list(variant));
                let ty = one.map(|one| self.query_type(one, place, name));
                ("list", ty.unwrap_or_else(|| "String".to_owned()))
            }
            Kind::Ref(name) if name == "MetadataQuery" => ("pairs", "String".to_owned()),
            _ if parameter.is_required => {
                let ty = self.query_type(schema, place, name);
                let rule = if ty == SECRET {
                    "secret_query"
                } else {
                    "required"
                };
                (rule, ty)
            }
            _ => ("query", self.query_type(schema, place, name)),
        }
    }

    fn query_type(&mut self, schema: &Schema, place: &str, key: &str) -> String {
        if let Some(ty) = self.text_type(schema, place, key) {
            return ty;
        }
        match &schema.kind {
            // The names of all time zones: too many for an enum that anyone would use.
            Kind::Enum(words) if words.len() > 100 => "String".to_owned(),
            Kind::Integer => "u32".to_owned(),
            _ => self.ty_path(schema, &format!("{place}.{key}")),
        }
    }

    /// The overlay's type of a parameter, or its id type.
    fn text_type(&mut self, schema: &Schema, place: &str, key: &str) -> Option<String> {
        let types = &self.overlay.types;
        if let Some(path) = types.get(&format!("{place}.{key}")) {
            return Some(path.clone());
        }
        match &schema.kind {
            Kind::Text { format: None } => types.get(&format!("*.{key}")).cloned(),
            Kind::Text { format } if format.as_deref()?.starts_with("uuid") => {
                Some(self.parameter_id(place, key))
            }
            _ => None,
        }
    }
}

fn is_list(schema: &Schema) -> bool {
    matches!(schema.kind, Kind::List(_))
}
