//! Measures the time of every subject on this machine, in nanoseconds and megabytes per second.
//!
//! `cargo bench -p polar-bench --bench loops [-- NAME]`

use divan::{Bencher, counter::BytesCount};
use polar_bench::{Subject, subjects};

fn main() {
    divan::main();
}

#[divan::bench(args = subjects::all())]
fn time(bencher: Bencher<'_, '_>, subject: &Subject) {
    // The tests check that all subjects can be prepared.
    if let Ok(work) = subject.prepare() {
        let bytes = BytesCount::new(subject.bytes());
        bencher.counter(bytes).bench_local(work);
    }
}
