use polar_types::{CustomerId, Metadata, ProductId, checkouts::CheckoutCreate};

/// The parameters of a link to a checkout. A parameter without a value counts as absent.
#[derive(Debug, Default)]
pub(super) struct CheckoutQuery {
    products: Vec<ProductId>,
    customer_id: Option<CustomerId>,
    external_customer_id: Option<String>,
    customer_email: Option<String>,
    customer_name: Option<String>,
    metadata: Option<Metadata>,
    seats: Option<i64>,
    pub(super) success_url: Option<String>,
    pub(super) return_url: Option<String>,
}

impl CheckoutQuery {
    /// Parses a query, or returns the message for the visitor. Of a repeated parameter, the last one
    /// counts, except for `products`.
    pub(super) fn parse(query: &str) -> Result<Self, String> {
        let mut parsed = Self::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            if value.is_empty() {
                continue;
            }
            match &*name {
                "products" => {
                    let id = value
                        .parse()
                        .map_err(|_| invalid(&name, "the id of a product"))?;
                    parsed.products.push(id);
                }
                "customerId" => {
                    let id = value
                        .parse()
                        .map_err(|_| invalid(&name, "the id of a customer"))?;
                    parsed.customer_id = Some(id);
                }
                "customerExternalId" => parsed.external_customer_id = Some(value.into_owned()),
                "customerEmail" => parsed.customer_email = Some(value.into_owned()),
                "customerName" => parsed.customer_name = Some(value.into_owned()),
                "metadata" => {
                    let metadata = Metadata::from_json(&value);
                    parsed.metadata = Some(metadata.map_err(|error| format!("metadata: {error}"))?);
                }
                "seats" => {
                    let seats = value.parse().ok().filter(|seats| *seats > 0);
                    parsed.seats = Some(seats.ok_or_else(|| invalid(&name, "a positive number"))?);
                }
                "successUrl" => parsed.success_url = Some(value.into_owned()),
                "returnUrl" => parsed.return_url = Some(value.into_owned()),
                _ => {}
            }
        }
        if parsed.products.is_empty() {
            return Err("products is missing: add the id of a product to the link".to_owned());
        }
        Ok(parsed)
    }

    /// Whether the link names an existing customer.
    pub(super) const fn has_customer_id(&self) -> bool {
        self.customer_id.is_some() || self.external_customer_id.is_some()
    }

    /// Returns the request without URLs, which are checked before.
    pub(super) fn into_request(self) -> CheckoutCreate {
        let mut request = CheckoutCreate::new(self.products);
        request.customer_id = self.customer_id;
        request.external_customer_id = self.external_customer_id;
        request.customer_email = self.customer_email;
        request.customer_name = self.customer_name;
        request.metadata = self.metadata;
        request.seats = self.seats;
        request
    }
}

fn invalid(name: &str, expected: &str) -> String {
    format!("{name} is not {expected}")
}

#[cfg(test)]
mod tests {
    use super::*;

    const PRODUCT: &str = "6b6d7a1e-2f0c-4a57-9d0e-0d2c43a8f8a1";

    #[test]
    fn query_becomes_a_request() {
        let customer = "4663fc95-f630-47e4-8260-a644811e7711";
        let query = format!(
            "products={PRODUCT}&products={customer}&customerId={customer}&customerExternalId=usr+1&\
             customerEmail=ann%40acme.com&customerName=Ann%20B&seats=5&utm=mail&successUrl=&\
             metadata=%7B%22plan%22%3A%22pro%22%7D"
        );
        let query = CheckoutQuery::parse(&query).unwrap();
        assert!(query.has_customer_id());
        assert_eq!(query.success_url, None);
        let request = query.into_request();
        assert_eq!(
            request.products,
            [PRODUCT.parse().unwrap(), customer.parse().unwrap()]
        );
        assert_eq!(request.customer_id, customer.parse().ok());
        assert_eq!(request.external_customer_id.as_deref(), Some("usr 1"));
        assert_eq!(request.customer_email.as_deref(), Some("ann@acme.com"));
        assert_eq!(request.customer_name.as_deref(), Some("Ann B"));
        assert_eq!(request.seats, Some(5));
        assert_eq!(request.metadata.unwrap().as_json(), r#"{"plan":"pro"}"#);
    }

    #[test]
    fn invalid_parameter_is_named() {
        for (query, message) in [
            (
                "",
                "products is missing: add the id of a product to the link",
            ),
            (
                "products=",
                "products is missing: add the id of a product to the link",
            ),
            ("products=pro", "products is not the id of a product"),
            ("seats=0", "seats is not a positive number"),
            ("seats=-1", "seats is not a positive number"),
            ("seats=many", "seats is not a positive number"),
            ("customerId=1", "customerId is not the id of a customer"),
            ("metadata=%5B%5D", "metadata: "),
        ] {
            let error = CheckoutQuery::parse(query).unwrap_err();
            assert!(error.starts_with(message), "{query}: {error}");
        }
    }
}
