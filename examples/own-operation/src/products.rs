//! Operations on products and discounts, which the library does not have. A read has a path and a
//! response type. A write may have a body, and says how to find out what happened if its response is
//! lost. This is the part to copy.

use polar_ureq::{
    Auth, Body, InvalidRequest, Operation, Spec, Target,
    http::{Method, StatusCode},
    types::{Page, ProductId},
};
use serde::{Deserialize, Serialize};

/// Lists one page of the products: `GET /v1/products/`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ListProducts {
    pub(crate) page: u32,
}

/// Reads one product: `GET /v1/products/{id}`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct GetProduct {
    pub(crate) id: ProductId,
}

/// Changes a product's name: `PATCH /v1/products/{id}`.
#[derive(Debug, Clone)]
pub(crate) struct RenameProduct {
    pub(crate) id: ProductId,
    pub(crate) name: String,
}

/// Deletes a discount: `DELETE /v1/discounts/{id}`, which returns 204 and no body.
#[derive(Debug, Clone)]
pub(crate) struct DeleteDiscount {
    pub(crate) id: String,
}

/// The fields of a product that we need. Polar sends many more.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Product {
    pub(crate) id: ProductId,
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) is_archived: bool,
}

impl Operation for ListProducts {
    type Output = Page<Product>;
    // A read is repeated if its response is lost.
    const SPEC: Spec = Spec::read("products.list", Method::GET, Auth::AccessToken);

    fn target(&self) -> Target {
        Target::new(PRODUCTS).query("page", self.page)
    }
}

impl Operation for GetProduct {
    type Output = Product;
    const SPEC: Spec = Spec::read("products.get", Method::GET, Auth::AccessToken);

    fn target(&self) -> Target {
        Target::new(PRODUCTS).segment("id", self.id)
    }
}

impl Operation for RenameProduct {
    type Output = Product;
    // A write is sent again only if it certainly was not carried out. The last argument is the next
    // step for the person who sees an unknown outcome.
    const SPEC: Spec = Spec::write(
        "products.update",
        Method::PATCH,
        Auth::AccessToken,
        "Read the product to see whether it has the new name.",
    );

    fn target(&self) -> Target {
        Target::new(PRODUCTS).segment("id", self.id)
    }

    fn body(&self) -> Result<Body, InvalidRequest> {
        if self.name.trim().len() < 3 {
            return Err(InvalidRequest::new(
                "name",
                "must have at least three characters",
            ));
        }
        Body::json(&Update { name: &self.name })
    }
}

impl Operation for DeleteDiscount {
    // The body is ignored, and may be missing.
    type Output = ();
    // Optional: without `expects`, any 2xx is a success.
    const SPEC: Spec = Spec::write(
        "discounts.delete",
        Method::DELETE,
        Auth::AccessToken,
        "List the discounts to see whether it is still there.",
    )
    .expects(&[StatusCode::NO_CONTENT]);

    fn target(&self) -> Target {
        Target::new("/v1/discounts/").segment("id", &self.id)
    }
}

/// Most of Polar's collections have a trailing slash; their members do not.
const PRODUCTS: &str = "/v1/products/";

#[derive(Serialize)]
struct Update<'a> {
    name: &'a str,
}

#[cfg(test)]
mod tests {
    use polar_testkit::script::{ScriptStep, ScriptedTransport};
    use polar_ureq::{
        Client, Config, Outcome, TransportError, TransportErrorKind, types::AccessToken,
    };

    use super::*;

    #[test]
    fn get_product_sends_the_access_token() {
        let (client, server) = scripted([ScriptStep::respond(200, PRODUCT)]);
        let product = client.call(GetProduct { id: id() }).unwrap();
        assert_eq!((product.id, &*product.name), (id(), "Team plan"));

        let trace = server.trace();
        let sent = trace.sent().next().unwrap();
        assert_eq!(sent.uri.path(), format!("/v1/products/{}", id()));
        assert_eq!(sent.headers["authorization"], "Bearer polar_oat_example");
    }

    #[test]
    fn list_products_uses_a_trailing_slash() {
        let page =
            format!(r#"{{"items":[{PRODUCT}],"pagination":{{"total_count":1,"max_page":1}}}}"#);
        let (client, server) = scripted([ScriptStep::respond(200, page)]);
        let products = client.call(ListProducts { page: 1 }).unwrap();
        assert_eq!(products.items[0].id, id());
        let trace = server.trace();
        let sent = trace.sent().next().unwrap();
        assert_eq!(sent.uri.path_and_query().unwrap(), "/v1/products/?page=1");
    }

    #[test]
    fn delete_discount_accepts_204_only() {
        let delete = || DeleteDiscount {
            id: "d8dd2de1".to_owned(),
        };
        let (client, server) =
            scripted([ScriptStep::respond(204, ""), ScriptStep::respond(202, "")]);
        client.call(delete()).unwrap();
        let trace = server.trace();
        assert_eq!(
            trace.sent().next().unwrap().uri.path(),
            "/v1/discounts/d8dd2de1"
        );
        // Any other 2xx is an error.
        let error = client.call(delete()).unwrap_err();
        assert_eq!(error.outcome(), Outcome::Unknown);
    }

    #[test]
    fn reads_are_repeated_and_writes_are_not() {
        let lost = || ScriptStep::fail(TransportError::unknown(TransportErrorKind::Interrupted));
        let (client, server) = scripted([lost(), ScriptStep::respond(200, PRODUCT), lost()]);
        client.call(GetProduct { id: id() }).unwrap();
        assert_eq!(server.remaining(), 1);

        let error = client.call(rename("Team plan 2027")).unwrap_err();
        assert_eq!(error.outcome(), Outcome::Unknown);
        assert!(error.next_step().unwrap().starts_with("Read the product"));
        assert_eq!(server.remaining(), 0);
    }

    #[test]
    fn rename_sends_the_name_only() {
        let (client, server) = scripted([ScriptStep::respond(200, PRODUCT)]);
        client.call(rename("Team plan")).unwrap();
        let trace = server.trace();
        let sent = trace.sent().next().unwrap();
        assert_eq!(sent.method, Method::PATCH);
        assert_eq!(&sent.body[..], br#"{"name":"Team plan"}"#);
    }

    #[test]
    fn short_names_are_not_sent() {
        let (client, server) = scripted([]);
        let error = client.call(rename(" x ")).unwrap_err();
        assert!(error.is_invalid());
        assert_eq!(server.trace().sent().count(), 0);
    }

    #[test]
    fn decode_errors_name_the_field() {
        let (client, _) = scripted([ScriptStep::respond(200, r#"{"id":7,"name":"Team plan"}"#)]);
        let error = client.call(GetProduct { id: id() }).unwrap_err();
        let cause = std::error::Error::source(&error).unwrap().to_string();
        assert!(cause.contains("`id`"), "{cause}");
    }

    fn scripted(steps: impl IntoIterator<Item = ScriptStep>) -> (Client, ScriptedTransport) {
        let server = ScriptedTransport::new(steps);
        let token = AccessToken::new("polar_oat_example").unwrap();
        let client = Client::new(server.clone(), Config::new().access_token(token));
        (client, server)
    }

    fn id() -> ProductId {
        "d8dd2de1-21b7-4a41-8bc3-ce909c0cfe23".parse().unwrap()
    }

    fn rename(name: &str) -> RenameProduct {
        RenameProduct {
            id: id(),
            name: name.to_owned(),
        }
    }

    const PRODUCT: &str = r#"{"id":"d8dd2de1-21b7-4a41-8bc3-ce909c0cfe23","name":"Team plan",
        "is_archived":false,"prices":[]}"#;
}
