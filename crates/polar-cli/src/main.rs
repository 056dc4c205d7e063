//! `polar-seats`: see the library of this package, or `polar-seats --help`.

use std::{env, io, process::ExitCode};

use anstream::{AutoStream, ColorChoice};
use polar_cli::{Stream, System};

fn main() -> ExitCode {
    // Not locked: a server's threads write to the standard error, too.
    let (mut stdout, mut stderr) = (io::stdout(), io::stderr());
    let is_coloured = |choice| choice != ColorChoice::Never;
    let out_colour = is_coloured(AutoStream::choice(&stdout));
    let err_colour = is_coloured(AutoStream::choice(&stderr));
    polar_cli::run(System {
        args: env::args_os().collect(),
        env: &|name| env::var_os(name),
        stdin: &mut io::stdin().lock(),
        stdout: Stream::new(&mut stdout, out_colour),
        stderr: Stream::new(&mut stderr, err_colour),
    })
    .into()
}
