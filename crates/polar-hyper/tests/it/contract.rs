use polar_testkit::conformance::{self, Capability, Task};
use tokio::runtime::{Builder, Runtime};

use crate::support::transport;

#[test]
fn the_contract_of_transports_is_kept_with_one_thread() {
    keeps_the_contract_in(|| Builder::new_current_thread().enable_all().build().unwrap());
}

#[test]
fn the_contract_of_transports_is_kept_with_more_threads() {
    keeps_the_contract_in(|| {
        Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .unwrap()
    });
}

fn keeps_the_contract_in(runtime: impl Fn() -> Runtime) {
    let runtime = runtime();
    let report = conformance::asynchronous(transport, |task: Task<'_>| runtime.block_on(task));
    report.assert();
    for capability in [Capability::ReusesConnections, Capability::ReportsReuse] {
        assert!(report.has(capability), "{capability:?}");
    }
}
