//! Runs the conformance suite against the transport.

use example_third_transport::LegacyTransport;
use polar_testkit::conformance;

#[test]
fn transport_passes_the_conformance_suite() -> Result<(), Box<dyn std::error::Error>> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let transport = runtime.block_on(async { LegacyTransport::new() })?;
    let report = conformance::asynchronous(|| transport.clone(), |task| runtime.block_on(task));
    println!("{report}");
    report.assert();
    Ok(())
}
