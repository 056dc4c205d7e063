//! Lists: filters by query parameters, sorting, and pages.

use std::cmp::Ordering;

use super::{Call, events::has_text};
use crate::{http::HttpError, json::Json};

impl Call<'_> {
    /// Returns a page of these documents, filtered by the parameters that are their keys and by
    /// `metadata[key]`, and sorted.
    pub(super) fn page(&self, items: Vec<Json>) -> Result<Json, HttpError> {
        self.page_by(items, |_, _, _| None)
    }

    /// Returns a page. `filter` decides about a document by the name and value of a parameter; where
    /// it does not decide, the parameter is compared with the key of the same name.
    pub(super) fn page_by(
        &self,
        mut items: Vec<Json>,
        filter: impl Fn(&Json, &str, &Json) -> Option<bool>,
    ) -> Result<Json, HttpError> {
        items.retain(|item| {
            self.query.iter().all(|(name, value)| match name.as_str() {
                "page" | "limit" | "sorting" | "organization_id" => true,
                _ => filter(item, name, value).unwrap_or_else(|| fits(item, name, value)),
            }) && self.has_metadata(item.get("metadata"))
        });
        let sorting: Vec<&str> = match self.query("sorting") {
            Some(Json::Array(words)) => words.iter().filter_map(as_text).collect(),
            _ => Vec::new(),
        };
        items.sort_by(|one, other| {
            let by_key = sorting.iter().map(|key| match key.strip_prefix('-') {
                Some(key) => compare(other, one, key),
                None => compare(one, other, key),
            });
            by_key.fold(Ordering::Equal, Ordering::then)
        });
        self.page_of(items, |item| item)
    }

    /// Returns a page of items that are filtered and sorted, and writes only those of the page.
    pub(super) fn page_of<T>(
        &self,
        items: Vec<T>,
        view: impl Fn(T) -> Json,
    ) -> Result<Json, HttpError> {
        let number = |name| self.query(name).and_then(as_integer);
        let limit = number("limit").unwrap_or(10).clamp(1, 100);
        let page = number("page").unwrap_or(1).max(1);
        let total = i64::try_from(items.len()).unwrap_or(i64::MAX);
        let offset = (page - 1).checked_mul(limit).ok_or(HttpError::Crash)?;
        let skipped = usize::try_from(offset).unwrap_or(usize::MAX);
        let count = usize::try_from(limit).unwrap_or(100);
        let items = items.into_iter().skip(skipped).take(count);
        let items: Vec<Json> = items.map(view).collect();
        let pagination = Json::object([
            ("total_count", total.into()),
            ("max_page", ((total + limit - 1) / limit).into()),
        ]);
        let page = [("items", items.into()), ("pagination", pagination)];
        Ok(Json::object(page))
    }

    /// Whether metadata have the values that the parameters `metadata[key]` ask for.
    pub(super) fn has_metadata(&self, metadata: Option<&Json>) -> bool {
        self.metadata.iter().all(|(key, value)| {
            let stored = metadata.and_then(|metadata| metadata.get(key));
            stored.is_some_and(|stored| match stored {
                Json::Text(text) => text == value,
                other => other.to_text().as_deref() == Some(value),
            })
        })
    }
}

/// Whether the value of a key is the parameter's, or one of them.
fn fits(item: &Json, name: &str, value: &Json) -> bool {
    let key = match (item.get("customer"), name) {
        (Some(customer), "external_customer_id") => customer.get("external_id"),
        _ => item.get(name),
    };
    let key = key.unwrap_or(&Json::Null);
    match value {
        Json::Null => true,
        Json::Array(values) => values.is_empty() || values.contains(key),
        Json::Text(text) if name == "query" => has_text(item, SEARCHED, &text.to_lowercase()),
        _ => key == value,
    }
}

/// Where a text search looks.
const SEARCHED: &[&str] = &[
    "name",
    "email",
    "external_id",
    "description",
    "code",
    "slug",
];

/// Compares by a key; the server sorts absent values last.
fn compare(one: &Json, other: &Json, key: &str) -> Ordering {
    match (one.get(key), other.get(key)) {
        (Some(Json::Text(one)), Some(Json::Text(other))) => {
            let fold = |text: &str| text.to_lowercase();
            fold(one).cmp(&fold(other))
        }
        (Some(Json::Integer(one)), Some(Json::Integer(other))) => {
            let number = |digits: &str| digits.parse::<i64>().unwrap_or(i64::MAX);
            number(one).cmp(&number(other))
        }
        (Some(Json::Float(one)), Some(Json::Float(other))) => one.total_cmp(other),
        (Some(Json::Bool(one)), Some(Json::Bool(other))) => one.cmp(other),
        (None | Some(Json::Null), None | Some(Json::Null)) => Ordering::Equal,
        (None | Some(Json::Null), _) => Ordering::Greater,
        (_, None | Some(Json::Null)) => Ordering::Less,
        _ => Ordering::Equal,
    }
}

pub(super) fn as_text(value: &Json) -> Option<&str> {
    match value {
        Json::Text(text) => Some(text),
        _ => None,
    }
}

pub(super) fn as_integer(value: &Json) -> Option<i64> {
    match value {
        Json::Integer(digits) => digits.parse().ok(),
        _ => None,
    }
}
