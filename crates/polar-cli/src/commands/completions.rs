use clap::Args;
use clap_complete::{Shell, generate};

use crate::{
    context::Context,
    error::{CliError, Effect},
};

/// Print a script that completes the commands in a shell
#[derive(Args)]
#[command(after_help = "\
Examples:
  polar-seats completions bash \\
    > ~/.local/share/bash-completion/completions/polar-seats
  polar-seats completions fish \\
    > ~/.config/fish/completions/polar-seats.fish")]
pub(crate) struct Completions {
    /// The shell
    #[arg(value_name = "SHELL")]
    shell: Shell,
}

impl Completions {
    /// `whole` is the command line that the script completes.
    pub(crate) fn run(
        &self,
        context: &mut Context<'_>,
        mut whole: clap::Command,
    ) -> Result<(), CliError> {
        let mut script = Vec::new();
        generate(self.shell, &mut whole, "polar-seats", &mut script);
        // For bash, clap_complete spells the program's hyphen in two ways, so that nothing after a
        // subcommand would be completed. Other scripts hold neither.
        let script =
            String::from_utf8_lossy(&script).replace("polar__subcmd__seats", "polar__seats");
        context.print(&script, Effect::Local)
    }
}
