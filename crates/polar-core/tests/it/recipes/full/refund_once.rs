use polar_core::{
    recipes::RefundOnceError,
    types::{
        Amount, Metadata, OrderId,
        refunds::{Refund, RefundCreate, RefundCreateReason, RefundStatus},
    },
};

use super::*;

const LIST: &str = "GET /v1/refunds/";
const CREATE: &str = "POST /v1/refunds/";

/// A refund of 10.00 with the metadata entry of a ticket.
fn refund(ticket: &str) -> Refund {
    let mut refund: Refund = sample();
    refund.status = RefundStatus::Succeeded;
    refund.amount = Amount::new(1000);
    refund.metadata = Metadata::try_from_pairs([("ticket", ticket)]).unwrap();
    refund
}

pub(super) fn request() -> RefundCreate {
    let order: OrderId = "67a53d4f-6cbb-465d-b521-31b71223e55d".parse().unwrap();
    let metadata = Metadata::try_from_pairs([("ticket", "4711")]).unwrap();
    RefundCreate::new(
        order,
        RefundCreateReason::CustomerRequest,
        Amount::new(1000),
    )
    .metadata(metadata)
}

fn run(steps: &dyn Fn() -> Vec<ScriptStep>) -> (String, Vec<String>) {
    let (result, requests) = run!(steps, |polar| polar
        .refunds()
        .refund_once(request(), "ticket"));
    (word(&result), requests)
}

#[test]
fn order_is_refunded_once() {
    let none = || page(&[refund("4710")]);
    let some = || page(&[refund("4710"), refund("4711")]);
    let full = || {
        refused(
            403,
            "RefundedAlready",
            r#""Order is already fully refunded""#,
        )
    };
    check(
        &[
            (
                &|| vec![none(), created(&refund("4711"))],
                "created",
                &[LIST, CREATE],
            ),
            (&|| vec![some()], "found", &[LIST]),
            // A lost response: the money may be on its way, so nothing is sent again.
            (
                &|| vec![none(), lost(), some()],
                "created",
                &[LIST, CREATE, LIST],
            ),
            (
                &|| vec![none(), lost(), none()],
                "Unknown",
                &[LIST, CREATE, LIST],
            ),
            (
                &|| vec![none(), lost(), limited()],
                "Unknown",
                &[LIST, CREATE, LIST],
            ),
            (
                &|| vec![none(), ScriptStep::never_respond(), some()],
                "created",
                &[LIST, CREATE, LIST],
            ),
            // The refund was created in the meantime, and nothing or too little is left.
            (
                &|| vec![none(), full(), some()],
                "found",
                &[LIST, CREATE, LIST],
            ),
            (
                &|| vec![none(), rule("amount"), some()],
                "found",
                &[LIST, CREATE, LIST],
            ),
            // Polar refuses.
            (
                &|| vec![none(), full(), none()],
                "Refused",
                &[LIST, CREATE, LIST],
            ),
            (
                &|| vec![none(), rule("amount"), none()],
                "Refused",
                &[LIST, CREATE, LIST],
            ),
            (
                &|| vec![none(), rule("order_id")],
                "Refused",
                &[LIST, CREATE],
            ),
            (&|| vec![none(), limited()], "RateLimited", &[LIST, CREATE]),
            (&|| vec![limited()], "RateLimited", &[LIST]),
        ],
        run,
    );
}

#[test]
fn refund_is_searched_on_all_pages_of_the_order() {
    let transport =
        ScriptedTransport::new([page_of(&[refund("4710")], 2), page_of(&[refund("4711")], 2)]);
    let client = blocking::Client::new(transport.clone(), config());
    let ensured = client.refunds().refund_once(request(), "ticket").unwrap();
    assert_eq!(ensured, Ensured::Found(refund("4711")));
    let trace = transport.trace();
    let queries: Vec<_> = trace.sent().map(|sent| sent.uri.query().unwrap()).collect();
    let order = "order_id=67a53d4f-6cbb-465d-b521-31b71223e55d";
    assert_eq!(
        queries,
        [
            format!("{order}&limit=100"),
            format!("{order}&page=2&limit=100")
        ]
    );
}

#[test]
fn unpaid_refund_does_not_count() {
    for status in [RefundStatus::Failed, RefundStatus::Canceled] {
        let mut unpaid = refund("4711");
        unpaid.status = status;
        let before = || page(&[unpaid.clone()]);
        check(
            &[
                (
                    &|| vec![before(), created(&refund("4711"))],
                    "created",
                    &[LIST, CREATE],
                ),
                (
                    &|| vec![before(), lost(), before()],
                    "Unknown",
                    &[LIST, CREATE, LIST],
                ),
            ],
            run,
        );
        let steps = [page::<Refund>(&[]), created(&unpaid)];
        let client = blocking::Client::new(ScriptedTransport::new(steps), config());
        let error = client
            .refunds()
            .refund_once(request(), "ticket")
            .unwrap_err();
        assert_eq!(error.outcome(), Outcome::NotDone);
        let RefundOnceError::NotPaid { refund } = error else {
            panic!("{error}");
        };
        assert_eq!(*refund, unpaid);
    }
}

#[test]
fn pending_refund_counts() {
    let mut pending = refund("4711");
    pending.status = RefundStatus::Pending;
    let (result, _) = run(&|| vec![page(&[pending.clone()])]);
    assert_eq!(result, "found");
}

#[test]
fn refund_of_another_amount_is_an_error() {
    let mut other = refund("4711");
    other.amount = Amount::new(500);
    let transport = ScriptedTransport::new([page(&[other.clone()])]);
    let client = blocking::Client::new(transport, config());
    let error = client
        .refunds()
        .refund_once(request(), "ticket")
        .unwrap_err();
    assert_eq!(error.outcome(), Outcome::Refused);
    assert_eq!(
        format!("{error:#}"),
        "the order has a refund with the same metadata entry and another amount. Use another \
         value for another refund."
    );
    let RefundOnceError::OtherAmount { refund } = error else {
        panic!("{error}");
    };
    assert_eq!(*refund, other);

    // It says nothing about a request that was sent before it was found.
    let steps = || vec![page::<Refund>(&[]), lost(), page(&[other.clone()])];
    assert_eq!(run(&steps).0, "Unknown");
}

#[test]
fn request_without_the_entry_is_not_sent() {
    let (result, requests) = run!(Vec::new, |polar| polar
        .refunds()
        .refund_once(request(), "order"));
    let (outcome, text) = result.unwrap_err();
    assert_eq!(outcome, Outcome::NotDone);
    assert!(text.contains("metadata lacks the entry"), "{text}");
    assert!(requests.is_empty());
}
