use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{IntoDeserializer, value::Error},
};

/// What a list is sorted by, and in which direction.
///
/// ```
/// use polar_core::{
///     Error, Sort,
///     blocking::Client,
///     orders,
///     types::orders::{Order, OrderSortProperty, OrderStatus},
/// };
///
/// /// Returns the paid orders, the latest first.
/// fn paid(client: &Client) -> Result<Vec<Order>, Error> {
///     let latest = Sort::by(OrderSortProperty::CreatedAt).descending();
///     let list = orders::List::new().status([OrderStatus::Paid]).sorting([latest]);
///     client.pages(list).collect()
/// }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Sort<T> {
    by: T,
    is_descending: bool,
}

impl<T> Sort<T> {
    /// Sorts by a property, ascending.
    #[must_use]
    pub const fn by(by: T) -> Self {
        Self {
            by,
            is_descending: false,
        }
    }

    /// Sorts in descending order.
    #[must_use]
    pub fn descending(mut self) -> Self {
        self.is_descending = true;
        self
    }
}

impl<T> From<T> for Sort<T> {
    fn from(by: T) -> Self {
        Self::by(by)
    }
}

impl<T: fmt::Display> fmt::Display for Sort<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.is_descending { "-" } else { "" };
        write!(f, "{sign}{}", self.by)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Sort<T> {
    /// Reads the property with its sign, as in a query.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let by = text.strip_prefix('-').unwrap_or(&text).to_owned();
        let by = T::deserialize(IntoDeserializer::<Error>::into_deserializer(by));
        Ok(Self {
            by: by.map_err(serde::de::Error::custom)?,
            is_descending: text.starts_with('-'),
        })
    }
}
