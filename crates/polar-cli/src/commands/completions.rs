use clap::{Args, CommandFactory};
use clap_complete::{Shell, generate};

use crate::{
    args::Cli,
    failure::{Effect, Failure},
    session::Session,
};

/// Print a script that completes the commands in a shell
#[derive(Args)]
#[command(after_help = "\
Examples:
  polar-seats completions bash > ~/.local/share/bash-completion/completions/polar-seats
  polar-seats completions fish > ~/.config/fish/completions/polar-seats.fish")]
pub(crate) struct Completions {
    /// The shell
    #[arg(value_name = "SHELL")]
    shell: Shell,
}

impl Completions {
    pub(crate) fn run(&self, session: &mut Session<'_>) -> Result<(), Failure> {
        let mut script = Vec::new();
        generate(self.shell, &mut Cli::command(), "polar-seats", &mut script);
        session.say(&String::from_utf8_lossy(&script), Effect::Local)
    }
}
