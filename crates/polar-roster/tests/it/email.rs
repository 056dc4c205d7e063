//! Never stricter than the server: what is found wrong here is refused there.

use bytes::Bytes;
use polar_mock::Mock;
use polar_roster::{Person, Roster};
use polar_types::Recipient;
use proptest::prelude::*;

/// What the server answers when seats are assigned to these, one after the other.
pub(crate) fn answers<const N: usize>(emails: [&str; N]) -> [u16; N] {
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

fn server_takes(email: &str) -> bool {
    match answers([email]) {
        [200] => true,
        [422] => false,
        [status] => panic!("{status} for {email:?}"),
    }
}

fn roster_takes(email: &str) -> bool {
    Roster::sift([Person::new(1, Recipient::email(email))])
        .faults
        .is_empty()
}

proptest! {
    // The server takes about one address in seven of these.
    #![proptest_config(ProptestConfig { max_global_rejects: 100_000, ..ProptestConfig::default() })]

    #[test]
    fn an_address_that_the_server_takes_is_never_refused_here(
        email in prop_oneof![
            "[ -~]{0,8}@[a-z.@ -]{0,6}[.](com|de|test|Local)",
            "[a-z.<>\" ]{0,5}[<]?[a-zé.]{1,4}@[a-zü.]{1,5}[.]com[>]? ?",
            "[a-z]{240,250}@[a-z]{3,6}[.]com",
            "\\PC{0,12}@\\PC{0,8}",
        ],
    ) {
        prop_assume!(server_takes(&email));
        prop_assert!(roster_takes(&email), "{:?}", email);
    }
}

#[test]
fn most_slips_of_the_pen_are_found() {
    for email in [
        "ann",
        "ann@acme",
        "ann@acme,com",
        "ann acme@acme.com",
        "ann@@acme.com",
        "a@b.local",
    ] {
        assert!(!roster_takes(email) && !server_takes(email), "{email}");
    }
}
