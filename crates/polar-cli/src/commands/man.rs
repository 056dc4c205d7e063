use std::{
    fs, io,
    path::{Path, PathBuf},
};

use clap::{Args, Command, builder::Resettable};
use clap_mangen::roff::{Roff, bold, roman};

use crate::{
    context::Context,
    error::{CliError, Effect},
};

/// Print the manual page, or write pages for all commands
#[derive(Args)]
#[command(after_help = "\
Examples:
  polar-seats man | man -l -
  polar-seats man --out ~/.local/share/man/man1")]
pub(crate) struct Man {
    /// Directory in which to write a page for each command
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

impl Man {
    pub(crate) fn run(&self, context: &mut Context<'_>, command: Command) -> Result<(), CliError> {
        let failed = |error| CliError::Local(format!("cannot write the manual pages: {error}"));
        let mut command = command.disable_help_subcommand(true);
        // Sets the full names of subcommands, which their pages have.
        command.build();
        match &self.out {
            None => {
                let (_, text) = page(command).map_err(failed)?;
                context.print(&String::from_utf8_lossy(&text), Effect::Local)
            }
            Some(dir) => fs::create_dir_all(dir)
                .and_then(|()| write_pages(&command, dir))
                .map_err(failed),
        }
    }
}

fn write_pages(command: &Command, dir: &Path) -> io::Result<()> {
    for command in command.get_subcommands().filter(|one| !one.is_hide_set()) {
        write_pages(command, dir)?;
    }
    let (name, text) = page(command.clone())?;
    fs::write(dir.join(name), text)
}

/// Returns the file name and the text of a command's page.
///
/// `clap_mangen` prints the text after the options as one paragraph, including tables and examples.
/// So this function moves its paragraphs to the description, and its other parts to sections.
fn page(command: Command) -> io::Result<(String, Vec<u8>)> {
    let help = command.get_after_help().map(ToString::to_string);
    let help = help.unwrap_or_default();
    let (parts, paragraphs): (Vec<_>, Vec<_>) =
        help.split("\n\n").partition(|part| part.contains('\n'));
    let about = command.get_about().map(ToString::to_string);
    let description: Vec<_> = about.as_deref().into_iter().chain(paragraphs).collect();
    let command = command
        .long_about(description.join("\n\n"))
        .after_help(Resettable::Reset);
    let page = clap_mangen::Man::new(command);
    let mut text = Vec::new();
    page.render(&mut text)?;
    let mut sections = Roff::new();
    for part in parts {
        section(&mut sections, part);
    }
    sections.to_writer(&mut text)?;
    Ok((page.get_filename(), text))
}

/// Adds a section with a table of two columns, or with preformatted lines.
fn section(roff: &mut Roff, part: &str) {
    let mut lines = part.lines();
    let heading = lines.next().unwrap_or_default().trim_end_matches(':');
    roff.control("SH", [heading.to_uppercase().as_str()]);
    let rows: Vec<_> = lines.filter_map(|line| line.strip_prefix("  ")).collect();
    let cells: Option<Vec<_>> = rows.iter().map(|row| row.split_once("  ")).collect();
    match cells {
        Some(cells) if !cells.iter().any(|(key, _)| key.is_empty()) => {
            for (key, meaning) in cells {
                roff.control("TP", []);
                roff.text([bold(key)]);
                roff.text([roman(meaning.trim_start())]);
            }
        }
        _ => {
            roff.control("nf", []);
            for row in rows {
                roff.text([roman(row)]);
            }
            roff.control("fi", []);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(help: &'static str) -> String {
        let command = Command::new("x").about("Do it").after_help(help);
        let (name, text) = page(command).unwrap();
        assert_eq!(name, "x.1");
        String::from_utf8(text).unwrap()
    }

    #[test]
    fn paragraphs_are_moved_to_the_description() {
        let text = text("One.\n\nTwo.\n\nExample:\n  x");
        let expected = ".SH DESCRIPTION\nDo it\n.PP\nOne.\n.PP\nTwo.\n";
        assert!(text.contains(expected), "{text}");
        assert!(!text.contains("EXTRA"), "{text}");
    }

    #[test]
    fn table_has_a_paragraph_for_each_row() {
        let text = text("Exit codes:\n  0  done\n  2  not done");
        let expected = ".SH \"EXIT CODES\"\n.TP\n\\fB0\\fR\ndone\n.TP\n\\fB2\\fR\nnot done\n";
        assert!(text.ends_with(expected), "{text}");
    }

    #[test]
    fn examples_keep_their_lines() {
        let text = text("Examples:\n  x y \\\n    z\n  x a");
        let expected = ".SH EXAMPLES\n.nf\nx y \\\\\n  z\nx a\n.fi\n";
        assert!(text.ends_with(expected), "{text}");
    }
}
