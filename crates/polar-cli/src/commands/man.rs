use std::{fs, path::PathBuf};

use clap::Args;

use crate::{
    failure::{Effect, Failure},
    session::Session,
};

/// Print the manual page, or write the pages of all commands
#[derive(Args)]
#[command(after_help = "\
Examples:
  polar-seats man | man -l -
  polar-seats man --out ~/.local/share/man/man1")]
pub(crate) struct Man {
    /// Write a page for each command into this folder
    #[arg(long, value_name = "FOLDER")]
    out: Option<PathBuf>,
}

impl Man {
    /// `whole` is the command line that the pages are about.
    pub(crate) fn run(
        &self,
        session: &mut Session<'_>,
        whole: clap::Command,
    ) -> Result<(), Failure> {
        let failed = |error| Failure::Local(format!("the pages cannot be written: {error}"));
        let Some(folder) = &self.out else {
            let mut page = Vec::new();
            clap_mangen::Man::new(whole)
                .render(&mut page)
                .map_err(failed)?;
            return session.say(&String::from_utf8_lossy(&page), Effect::Local);
        };
        fs::create_dir_all(folder).map_err(failed)?;
        clap_mangen::generate_to(whole, folder).map_err(failed)
    }
}
