use std::{
    ffi::OsString,
    fmt,
    io::{self, IsTerminal, Read, Write},
    sync::Arc,
};

/// The arguments, environment and streams of the program.
pub struct System<'a> {
    /// The arguments, starting with the program's name.
    pub args: Vec<OsString>,
    /// Returns an environment variable.
    ///
    /// The transports read proxies and certificates from the environment of the process instead.
    pub env: &'a dyn Fn(&str) -> Option<OsString>,
    /// Standard input.
    pub stdin: &'a mut dyn Read,
    /// Standard output, for results only.
    pub stdout: Stream<'a>,
    /// Standard error, for errors.
    pub stderr: Stream<'a>,
    /// Writes log lines to standard error, from any thread.
    pub log: Log,
    /// Which streams are terminals.
    pub terminal: Terminal,
}

/// Which of the standard streams are terminals.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Terminal {
    /// Standard input: the program can ask questions.
    pub stdin: bool,
    /// Standard output: a person reads the results.
    pub stdout: bool,
    /// Standard error: the program can draw a progress bar.
    pub stderr: bool,
}

impl Terminal {
    /// Returns the terminals of this process.
    #[must_use]
    pub fn of_process() -> Self {
        Self {
            stdin: io::stdin().is_terminal(),
            stdout: io::stdout().is_terminal(),
            stderr: io::stderr().is_terminal(),
        }
    }
}

/// Writes a log line.
pub type Log = Arc<dyn Fn(&str) + Send + Sync>;

impl fmt::Debug for System<'_> {
    /// Omits the arguments and the environment, which may contain tokens.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("System").finish_non_exhaustive()
    }
}

/// An output stream, with or without colors.
pub struct Stream<'a> {
    writer: &'a mut dyn Write,
    color: bool,
}

impl<'a> Stream<'a> {
    /// Creates a stream. With `color`, text may contain ANSI escape sequences.
    #[must_use]
    pub fn new(writer: &'a mut dyn Write, color: bool) -> Self {
        Self { writer, color }
    }

    pub(crate) const fn has_color(&self) -> bool {
        self.color
    }

    /// Writes and flushes text.
    pub(crate) fn write(&mut self, text: &str) -> io::Result<()> {
        self.writer.write_all(text.as_bytes())?;
        self.writer.flush()
    }
}

impl fmt::Debug for Stream<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stream")
            .field("color", &self.color)
            .finish_non_exhaustive()
    }
}
