use super::*;

pub(super) fn run(
    seat: &Seat,
    steps: impl Fn() -> Vec<ScriptStep>,
) -> (Result<Seat, String>, Trace) {
    both(
        steps,
        |client| {
            client
                .customer_seats()
                .renew(seat)
                .map_err(|error| describe(&error))
        },
        async |client| {
            client
                .customer_seats()
                .renew(seat)
                .await
                .map_err(|error| describe(&error))
        },
    )
}

fn describe(error: &RenewError) -> String {
    match error {
        RenewError::NotStarted(error) => format!("not started: {error}"),
        RenewError::RevokeUnknown { request, error } => {
            format!("revoke unknown: {error}: {request:?}")
        }
        RenewError::Revoked { request, error } => format!("revoked: {error}: {request:?}"),
        RenewError::RevokedOther(seat) => format!("revoked other: {:?}", seat.customer_email),
        _ => unreachable!(),
    }
}

fn expired() -> Seat {
    let mut seat = seat(SeatStatus::Pending, "ann@acme.com");
    seat.seat_metadata = Some(SeatMetadata::from_json(r#"{"team":"a"}"#).unwrap());
    seat
}

#[test]
fn renew_revokes_and_assigns_again_with_the_metadata() {
    let new = seat(SeatStatus::Pending, "ann@acme.com");
    let steps = || {
        vec![
            listed(vec![expired()]),
            ok(&revoked("ann@acme.com")),
            ok(&new),
        ]
    };
    let (result, trace) = run(&expired(), steps);
    assert_eq!(result.unwrap(), new);
    let assign = trace.sent().last().unwrap();
    let body: serde_json::Value = serde_json::from_slice(&assign.body).unwrap();
    assert_eq!(body["email"], "ann@acme.com");
    assert_eq!(body["metadata"]["team"], "a");
}

#[test]
fn changed_seat_is_not_renewed() {
    for now in [
        vec![],
        vec![seat(SeatStatus::Claimed, "ann@acme.com")],
        vec![seat(SeatStatus::Pending, "ben@acme.com")],
    ] {
        let (result, trace) = run(&expired(), || vec![listed(now.clone())]);
        assert!(result.unwrap_err().starts_with("not started"));
        assert_eq!(trace.sent().count(), 1);
    }
}

#[test]
fn only_pending_seats_are_renewed() {
    let (result, trace) = run(&seat(SeatStatus::Claimed, "ann@acme.com"), Vec::new);
    assert!(result.unwrap_err().contains("must be pending"));
    assert!(trace.events().is_empty());
}

#[test]
fn failed_assignment_returns_the_request() {
    let steps = || {
        vec![
            listed(vec![expired()]),
            ok(&revoked("ann@acme.com")),
            api_error("SeatNotAvailable"),
        ]
    };
    let (result, _) = run(&expired(), steps);
    let error = result.unwrap_err();
    assert!(
        error.starts_with("revoked: ") && error.contains("ann@acme.com"),
        "{error}"
    );
}

#[test]
fn alternate_display_contains_cause_and_next_step() {
    let steps = vec![listed(vec![expired()]), api_error("FeatureNotEnabled")];
    let client = blocking::Client::new(ScriptedTransport::new(steps), config());
    let error = client.customer_seats().renew(&expired()).unwrap_err();
    assert_eq!(error.to_string(), "the invitation was not renewed");
    assert_eq!(
        format!("{error:#}"),
        "the invitation was not renewed: customer_seats.revoke failed: Polar returned 400 \
         FeatureNotEnabled: x. Enable seat-based pricing for the organization."
    );
    assert_eq!(error.outcome(), Outcome::Refused);
}

#[test]
fn lost_responses_are_resolved_at_each_step() {
    let new = seat(SeatStatus::Pending, "ann@acme.com");
    let steps = || {
        vec![
            listed(vec![expired()]),
            lost(),
            listed(vec![revoked("ann@acme.com")]),
            lost(),
            listed(vec![new.clone()]),
        ]
    };
    assert_eq!(run(&expired(), steps).0.unwrap(), new);
    let steps = || vec![listed(vec![expired()]), lost(), listed(vec![expired()])];
    let error = run(&expired(), steps).0.unwrap_err();
    assert!(error.starts_with("revoke unknown: "), "{error}");
    assert!(error.contains("may have been carried out"), "{error}");
    assert!(error.contains("ann@acme.com"), "{error}");
}

#[test]
fn metadata_too_large_to_assign_is_found_before_the_revoke() {
    let mut seat = expired();
    let long = format!(r#"{{"n":{}}}"#, "9".repeat(1100));
    seat.seat_metadata = Some(serde_json::from_str(&long).unwrap());
    let (result, trace) = run(&seat, || vec![listed(vec![seat.clone()])]);
    assert!(result.unwrap_err().starts_with("not started"));
    assert_eq!(trace.sent().count(), 1);
}
