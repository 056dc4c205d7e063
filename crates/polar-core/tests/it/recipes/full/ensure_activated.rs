use polar_core::{
    recipes::EnsureActivatedError,
    types::{
        LicenseKeyId, OrganizationId,
        benefits::{BenefitLicenseKeysSubscriberProperties, BenefitType},
        customer_portal::benefit_grants::{
            PortalBenefitGrant, PortalBenefitGrantBenefitProperties,
        },
        license_keys::{
            LicenseKeyActivate, LicenseKeyActivation, LicenseKeyActivationSummary,
            LicenseKeyStatus, LicenseKeyWithActivations,
        },
    },
};

use super::*;
use crate::both_clients::{ACCESS_TOKEN, SESSION_TOKEN, session};

const ID: &str = "6ea55abd-f550-4aa6-b6b7-8c6782e547c0";
const GET: &str = "GET /v1/license-keys/6ea55abd-f550-4aa6-b6b7-8c6782e547c0";
const ACTIVATE: &str = "POST /v1/license-keys/activate";
const PORTAL_ACTIVATE: &str = "POST /v1/customer-portal/license-keys/activate";

pub(super) fn id() -> LicenseKeyId {
    ID.parse().unwrap()
}

/// A license key that allows two activations and has these.
fn key(labels: &[&str]) -> LicenseKeyWithActivations {
    let mut key: LicenseKeyWithActivations = sample();
    key.key = "ACME-0000".into();
    key.expires_at = None;
    key.limit_activations = Some(2);
    let activation = |label: &&str| LicenseKeyActivationSummary::from(activation(label));
    key.activations = labels.iter().map(activation).collect();
    key
}

fn activation(label: &str) -> LicenseKeyActivation {
    let mut activation: LicenseKeyActivation = sample();
    activation.label = label.into();
    activation
}

/// The response to an activation.
fn activated(label: &str) -> ScriptStep {
    ok(&activation(label))
}

pub(super) fn request(label: &str) -> LicenseKeyActivate {
    let organization: OrganizationId = "047ad038-e863-4edf-9527-cd68b5300f5c".parse().unwrap();
    LicenseKeyActivate::new("ACME-0000", organization, label)
}

fn not_permitted() -> ScriptStep {
    refused(
        403,
        "NotPermitted",
        r#""License key activation limit already reached""#,
    )
}

fn run(steps: &dyn Fn() -> Vec<ScriptStep>) -> (String, Vec<String>) {
    let request = || request("laptop");
    let (result, requests) = run!(steps, |polar| polar
        .license_keys()
        .ensure_activated(id(), request()));
    (word(&result), requests)
}

#[test]
fn label_is_found_or_activated_once() {
    let none = || ok(&key(&["phone"]));
    let some = || ok(&key(&["phone", "laptop"]));
    check(
        &[
            (&|| vec![some()], "found", &[GET]),
            (
                &|| vec![none(), activated("laptop")],
                "created",
                &[GET, ACTIVATE],
            ),
            // A lost response.
            (
                &|| vec![none(), lost(), some()],
                "created",
                &[GET, ACTIVATE, GET],
            ),
            (
                &|| vec![none(), lost(), none()],
                "Unknown",
                &[GET, ACTIVATE, GET],
            ),
            (
                &|| vec![none(), lost(), limited()],
                "Unknown",
                &[GET, ACTIVATE, GET],
            ),
            (
                &|| vec![none(), ScriptStep::never_respond(), some()],
                "created",
                &[GET, ACTIVATE, GET],
            ),
            // Another caller activated the label in the meantime, which reached the limit.
            (
                &|| vec![none(), not_permitted(), some()],
                "found",
                &[GET, ACTIVATE, GET],
            ),
            // Polar refuses.
            (&|| vec![not_found()], "Refused", &[GET]),
            (&|| vec![none(), not_found()], "Refused", &[GET, ACTIVATE]),
            (&|| vec![none(), limited()], "RateLimited", &[GET, ACTIVATE]),
        ],
        run,
    );
}

#[test]
fn reached_limit_is_an_error_with_the_activations() {
    let steps = [
        ok(&key(&["phone", "desk"])),
        not_permitted(),
        ok(&key(&["phone", "desk"])),
    ];
    let client = blocking::Client::new(ScriptedTransport::new(steps), config());
    let keys = client.license_keys();
    let error = keys.ensure_activated(id(), request("laptop")).unwrap_err();
    assert_eq!(error.outcome(), Outcome::Refused);
    assert_eq!(
        format!("{error:#}"),
        "the license key has as many activations as it allows. Deactivate an installation that is \
         no longer used."
    );
    let EnsureActivatedError::LimitReached { activations } = error else {
        panic!("{error}");
    };
    let labels: Vec<_> = activations.iter().map(|one| &*one.label).collect();
    assert_eq!(labels, ["phone", "desk"]);
}

