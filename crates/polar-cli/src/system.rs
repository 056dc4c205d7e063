use std::{
    ffi::OsString,
    fmt,
    io::{self, IsTerminal, Read, Write},
    sync::Arc,
};

/// The system around the program: a real one, or a test's own.
pub struct System<'a> {
    /// The command line, the program's own name first.
    pub args: Vec<OsString>,
    /// Looks a variable of the environment up.
    ///
    /// The transports ask the process's own environment for proxies and trusted roots.
    pub env: &'a dyn Fn(&str) -> Option<OsString>,
    /// Where `-` in place of a token is read from.
    pub stdin: &'a mut dyn Read,
    /// Where results go, and nothing else.
    pub stdout: Stream<'a>,
    /// Where failures go.
    pub stderr: Stream<'a>,
    /// Where lines go that tell what is happening, from whichever thread; the standard error, too.
    pub log: Log,
    /// Where there is a person.
    pub terminal: Terminal,
}

/// Which of the standard streams are a terminal, with a person at it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Terminal {
    /// Somebody can be asked.
    pub stdin: bool,
    /// Results are shown to a person.
    pub stdout: bool,
    /// Somebody can be shown a bar.
    pub stderr: bool,
}

impl Terminal {
    /// The terminals of this process.
    #[must_use]
    pub fn of_process() -> Self {
        Self {
            stdin: io::stdin().is_terminal(),
            stdout: io::stdout().is_terminal(),
            stderr: io::stderr().is_terminal(),
        }
    }
}

/// Takes a line that tells what is happening.
pub type Log = Arc<dyn Fn(&str) + Send + Sync>;

impl fmt::Debug for System<'_> {
    /// Shows nothing of the command line and the environment, which may hold tokens.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("System").finish_non_exhaustive()
    }
}

/// An output, and whether it shows colors.
pub struct Stream<'a> {
    writer: &'a mut dyn Write,
    color: bool,
}

impl<'a> Stream<'a> {
    /// An output. `color` is for terminals that understand ANSI escapes.
    #[must_use]
    pub fn new(writer: &'a mut dyn Write, color: bool) -> Self {
        Self { writer, color }
    }

    pub(crate) const fn has_color(&self) -> bool {
        self.color
    }

    /// Writes all of a text, through to the other side.
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
