//! What the server finds wrong with the fields of a request, item by item, in its order.

mod assign;
mod claim;
mod email;
mod item;
mod metadata;
mod query;
mod scalar;

pub(crate) use assign::{AssignRequest, Door, Source};
pub(crate) use claim::claim_token;
pub(crate) use email::normalize as normalize_email;
pub(crate) use item::{Item, Segment, Wrong};
pub(crate) use metadata::check as check_metadata;
pub(crate) use query::{containers, paging, seat_id};

use crate::json::Json;

/// Reads the fields of a body and collects what is wrong with them.
pub(crate) struct Fields<'a> {
    body: &'a Json,
    items: Vec<Item>,
}

impl<'a> Fields<'a> {
    /// A body must be there, and must be an object.
    pub(crate) fn of(body: &'a Json) -> Result<Self, Vec<Item>> {
        match body {
            Json::Object(_) => Ok(Self {
                body,
                items: Vec::new(),
            }),
            Json::Null => Err(vec![Item::new(
                Wrong::missing(),
                &[Segment::Name("body")],
                Json::Null,
            )]),
            other => {
                let wrong = Wrong::new(
                    "model_attributes_type",
                    "Input should be a valid dictionary or object to extract fields from",
                );
                Err(vec![Item::new(
                    wrong,
                    &[Segment::Name("body")],
                    other.clone(),
                )])
            }
        }
    }

    /// A field that may be absent or null; both mean the same.
    fn optional<T>(
        &mut self,
        name: &'static str,
        rule: impl FnOnce(&Json) -> Result<T, Wrong>,
    ) -> Option<T> {
        match self.body.get(name) {
            None | Some(Json::Null) => None,
            Some(value) => self.checked(name, value, rule),
        }
    }

    /// A field that must be there, and must not be null.
    fn required<T>(
        &mut self,
        name: &'static str,
        rule: impl FnOnce(&Json) -> Result<T, Wrong>,
    ) -> Option<T> {
        let Some(value) = self.body.get(name) else {
            self.items
                .push(Item::in_body(Wrong::missing(), name, self.body.clone()));
            return None;
        };
        self.checked(name, value, rule)
    }

    fn checked<T>(
        &mut self,
        name: &'static str,
        value: &Json,
        rule: impl FnOnce(&Json) -> Result<T, Wrong>,
    ) -> Option<T> {
        rule(value)
            .map_err(|wrong| self.items.push(Item::in_body(wrong, name, value.clone())))
            .ok()
    }

    /// Ends the single fields: rules over several of them only run when each is sound.
    fn sound(self) -> Result<&'a Json, Vec<Item>> {
        if self.items.is_empty() {
            Ok(self.body)
        } else {
            Err(self.items)
        }
    }
}
