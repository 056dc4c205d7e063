//! Answers claims until it is killed, and prints where: `server [FILE]`. With a file it speaks TLS, and
//! writes into the file whom its clients have to trust.

use std::path::PathBuf;

fn main() -> Result<(), polar_bench::Failure> {
    let roots = std::env::args_os().nth(1).map(PathBuf::from);
    polar_bench::wire::serve(roots.as_deref())
}
