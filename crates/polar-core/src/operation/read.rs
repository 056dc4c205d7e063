//! Operations read from requests, for servers that stand in for Polar.

use std::fmt;

#[cfg(feature = "full")]
use serde::de::{DeserializeOwned, IntoDeserializer, value::Error};

use super::Operation;
use crate::InvalidRequest;

/// An operation that can be read from a request: the opposite of sending it.
///
/// All generated operations implement it. `polar-mock` uses it for stubs, whose closures take an
/// operation as a value.
///
/// ```
/// # #[cfg(feature = "full")] {
/// use polar_core::{FromRequest, RequestValues, orders};
///
/// assert_eq!(orders::Get::route(), "/v1/orders/{id}");
/// let path = ["11111111-1111-4111-8111-111111111111".to_owned()];
/// let get = orders::Get::from_request(&RequestValues::new(&path, &[], b""))?;
/// assert_eq!(get.id.to_string(), path[0]);
/// # }
/// # Ok::<(), polar_core::InvalidRequest>(())
/// ```
pub trait FromRequest: Operation + Sized {
    /// Returns the path with the names of its parameters, such as `/v1/orders/{id}`.
    fn route() -> String;

    /// Reads the operation.
    ///
    /// # Errors
    ///
    /// If a required value is missing, or a value does not have the type of its field.
    fn from_request(values: &RequestValues<'_>) -> Result<Self, InvalidRequest>;
}

/// The values of a request.
///
/// They can contain a token, so `Debug` shows only how many there are.
#[derive(Clone, Copy, Default)]
#[non_exhaustive]
pub struct RequestValues<'a> {
    /// The values of the parameters of the path, in its order, decoded.
    pub path: &'a [String],
    /// The names and values of the query, decoded.
    pub query: &'a [(String, String)],
    /// The body.
    pub body: &'a [u8],
}

impl<'a> RequestValues<'a> {
    /// Returns the values of a request with this path, query and body.
    #[must_use]
    pub const fn new(path: &'a [String], query: &'a [(String, String)], body: &'a [u8]) -> Self {
        Self { path, query, body }
    }
}

impl fmt::Debug for RequestValues<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequestValues")
            .field("path", &self.path.len())
            .field("query", &self.query.len())
            .field("body", &self.body.len())
            .finish()
    }
}

#[cfg(feature = "full")]
impl<'a> RequestValues<'a> {
    /// Returns the value of a parameter of the path.
    #[inline]
    pub(crate) fn segment(
        &self,
        route: &str,
        name: &'static str,
    ) -> Result<&'a str, InvalidRequest> {
        let parameters = route.split('/').filter_map(|part| part.strip_prefix('{'));
        let mut values = parameters.zip(self.path);
        let found = values.find(|(parameter, _)| parameter.strip_suffix('}') == Some(name));
        let value = found.map(|(_, value)| value.as_str());
        value.ok_or_else(|| missing(name))
    }

    /// Returns the value of a parameter of the query: of several, the last.
    #[inline]
    pub(crate) fn one(&self, name: &'static str) -> Result<&'a str, InvalidRequest> {
        let mut last_first = self.query.iter().rev();
        let found = last_first.find(|(key, _)| key == name);
        let value = found.map(|(_, value)| value.as_str());
        value.ok_or_else(|| missing(name))
    }

    /// Reads a parameter of the path.
    pub(crate) fn path<T: DeserializeOwned>(
        &self,
        route: &str,
        name: &'static str,
    ) -> Result<T, InvalidRequest> {
        text(name, self.segment(route, name)?)
    }

    /// Reads a parameter of the query.
    pub(crate) fn required<T: DeserializeOwned>(
        &self,
        name: &'static str,
    ) -> Result<T, InvalidRequest> {
        text(name, self.one(name)?)
    }

    /// Reads a parameter of the query, if it is there.
    pub(crate) fn query<T: DeserializeOwned>(
        &self,
        name: &'static str,
    ) -> Result<Option<T>, InvalidRequest> {
        match self.one(name) {
            Ok(value) => text(name, value).map(Some),
            Err(_) => Ok(None),
        }
    }

    /// Reads all parameters of the query with one name.
    pub(crate) fn list<T: DeserializeOwned>(
        &self,
        name: &'static str,
    ) -> Result<Vec<T>, InvalidRequest> {
        let mut list = Vec::new();
        for (key, value) in self.query {
            if key == name {
                list.push(text(name, value)?);
            }
        }
        Ok(list)
    }

    /// Reads the parameters of the query of the form `name[key]=value`.
    pub(crate) fn pairs<T: DeserializeOwned>(
        &self,
        name: &'static str,
    ) -> Result<Vec<(String, T)>, InvalidRequest> {
        let mut pairs = Vec::new();
        for (key, value) in self.query {
            let key = key.strip_prefix(name).and_then(|key| key.strip_prefix('['));
            if let Some(key) = key.and_then(|key| key.strip_suffix(']')) {
                pairs.push((key.to_owned(), text(name, value)?));
            }
        }
        Ok(pairs)
    }

    /// Reads the body as JSON.
    pub(crate) fn json<T: DeserializeOwned>(&self) -> Result<T, InvalidRequest> {
        serde_json::from_slice(self.body).map_err(|_| invalid("body"))
    }

    /// Reads the body as a form.
    pub(crate) fn form<T: DeserializeOwned>(&self) -> Result<T, InvalidRequest> {
        let text = std::str::from_utf8(self.body).map_err(|_| invalid("body"))?;
        let decode = |text: &str| {
            let text = text.replace('+', " ");
            let decoded = percent_encoding::percent_decode_str(&text).decode_utf8_lossy();
            decoded.into_owned()
        };
        let fields = text.split('&').filter_map(|field| field.split_once('='));
        let fields = fields.map(|(key, value)| (decode(key), decode(value).into()));
        let fields = serde_json::Value::Object(fields.collect());
        serde_json::from_value(fields).map_err(|_| invalid("body"))
    }
}

