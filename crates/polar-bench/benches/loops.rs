//! Times every subject, for a look at the machine at hand: nanoseconds, and megabytes a second.
//!
//! `cargo bench -p polar-bench --bench loops [-- NAME]`

use divan::{Bencher, counter::BytesCount};
use polar_bench::{Subject, subjects};

fn main() {
    divan::main();
}

#[divan::bench(args = subjects::all())]
fn time(bencher: Bencher<'_, '_>, subject: &Subject) {
    // The tests see to it that there is none that cannot be prepared.
    if let Ok(work) = subject.prepare() {
        let bytes = BytesCount::new(subject.bytes());
        bencher.counter(bytes).bench_local(work);
    }
}
