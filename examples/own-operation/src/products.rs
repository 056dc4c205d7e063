//! Two operations on products, which the library does not have. A read is three short functions; a
//! write has a body too, and says how to settle a lost answer. This is the part to copy.

use polar_ureq::{
    Auth, DecodeError, Invalid, Operation, Reply, Spec, Target, bytes::Bytes, http::Method, json,
    types::ProductId,
};
use serde::{Deserialize, Serialize};

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

/// What we want to know of a product. Polar sends much more.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Product {
    pub(crate) id: ProductId,
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) is_archived: bool,
}

impl Operation for GetProduct {
    type Output = Product;
    // A read is tried again when its answer is lost.
    const SPEC: Spec = Spec::read("products.get", Method::GET, Auth::AccessToken);

    fn target(&self) -> Target {
        Target::new("/v1/products").segment("id", self.id)
    }

    fn decode(reply: &Reply) -> Result<Product, DecodeError> {
        json(reply)
    }
}

impl Operation for RenameProduct {
    type Output = Product;
    // A write is not: it is sent again only when it certainly was not carried out. The last words
    // are for the person who gets to see that it may have been.
    const SPEC: Spec = Spec::write(
        "products.update",
        Method::PATCH,
        Auth::AccessToken,
        "Read the product to see whether it has the new name.",
    );

    fn target(&self) -> Target {
        Target::new("/v1/products").segment("id", self.id)
    }

    fn body(&self) -> Result<Bytes, Invalid> {
        if self.name.trim().len() < 3 {
            return Err(Invalid::new("name", "must have three characters or more"));
        }
        let update = Update { name: &self.name };
        let body = serde_json::to_vec(&update);
        body.map(Bytes::from)
            .map_err(|_| Invalid::new("name", "cannot be written as JSON"))
    }

    fn decode(reply: &Reply) -> Result<Product, DecodeError> {
        json(reply)
    }
}

#[derive(Serialize)]
struct Update<'a> {
    name: &'a str,
}

#[cfg(test)]
mod tests {
    use polar_testkit::script::{ScriptedTransport, Step};
    use polar_ureq::{Client, Config, Fault, Outcome, TransportError, types::AccessToken};

    use super::*;

    #[test]
    fn a_product_is_read_with_the_organisations_token() {
        let (client, server) = playing([Step::reply(200, PRODUCT)]);
        let product = client.call(GetProduct { id: id() }).unwrap();
        assert_eq!((product.id, &*product.name), (id(), "Team plan"));

        let trace = server.trace();
        let sent = trace.sent().next().unwrap();
        assert_eq!(sent.uri.path(), format!("/v1/products/{}", id()));
        assert_eq!(sent.headers["authorization"], "Bearer polar_oat_example");
    }

    #[test]
    fn a_read_is_tried_again_and_a_write_is_not() {
        let lost = || Step::fail(TransportError::unknown(Fault::Interrupted));
        let (client, server) = playing([lost(), Step::reply(200, PRODUCT), lost()]);
        client.call(GetProduct { id: id() }).unwrap();
        assert_eq!(server.remaining(), 1);

        let error = client.call(rename("Team plan 2027")).unwrap_err();
        assert_eq!(error.outcome(), Outcome::Unknown);
        assert!(error.next_step().unwrap().starts_with("Read the product"));
        assert_eq!(server.remaining(), 0);
    }

    #[test]
    fn a_rename_sends_the_new_name_alone() {
        let (client, server) = playing([Step::reply(200, PRODUCT)]);
        client.call(rename("Team plan")).unwrap();
        let trace = server.trace();
        let sent = trace.sent().next().unwrap();
        assert_eq!(sent.method, Method::PATCH);
        assert_eq!(&sent.body[..], br#"{"name":"Team plan"}"#);
    }

    #[test]
    fn a_name_that_is_too_short_is_never_sent() {
        let (client, server) = playing([]);
        let error = client.call(rename(" x ")).unwrap_err();
        assert!(error.is_invalid());
        assert_eq!(server.trace().sent().count(), 0);
    }

    #[test]
    fn an_answer_of_another_form_names_the_place() {
        let (client, _) = playing([Step::reply(200, r#"{"id":7,"name":"Team plan"}"#)]);
        let error = client.call(GetProduct { id: id() }).unwrap_err();
        let cause = std::error::Error::source(&error).unwrap().to_string();
        assert!(cause.contains("`id`"), "{cause}");
    }

    fn playing(steps: impl IntoIterator<Item = Step>) -> (Client, ScriptedTransport) {
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
