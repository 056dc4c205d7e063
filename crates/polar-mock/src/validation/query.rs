use std::borrow::Cow;

use percent_encoding::percent_decode_str;
use polar_types::{OrderId, SeatId, SubscriptionId};

use super::{InvalidField, Violation, scalar};
use crate::json::Json;

/// The decoded parameters of a query.
#[derive(Debug, Default)]
pub(crate) struct Query(Vec<(String, String)>);

impl Query {
    pub(crate) fn read(query: Option<&str>) -> Self {
        let pairs = query
            .unwrap_or_default()
            .split('&')
            .filter(|pair| !pair.is_empty());
        Self(
            pairs
                .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
                .map(|(name, value)| (decoded(name), decoded(value)))
                .collect(),
        )
    }

    /// Returns all names and values, in order.
    pub(crate) fn into_pairs(self) -> Vec<(String, String)> {
        self.0
    }

    /// Returns all values of a name, in order.
    pub(crate) fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        let pairs = self.0.iter().filter(move |(key, _)| key == name);
        pairs.map(|(_, value)| value.as_str())
    }

    /// Returns the keys and values of `name[key]=value`.
    pub(crate) fn below(&self, name: &str) -> Vec<(String, String)> {
        let keys = self.0.iter().filter_map(|(key, value)| {
            let key = key
                .strip_prefix(name)?
                .strip_prefix('[')?
                .strip_suffix(']')?;
            Some((key.to_owned(), value.clone()))
        });
        keys.collect()
    }

    /// Returns the last value of a name, as the server does for repeated names.
    pub(crate) fn last(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .rev()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }
}

fn decoded(text: &str) -> String {
    let spaced: Cow<'_, str> = if text.contains('+') {
        text.replace('+', " ").into()
    } else {
        text.into()
    };
    percent_decode_str(&spaced).decode_utf8_lossy().into_owned()
}

/// Returns the two ids that a list can be requested with. The subscription wins if both are
/// present.
pub(crate) fn containers(
    query: &Query,
) -> Result<(Option<SubscriptionId>, Option<OrderId>), Vec<InvalidField>> {
    let mut items = Vec::new();
    let subscription = parameter(query, "subscription_id", scalar::uuid4, &mut items);
    let order = parameter(query, "order_id", scalar::uuid4, &mut items);
    if items.is_empty() {
        Ok((
            subscription.map(SubscriptionId::from),
            order.map(OrderId::from),
        ))
    } else {
        Err(items)
    }
}

/// A page number and the number of entries of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Paging {
    page: u64,
    pub(crate) limit: u64,
}

impl Paging {
    /// Returns the number of entries before the page; `None` if it exceeds the 64 bits of the
    /// server's database, where the server fails.
    pub(crate) fn offset(self) -> Option<u64> {
        let offset = self.page.saturating_sub(1).checked_mul(self.limit)?;
        i64::try_from(offset).is_ok().then_some(offset)
    }
}

/// Reads `page` and `limit`. A limit above 100 is silently 100.
pub(crate) fn paging(query: &Query) -> Result<Paging, Vec<InvalidField>> {
    let mut items = Vec::new();
    let page = parameter(query, "page", scalar::positive, &mut items).unwrap_or(1);
    let limit = parameter(query, "limit", scalar::positive, &mut items).unwrap_or(10);
    if items.is_empty() {
        Ok(Paging {
            page,
            limit: limit.min(MAX_LIMIT),
        })
    } else {
        Err(items)
    }
}

/// Reads the seat id of a path.
pub(crate) fn seat_id(text: &str) -> Result<SeatId, Vec<InvalidField>> {
    let loc = ["path", "seat_id"];
    scalar::uuid4(text)
        .map(SeatId::from)
        .map_err(|violation| vec![InvalidField::new(violation, loc, Json::from(text))])
}

/// Reads an optional parameter.
fn parameter<T>(
    query: &Query,
    name: &'static str,
    rule: impl FnOnce(&str) -> Result<T, Violation>,
    items: &mut Vec<InvalidField>,
) -> Option<T> {
    let text = query.last(name)?;
    let loc = ["query", name];
    rule(text)
        .map_err(|violation| items.push(InvalidField::new(violation, loc, Json::from(text))))
        .ok()
}

const MAX_LIMIT: u64 = 100;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paging_offset_is_limited_to_64_bits() {
        let offset = |query| paging(&Query::read(Some(query))).unwrap().offset();
        assert_eq!(offset("page=3&limit=1000"), Some(200));
        let last = "page=9223372036854775808&limit=1";
        assert_eq!(offset(last), Some(i64::MAX.cast_unsigned()));
        for beyond in [
            "page=9223372036854775809&limit=1",
            "page=9223372036854775808&limit=2",
            "page=99999999999999999999",
        ] {
            assert_eq!(offset(beyond), None, "{beyond}");
        }
        assert_eq!(offset("page=2&limit=99999999999999999999"), Some(100));
    }
}
