use polar_testkit::conformance::{self, Capability};

use crate::minimal::Minimal;

#[test]
fn a_minimal_transport_passes() {
    let report = conformance::blocking(Minimal::default);
    report.assert();
    assert!(!report.shows(Capability::KeepsConnections));
    assert!(!report.shows(Capability::TellsReuse));
}

#[test]
fn a_transport_that_keeps_connections_passes() {
    let report = conformance::blocking(Minimal::keeping);
    report.assert();
    assert!(report.shows(Capability::KeepsConnections));
    assert!(report.shows(Capability::TellsReuse));
}
