//! The roster rejects an address only if the server does.

use bytes::Bytes;
use polar_mock::Mock;
use polar_roster::{Person, Roster};
use polar_types::Recipient;
use proptest::prelude::*;

/// The status of the response to the assignment of a seat to each of these addresses.
pub(crate) fn statuses<const N: usize>(emails: [&str; N]) -> [u16; N] {
    let mock = Mock::new();
    let acme = mock.organization("Acme");
    let team = acme.buyer("buyer@acme.com").subscription("Team", 9);
    emails.map(|email| {
        let body = serde_json::json!({"subscription_id": team.id(), "email": email}).to_string();
        let request = http::Request::post("/v1/customer-seats")
            .header(
                "authorization",
                format!("Bearer {}", acme.access_token().expose()),
            )
            .header("content-type", "application/json")
            .header("content-length", body.len())
            .body(Bytes::from(body))
            .unwrap();
        mock.handle(request).status().as_u16()
    })
}

fn server_accepts(email: &str) -> bool {
    match statuses([email]) {
        [200] => true,
        [422] => false,
        [status] => panic!("{status} for {email:?}"),
    }
}

fn roster_accepts(email: &str) -> bool {
    Roster::validate([Person::new(1, Recipient::email(email))])
        .invalid
        .is_empty()
}

proptest! {
    // The server accepts about one in seven of these addresses.
    #![proptest_config(ProptestConfig { max_global_rejects: 100_000, ..ProptestConfig::default() })]

    #[test]
    fn addresses_that_the_server_accepts_are_valid(
        email in prop_oneof![
            "[ -~]{0,8}@[a-z.@ -]{0,6}[.](com|de|test|Local)",
            "[a-z.<>\" ]{0,5}[<]?[a-zé.]{1,4}@[a-zü.]{1,5}[.]com[>]? ?",
            "[a-z]{240,250}@[a-z]{3,6}[.]com",
            "\\PC{0,12}@\\PC{0,8}",
        ],
    ) {
        prop_assume!(server_accepts(&email));
        prop_assert!(roster_accepts(&email), "{:?}", email);
    }
}

#[test]
fn common_typing_errors_are_invalid() {
    for email in [
        "ann",
        "ann@acme",
        "ann@acme,com",
        "ann acme@acme.com",
        "ann@@acme.com",
        "a@b.local",
    ] {
        assert!(!roster_accepts(email) && !server_accepts(email), "{email}");
    }
}
