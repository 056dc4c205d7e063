//! The `polar-seats` program.

use std::{
    env,
    io::{self, Write},
    process::ExitCode,
    sync::Arc,
};

use anstream::{AutoStream, ColorChoice};
use polar_seats::{Stream, System, Terminal};

fn main() -> ExitCode {
    // Not locked, because the threads of a server also write to standard error.
    let (mut stdout, mut stderr) = (io::stdout(), io::stderr());
    let has_color = |choice| choice != ColorChoice::Never;
    let stdout_color = has_color(AutoStream::choice(&stdout));
    let stderr_color = has_color(AutoStream::choice(&stderr));
    polar_seats::run(System {
        args: env::args_os().collect(),
        env: &|name| env::var_os(name),
        stdin: &mut io::stdin().lock(),
        stdout: Stream::new(&mut stdout, stdout_color),
        stderr: Stream::new(&mut stderr, stderr_color),
        log: Arc::new(log),
        terminal: Terminal::of_process(),
    })
    .into()
}

/// Writes a line at once, so that lines of several threads do not mix. Errors are ignored, because
/// the exit status does not depend on log lines.
fn log(line: &str) {
    let _ = io::stderr().write_all(format!("{line}\n").as_bytes());
}