/// Reads a value of the path or the query.
#[cfg(feature = "full")]
pub(crate) fn text<T: DeserializeOwned>(
    name: &'static str,
    text: &str,
) -> Result<T, InvalidRequest> {
    let deserializer = IntoDeserializer::<Error>::into_deserializer(text);
    // A number or a boolean is not a string in JSON.
    let value = T::deserialize(deserializer).ok();
    let value = value.or_else(|| serde_json::from_str(text).ok());
    value.ok_or_else(|| invalid(name))
}

#[cfg(feature = "full")]
fn missing(name: &'static str) -> InvalidRequest {
    InvalidRequest::new(name, "is missing")
}

#[cfg(feature = "full")]
fn invalid(name: &'static str) -> InvalidRequest {
    InvalidRequest::new(name, "does not have the documented form")
}

#[cfg(all(test, feature = "full"))]
mod tests {
    use percent_encoding::percent_decode_str;
    use polar_types::{
        Date, Secret,
        checkouts::CheckoutCreate,
        common::TimeInterval,
        oauth2::RevokeTokenRequest,
        orders::{OrderSortProperty, OrderStatus},
        sample,
    };

    use super::*;
    use crate::{
        Sort, checkouts, customer_portal::customers, metrics, oauth2, orders, subscriptions,
    };

    /// Reads an operation from the request that it makes.
    #[expect(clippy::unwrap_used, reason = "the operation is valid")]
    #[track_caller]
    fn reads<O: FromRequest + PartialEq + fmt::Debug>(operation: &O) {
        let target = operation.target();
        let target = target.path_and_query().unwrap();
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let decode = |text: &str| percent_decode_str(text).decode_utf8().unwrap().into_owned();
        let route = O::route();
        assert_eq!(operation.target().route().split('?').next(), Some(&*route));
        let parts = route.split('/').zip(path.split('/'));
        let values = parts.filter(|(name, _)| name.starts_with('{'));
        let path: Vec<_> = values.map(|(_, value)| decode(value)).collect();
        let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        let query: Vec<_> = pairs
            .map(|(key, value)| (decode(key), decode(value)))
            .collect();
        let (body, _) = operation.body().unwrap().into_parts();
        let values = RequestValues::new(&path, &query, &body);
        assert_eq!(&O::from_request(&values).unwrap(), operation);
    }

    #[test]
    fn operation_is_read_from_its_request() {
        let first = Date::new(2026, 7, 1).unwrap();
        let last = Date::new(2026, 7, 31).unwrap();
        let id = sample::<polar_types::orders::Order>().id;
        reads(&orders::Get::new(id));
        reads(&checkouts::GetPublic::new(Secret::from("polar_c_x/y")));
        reads(&customers::CheckEmailUpdate::new(Secret::from("a+b&c")));
        reads(&metrics::Get::new(first, last, TimeInterval::Day).metrics(["orders", "revenue"]));
        reads(&subscriptions::List::new().active(true).limit(20_u32));
        reads(&checkouts::Create::new(sample::<CheckoutCreate>()));
        reads(&oauth2::Revoke::new(sample::<RevokeTokenRequest>()));
        reads(
            &orders::List::new()
                .status([OrderStatus::Paid, OrderStatus::Void])
                .metadata("a b", "1&2")
                .page(3_u32)
                .sorting([
                    Sort::by(OrderSortProperty::Amount).descending(),
                    Sort::by(OrderSortProperty::CreatedAt),
                ]),
        );
    }

    #[test]
    fn missing_and_unreadable_values_are_errors() {
        let error = |path: &[String], query: &[(String, String)], body: &[u8]| {
            let values = RequestValues::new(path, query, body);
            let get = orders::Get::from_request(&values).map(drop);
            let create = checkouts::Create::from_request(&values).map(drop);
            let metrics = metrics::Get::from_request(&values).map(drop);
            [get, create, metrics].map(|result| result.unwrap_err().to_string())
        };
        let missing = error(&[], &[], b"");
        assert!(missing[0].contains("id is missing"), "{missing:?}");
        assert!(missing[1].contains("body does not have"), "{missing:?}");
        assert!(missing[2].contains("start_date is missing"), "{missing:?}");
        let pair = ("start_date".to_owned(), "yesterday".to_owned());
        let wrong = error(&["7".to_owned()], &[pair], b"[1]");
        assert!(wrong[0].contains("id does not have"), "{wrong:?}");
        assert!(wrong[2].contains("start_date does not have"), "{wrong:?}");
    }
}
