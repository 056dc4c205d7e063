//! All that it takes to know that a transport keeps the contract.

use example_third_transport::LegacyTransport;
use polar_testkit::conformance;

#[test]
fn the_transport_keeps_the_contract() -> Result<(), Box<dyn std::error::Error>> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let transport = runtime.block_on(async { LegacyTransport::new() })?;
    let report = conformance::asynchronous(|| transport.clone(), |task| runtime.block_on(task));
    println!("{report}");
    report.assert();
    Ok(())
}
