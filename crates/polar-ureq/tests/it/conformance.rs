use polar_testkit::conformance::{self, Capability};

use crate::server::transport;

#[test]
fn the_contract_of_the_seam_is_kept() {
    let report = conformance::blocking(transport);
    report.assert();
    for capability in [Capability::ReusesConnections, Capability::ReportsReuse] {
        assert!(report.has(capability), "{capability:?}");
    }
}
