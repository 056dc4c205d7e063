//! The secrets in any value.

use crate::value::{Value, View, fields, items};

/// A value of which the secrets can be found, to redact them elsewhere: any type of a request.
///
/// It cannot be implemented outside this crate.
#[doc(hidden)]
pub trait Secrets {
    /// Returns the texts of all secrets in it.
    fn secrets(&self) -> Vec<&str>;
}

impl<T: Value> Secrets for T {
    fn secrets(&self) -> Vec<&str> {
        let mut secrets = Vec::new();
        find(self.view(), &mut secrets);
        secrets
    }
}

fn find<'a>(view: View<'a>, secrets: &mut Vec<&'a str>) {
    match view {
        View::Secret(secret) => secrets.push(secret),
        View::Object(object) => {
            for (_, _, view) in fields(object) {
                find(view, secrets);
            }
        }
        View::Map(map) => map.each(&mut |_, view| find(view, secrets)),
        View::List(list) => {
            for view in items(list) {
                find(view, secrets);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::Secrets;
    use crate::{
        Patch, Secret,
        checkouts::Checkout,
        oauth2::{RefreshTokenRequest, TokenRequest},
        sample,
    };

    #[test]
    fn secrets_in_unions_and_nested_objects_are_found() {
        let tokens = RefreshTokenRequest::new("app", Secret::from("two")).client_secret("one");
        assert_eq!(TokenRequest::from(tokens.clone()).secrets(), ["one", "two"]);
        assert_eq!(vec![tokens].secrets(), ["one", "two"]);
        assert_eq!(Some(Secret::from("one")).secrets(), ["one"]);
        assert_eq!(Patch::Set(Secret::from("one")).secrets(), ["one"]);
        assert!(Patch::<Secret>::Keep.secrets().is_empty());
        let mut checkout: Checkout = sample();
        checkout.client_secret = Secret::from("three");
        assert!(checkout.secrets().contains(&"three"));
    }
}
