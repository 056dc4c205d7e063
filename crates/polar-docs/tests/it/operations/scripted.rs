//! The pages of the recipes for what the mock does not have, over scripts of responses.

use polar_core::{
    Client, Config, TransportError, TransportErrorKind, blocking,
    types::{
        AccessToken, Amount, Metadata, RawJson, SubscriptionStatus,
        checkouts::{Checkout, CheckoutProduct, CheckoutStatus},
        customers::Customer,
        events::EventsIngestResponse,
        license_keys::{LicenseKeyActivationSummary, LicenseKeyWithActivations},
        refunds::{Refund, RefundStatus},
        sample,
        subscriptions::Subscription,
    },
};
use polar_testkit::script::{ScriptStep, ScriptedTransport, block_on};
use serde_json::{Value, json};

use super::{
    case::CaseResult,
    page::Page,
    wire::{Exchange, Recorder, Shown},
    with_single_spaces,
};
use crate::code;

/// One page: the responses, and its function for each client.
pub(super) struct Scripted {
    pub(super) page: &'static str,
    steps: fn() -> Vec<ScriptStep>,
    asynchronous: fn(&Client) -> CaseResult,
    blocking: fn(&blocking::Client) -> CaseResult,
}

macro_rules! scripted {
    ($($page:literal: $module:ident::$function:ident ($($argument:expr),*) over $steps:expr;)*) => {
        &[$(Scripted {
            page: $page,
            steps: || $steps.into(),
            asynchronous: |polar| {
                _ = block_on(code::$module::hyper::$function(polar, $($argument),*))?;
                Ok(())
            },
            blocking: |polar| {
                _ = code::$module::ureq::$function(polar, $($argument),*)?;
                Ok(())
            },
        }),*]
    };
}

pub(super) const SCRIPTED: &[Scripted] = scripted! {
    "recipes/full/create_once":
        recipes_full_create_once::checkout(sample::<CheckoutProduct>().id, "c-981")
        over [page_of(&json!([])), lost(), page_of(&json!([checkout()]))];
    "recipes/full/ensure_activated":
        recipes_full_ensure_activated::activate(sample(), sample(), license_key(&[]).key)
        over [ok(&json!(license_key(&[]))), lost(), ok(&json!(license_key(&["laptop-7f3a"])))];
    "recipes/full/ensure_canceled": recipes_full_ensure_canceled::cancel(sample())
        over [ok(&json!(subscription(false))), lost(), ok(&json!(subscription(true)))];
    "recipes/full/get_or_create": recipes_full_get_or_create::customer("ann@globex.com")
        over [not_found(), lost(), ok(&json!(sample::<Customer>()))];
    "recipes/full/ingest_once":
        recipes_full_ingest_once::ingest(RawJson::from_json(r#"{"tokens":7}"#)?)
        over [lost(), ok(&json!(sample::<EventsIngestResponse>()))];
    "recipes/full/refund_once": recipes_full_refund_once::refund(sample())
        over [page_of(&json!([])), lost(), page_of(&json!([refund()]))];
};

#[test]
fn scripted_pages_show_the_real_exchanges_of_both_clients() {
    for case in SCRIPTED {
        let script = ScriptedTransport::new((case.steps)());
        let recorder = Recorder::new(script.clone());
        let polar = Client::new(recorder.clone(), config());
        (case.asynchronous)(&polar).unwrap();
        assert_eq!(script.remaining(), 0, "{}", case.page);
        let exchanges = recorder.exchanges();

        let recorder = Recorder::new(ScriptedTransport::new((case.steps)()));
        let polar = blocking::Client::new(recorder.clone(), config());
        (case.blocking)(&polar).unwrap();
        let same = bodies_without_random_ids(&exchanges);
        assert_eq!(same, bodies_without_random_ids(&recorder.exchanges()));

        let shown = exchanges.iter().map(|one| Shown::of(one, &[]).brief);
        let [trace] = Page::named(case.page).blocks("text")[..] else {
            panic!("{} shows no exchanges", case.page);
        };
        let trace: Vec<_> = trace.lines().map(with_single_spaces).collect();
        assert_eq!(trace, shown.collect::<Vec<_>>(), "{}", case.page);
    }
}

fn config() -> Config {
    let token = AccessToken::new("polar_oat_example").unwrap();
    Config::new().access_token(token)
}

/// The requests, without the external ids that are generated for events.
fn bodies_without_random_ids(exchanges: &[Exchange]) -> Vec<String> {
    let text = exchanges.iter().map(|exchange| {
        let body = String::from_utf8_lossy(&exchange.body);
        let mut pieces = body.split(r#""external_id":""#);
        let first = pieces.next().unwrap_or_default().to_owned();
        let rest = pieces.filter_map(|piece| piece.split_once('"'));
        let rest: String = rest.map(|(_, rest)| rest).collect();
        format!("{} {first}{rest}", exchange.line)
    });
    text.collect()
}

fn ok(value: &Value) -> ScriptStep {
    ScriptStep::respond(200, value.to_string())
}

fn not_found() -> ScriptStep {
    ScriptStep::respond(404, r#"{"error":"ResourceNotFound","detail":"Not found"}"#)
}

fn lost() -> ScriptStep {
    ScriptStep::fail(TransportError::unknown(TransportErrorKind::Interrupted))
}

fn page_of(items: &Value) -> ScriptStep {
    let pagination = json!({"total_count": 1, "max_page": 1});
    ok(&json!({"items": items, "pagination": pagination}))
}

fn checkout() -> Checkout {
    let mut checkout: Checkout = sample();
    checkout.status = CheckoutStatus::Open;
    checkout.metadata = Metadata::try_from_pairs([("cart", "c-981")]).unwrap();
    checkout
}

fn license_key(labels: &[&str]) -> LicenseKeyWithActivations {
    let mut key: LicenseKeyWithActivations = sample();
    let activation = |label: &&str| {
        let mut activation: LicenseKeyActivationSummary = sample();
        activation.label = (*label).into();
        activation
    };
    key.activations = labels.iter().map(activation).collect();
    key
}

fn subscription(is_canceled: bool) -> Subscription {
    let mut subscription: Subscription = sample();
    subscription.status = SubscriptionStatus::Active;
    subscription.cancel_at_period_end = is_canceled;
    subscription.ends_at = None;
    subscription.ended_at = None;
    subscription
}

fn refund() -> Refund {
    let mut refund: Refund = sample();
    refund.status = RefundStatus::Succeeded;
    refund.amount = Amount::new(1000);
    refund.metadata = Metadata::try_from_pairs([("ticket", "4711")]).unwrap();
    refund
}
