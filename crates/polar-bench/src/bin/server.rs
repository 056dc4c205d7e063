//! Answers claims until it is killed, and prints where.

fn main() -> Result<(), polar_bench::Failure> {
    polar_bench::wire::serve()
}
