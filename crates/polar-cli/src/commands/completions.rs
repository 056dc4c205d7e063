use clap::Args;
use clap_complete::{Shell, generate};

use crate::{
    context::Context,
    error::{CliError, Effect},
};

/// Print a shell completion script
#[derive(Args)]
#[command(after_help = "\
Examples:
  polar-seats completions bash \\
    > ~/.local/share/bash-completion/completions/polar-seats
  polar-seats completions fish \\
    > ~/.config/fish/completions/polar-seats.fish")]
pub(crate) struct Completions {
    /// Shell to complete commands in
    #[arg(value_name = "SHELL")]
    shell: Shell,
}

impl Completions {
    pub(crate) fn run(
        &self,
        context: &mut Context<'_>,
        mut command: clap::Command,
    ) -> Result<(), CliError> {
        let mut script = Vec::new();
        generate(self.shell, &mut command, "polar-seats", &mut script);
        // For bash, clap_complete writes the hyphen in the program's name in two ways, and so would
        // complete nothing after a subcommand. Other scripts contain neither form.
        let script =
            String::from_utf8_lossy(&script).replace("polar__subcmd__seats", "polar__seats");
        context.print(&script, Effect::Local)
    }
}
