use std::{
    ffi::OsString,
    fmt,
    io::{self, Read, Write},
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
    /// Where everything else goes.
    pub stderr: Stream<'a>,
}

impl fmt::Debug for System<'_> {
    /// Shows nothing of the command line and the environment, which may hold tokens.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("System").finish_non_exhaustive()
    }
}

/// An output, and whether it shows colours.
pub struct Stream<'a> {
    writer: &'a mut dyn Write,
    colour: bool,
}

impl<'a> Stream<'a> {
    /// An output. `colour` is for terminals that understand ANSI escapes.
    #[must_use]
    pub fn new(writer: &'a mut dyn Write, colour: bool) -> Self {
        Self { writer, colour }
    }

    pub(crate) const fn colour(&self) -> bool {
        self.colour
    }

    /// Writes all of a text, through to the other side.
    pub(crate) fn put(&mut self, text: &str) -> io::Result<()> {
        self.writer.write_all(text.as_bytes())?;
        self.writer.flush()
    }
}

impl fmt::Debug for Stream<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stream")
            .field("colour", &self.colour)
            .finish_non_exhaustive()
    }
}