#[test]
fn other_reasons_are_not_reported_as_the_limit() {
    let full = || key(&["phone", "desk"]);
    let mut disabled = full();
    disabled.status = LicenseKeyStatus::Disabled;
    let mut expired = full();
    expired.expires_at = Some("2020-01-01T00:00:00Z".into());
    let mut unlimited = full();
    unlimited.limit_activations = None;
    let free = key(&["phone"]);
    for key in [disabled, expired, unlimited, free] {
        let steps = || vec![ok(&key), not_permitted(), ok(&key)];
        let request = || request("laptop");
        let (result, _) = run!(steps, |polar| polar
            .license_keys()
            .ensure_activated(id(), request()));
        let (outcome, text) = result.unwrap_err();
        assert_eq!(outcome, Outcome::Refused);
        assert!(text.starts_with("license_keys.activate failed: "), "{text}");
        assert!(!text.contains("ACME"), "{text}");
    }
}

/// Calls the recipe of the portal with both clients.
fn in_portal(steps: impl Fn() -> Vec<ScriptStep>) -> (String, Trace) {
    let session = session();
    both(
        steps,
        |polar| {
            let keys = polar.customer_portal(&session).license_keys();
            let result = keys.ensure_activated(id(), request("laptop"));
            word(&result.map_err(|error| (error.outcome(), String::new())))
        },
        async |polar| {
            let keys = polar.customer_portal(&session).license_keys();
            let result = keys.ensure_activated(id(), request("laptop")).await;
            word(&result.map_err(|error| (error.outcome(), String::new())))
        },
    )
}

/// The grants of the benefit, which say whether the portal shows activations.
fn grants(shows: bool) -> ScriptStep {
    let mut grant: PortalBenefitGrant = sample();
    let mut properties: BenefitLicenseKeysSubscriberProperties = sample();
    properties
        .activations
        .as_mut()
        .unwrap()
        .enable_customer_admin = shows;
    grant.benefit.kind = BenefitType::LicenseKeys;
    grant.benefit.properties = PortalBenefitGrantBenefitProperties::LicenseKeys(properties);
    page(&[grant])
}

#[test]
fn portal_reads_with_the_session_and_activates_without_a_token() {
    let steps = || vec![ok(&key(&["phone"])), lost(), ok(&key(&["phone", "laptop"]))];
    let (result, trace) = in_portal(steps);
    assert_eq!(result, "created");
    let get = format!("GET /v1/customer-portal/license-keys/{ID}");
    assert_eq!(methods(&trace), [&get, PORTAL_ACTIVATE, &get]);
    let tokens: Vec<_> = trace
        .sent()
        .map(|sent| sent.headers.get("authorization"))
        .collect();
    let bearer = format!("Bearer {SESSION_TOKEN}");
    assert_eq!(tokens[0].unwrap(), &bearer);
    assert_eq!(tokens[1], None);
    assert!(!format!("{tokens:?}").contains(ACCESS_TOKEN));
}

#[test]
fn portal_that_hides_activations_is_an_error_before_the_activation() {
    let get = format!("GET /v1/customer-portal/license-keys/{ID}");
    let list = "GET /v1/customer-portal/benefit-grants/";
    let none = || ok(&key(&[]));
    for (grants, expected, requests) in [
        (
            vec![grants(true), activated("laptop")],
            "created",
            vec![&*get, list, PORTAL_ACTIVATE],
        ),
        (vec![grants(false)], "NotDone", vec![&*get, list]),
        (
            vec![page::<PortalBenefitGrant>(&[])],
            "NotDone",
            vec![&*get, list],
        ),
        (vec![limited()], "RateLimited", vec![&*get, list]),
    ] {
        let transport = ScriptedTransport::new(std::iter::once(none()).chain(grants));
        let client = blocking::Client::new(transport.clone(), config());
        let session = session();
        let keys = client.customer_portal(&session).license_keys();
        let result = keys.ensure_activated(id(), request("laptop"));
        let result = result.map_err(|error| (error.outcome(), String::new()));
        assert_eq!(word(&result), expected);
        assert_eq!(methods(&transport.trace()), requests);
    }
}

#[test]
fn labels_and_ids_that_prove_nothing_are_invalid() {
    let nameless = || request("");
    let (result, requests) = run!(Vec::new, |polar| polar
        .license_keys()
        .ensure_activated(id(), nameless()));
    assert!(result.unwrap_err().1.contains("label must not be empty"));
    assert!(requests.is_empty());

    let mut other = key(&["laptop"]);
    other.key = "ACME-1111".into();
    let request = || request("laptop");
    let (result, requests) = run!(|| vec![ok(&other)], |polar| polar
        .license_keys()
        .ensure_activated(id(), request()));
    let (outcome, text) = result.unwrap_err();
    assert_eq!(outcome, Outcome::NotDone);
    assert!(
        text.contains("license_key is the id of another license key"),
        "{text}"
    );
    assert_eq!(requests, [GET]);
}
