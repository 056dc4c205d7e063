//! `polar-seats`: see the library of this package, or `polar-seats --help`.

use std::{
    env,
    io::{self, Write},
    process::ExitCode,
    sync::Arc,
};

use anstream::{AutoStream, ColorChoice};
use polar_cli::{Stream, System, Terminal};

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
        log: Arc::new(log),
        terminal: Terminal::of_process(),
    })
    .into()
}

/// One write for a whole line, so that lines of several threads do not mix. One that nobody can
/// read is lost; the exit code does not depend on it.
fn log(line: &str) {
    let _ = io::stderr().write_all(format!("{line}\n").as_bytes());
}
