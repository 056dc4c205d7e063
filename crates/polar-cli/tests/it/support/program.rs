use std::{
    fs,
    io::Write,
    path::Path,
    process::{Child, Command, Stdio},
};

use serde_json::Value;
use tempfile::TempDir;

/// A run of `polar-seats` with an empty environment.
pub(crate) struct Program {
    command: Command,
    stdin: Vec<u8>,
    temporary: TempDir,
}

/// The exit code and the output of a run.
pub(crate) struct RunOutput {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    temporary: TempDir,
}

impl Program {
    pub(crate) fn new<S: AsRef<str>>(args: impl IntoIterator<Item = S>) -> Self {
        let temporary = tempfile::tempdir().unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_polar-seats"));
        command.args(args.into_iter().map(|arg| arg.as_ref().to_owned()));
        command
            .env_clear()
            .env("TMPDIR", temporary.path())
            .current_dir(temporary.path());
        Self {
            command,
            stdin: Vec::new(),
            temporary,
        }
    }

    pub(crate) fn at(self, base_url: &str) -> Self {
        self.env("POLAR_BASE_URL", base_url)
    }

    pub(crate) fn within(mut self, folder: &Path) -> Self {
        self.command.current_dir(folder);
        self
    }

    /// Starts the program, for tests that stop it.
    pub(crate) fn start(self) -> Child {
        self.start_into(Stdio::piped())
    }

    /// Starts the program with another standard output.
    pub(crate) fn start_into(mut self, stdout: Stdio) -> Child {
        self.command
            .stdin(Stdio::null())
            .stdout(stdout)
            .stderr(Stdio::piped());
        self.command.spawn().unwrap()
    }

    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    pub(crate) fn args<S: AsRef<str>>(mut self, args: impl IntoIterator<Item = S>) -> Self {
        self.command
            .args(args.into_iter().map(|arg| arg.as_ref().to_owned()));
        self
    }

    pub(crate) fn stdin(mut self, stdin: impl Into<Vec<u8>>) -> Self {
        self.stdin = stdin.into();
        self
    }

    /// Limits the size of files, as if the disk were full.
    #[cfg(target_os = "linux")]
    pub(crate) fn with_small_files(mut self) -> Self {
        let mut shell = Command::new("sh");
        shell
            .args(["-c", "trap '' XFSZ; ulimit -f 2; exec \"$0\" \"$@\""])
            .arg(self.command.get_program())
            .args(self.command.get_args())
            .env_clear();
        for (name, value) in self.command.get_envs() {
            shell.env(name, value.unwrap_or_default());
        }
        if let Some(folder) = self.command.get_current_dir() {
            shell.current_dir(folder);
        }
        self.command = shell;
        self
    }

    /// Runs the program, and checks that its output contains no secret.
    pub(crate) fn run(self) -> RunOutput {
        self.run_into(Stdio::piped())
    }

    /// Runs the program with another standard output.
    pub(crate) fn run_into(mut self, stdout: Stdio) -> RunOutput {
        self.command
            .stdin(Stdio::piped())
            .stdout(stdout)
            .stderr(Stdio::piped());
        let mut child = self.command.spawn().unwrap();
        // A program that does not read may have exited already.
        let _ = child.stdin.take().unwrap().write_all(&self.stdin);
        let output = child.wait_with_output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        let output = RunOutput {
            code: output.status.code().expect("an exit, not a signal"),
            stdout: text(output.stdout),
            stderr: text(output.stderr),
            temporary: self.temporary,
        };
        for secret in ["CANARY", "GRANTED"] {
            assert!(
                !output.stderr.contains(secret),
                "{secret}: {}",
                output.stderr
            );
        }
        assert!(!output.stdout.contains("CANARY"), "{}", output.stdout);
        output
    }
}

impl RunOutput {
    /// Returns the JSON that a successful run prints.
    #[track_caller]
    pub(crate) fn result(&self) -> Value {
        serde_json::from_str(self.text()).unwrap()
    }

    /// Returns the text that a successful run prints.
    #[track_caller]
    pub(crate) fn text(&self) -> &str {
        let (code, stderr) = (self.code, self.stderr.as_str());
        assert_eq!((code, stderr), (0, ""), "{}", self.stdout);
        assert!(self.stdout.ends_with('\n'), "{:?}", self.stdout);
        &self.stdout
    }

    /// Returns the JSON error that a failed run prints.
    #[track_caller]
    pub(crate) fn error(&self) -> Value {
        assert_ne!(self.code, 0);
        assert_eq!(self.stdout, "");
        let mut document: Value = serde_json::from_str(&self.stderr).unwrap();
        assert_eq!(document.as_object().unwrap().len(), 1, "{document}");
        document["error"].take()
    }

    /// Returns the error text that a failed run prints.
    #[track_caller]
    pub(crate) fn error_text(&self) -> &str {
        assert_ne!(self.code, 0);
        assert_eq!(self.stdout, "");
        assert!(self.stderr.starts_with("error: "), "{}", self.stderr);
        &self.stderr
    }

    /// Returns the files in the temporary directory.
    pub(crate) fn files(&self) -> Vec<std::path::PathBuf> {
        let entries = fs::read_dir::<&Path>(self.temporary.path()).unwrap();
        entries.map(|entry| entry.unwrap().path()).collect()
    }
}
