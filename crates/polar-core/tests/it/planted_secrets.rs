//! The secrets of the whole API appear in no error and no `Debug`.

use polar_core::{
    Operation, benefits, checkouts, customer_portal as portal, license_keys, oauth2,
    types::{
        OrganizationId, Secret,
        benefits::{BenefitCreate, BenefitDiscordCreateProperties},
        checkouts::CheckoutUpdatePublic,
        license_keys::{LicenseKeyActivate, LicenseKeyValidate},
        oauth2::{
            AuthorizationCodeTokenRequest, IntrospectTokenRequest, RefreshTokenRequest,
            RevokeTokenRequest, TokenRequest,
        },
    },
};
use polar_testkit::script::ScriptStep;

use crate::{
    both_clients::{config, run, seat_id},
    secrets::{check, format_all},
};

const PLANTED: [&str; 3] = [
    "planted-secret-number-1-AbCdEfGh",
    "planted-secret-number-2-AbCdEfGh",
    // One secret may be a part of another.
    "planted-secret-number-1-AbCdEfGh-and-more",
];

/// Checks an operation that has the first of the planted secrets and no other.
fn check_planted<O: Operation + Clone + std::fmt::Debug>(operation: &O, count: usize)
where
    O::Output: std::fmt::Debug,
{
    let mut secrets = operation.secrets();
    secrets.sort_unstable();
    let mut planted: Vec<&str> = PLANTED.into_iter().take(count).collect();
    planted.sort_unstable();
    assert_eq!(secrets, planted, "{}", O::SPEC.name);
    let shown = format!("{operation:?} {operation:#?} {:?}", operation.target());
    for secret in secrets {
        assert!(!shown.contains(secret), "{shown}");
    }
    check(operation);
}

#[test]
fn every_secret_of_a_request_is_redacted() {
    let [one, two, three] = PLANTED.map(Secret::from);
    let id = || OrganizationId::new(seat_id().as_uuid());
    let by_code = AuthorizationCodeTokenRequest::new("app", one.clone(), "https://a.co");
    let by_code = by_code.client_secret(two.clone());
    let refresh = RefreshTokenRequest::new("app", one.clone()).client_secret(two.clone());
    let tokens = [
        TokenRequest::from(by_code.clone()),
        TokenRequest::from(refresh),
        TokenRequest::web("app", one.clone(), two.clone()),
    ];
    for request in tokens {
        check_planted(&oauth2::Token::new(request), 2);
    }
    let revoke = RevokeTokenRequest::new(one.clone(), "app", two.clone());
    check_planted(&oauth2::Revoke::new(revoke), 2);
    let introspect = IntrospectTokenRequest::new(one.clone(), "app", two.clone());
    check_planted(&oauth2::Introspect::new(introspect), 2);

    let validate = LicenseKeyValidate::new(one.clone(), id());
    check_planted(&license_keys::Validate::new(validate.clone()), 1);
    check_planted(&portal::license_keys::Validate::new(validate), 1);
    let activate = LicenseKeyActivate::new(one.clone(), id(), "laptop");
    check_planted(&license_keys::Activate::new(activate.clone()), 1);
    check_planted(&portal::license_keys::Activate::new(activate), 1);

    check_planted(&checkouts::GetPublic::new(one.clone()), 1);
    let update = CheckoutUpdatePublic::new();
    check_planted(&checkouts::UpdatePublic::new(one.clone(), update), 1);
    check_planted(&portal::customers::CheckEmailUpdate::new(one.clone()), 1);

    let discord = BenefitDiscordCreateProperties::new(one.clone(), "role", true);
    let discord = BenefitCreate::discord("a role", discord);
    check_planted(&benefits::Create::new(discord), 1);

    let mut overlapping = by_code;
    overlapping.code = three;
    overlapping.client_secret = Some(one);
    let operation = oauth2::Token::new(overlapping);
    assert_eq!(operation.secrets(), [PLANTED[0], PLANTED[2]]);
    let body = format!(
        r#"{{"error":"Nope","detail":"{} {}"}}"#,
        PLANTED[2], PLANTED[0]
    );
    let steps = || vec![ScriptStep::respond(400, body.clone())];
    let error = run(&config(), &operation, steps).0.unwrap_err();
    assert!(!format_all(&error).contains("and-more"), "{error}");
}
