//! Completions and manual pages, which are generated from the command line.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use clap::{Args, Command, builder::Resettable};
use clap_complete::Shell;
use clap_mangen::roff::{Roff, bold, roman};

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
        mut command: Command,
    ) -> Result<(), CliError> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut command, "polar-seats", &mut script);
        // For bash, clap_complete writes the hyphen in the program's name in two ways, and so would
        // complete nothing after a subcommand. Other scripts contain neither form.
        let script =
            String::from_utf8_lossy(&script).replace("polar__subcmd__seats", "polar__seats");
        context.print(&script, Effect::Local)
    }
}

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
    use std::sync::Arc;

    use clap::ValueEnum;

    use super::*;
    use crate::{ExitStatus, Stream, System, Terminal, cli};

    /// Returns the path of each command, without `help`.
    fn paths() -> Vec<Vec<String>> {
        fn collect(command: &Command, above: &[String], paths: &mut Vec<Vec<String>>) {
            for command in command.get_subcommands() {
                let path = [above, &[command.get_name().to_owned()]].concat();
                collect(command, &path, paths);
                paths.push(path);
            }
        }
        let mut paths = Vec::new();
        collect(&cli::command(), &[], &mut paths);
        paths
    }

    fn output(args: &[&str]) -> String {
        let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
        let exit = crate::run(System {
            args: ["polar-seats"].iter().chain(args).map(Into::into).collect(),
            env: &|_| None,
            stdin: &mut io::empty(),
            stdout: Stream::new(&mut stdout, false),
            stderr: Stream::new(&mut stderr, false),
            log: Arc::new(|_| {}),
            terminal: Terminal::default(),
        });
        assert_eq!(
            (exit, String::from_utf8(stderr).unwrap()),
            (ExitStatus::Success, String::new())
        );
        String::from_utf8(stdout).unwrap()
    }

    #[test]
    fn completions_contain_every_command() {
        let paths = paths();
        assert!(paths.contains(&vec!["portal".to_owned(), "whoami".to_owned()]));
        for shell in Shell::value_variants() {
            let script = output(&["completions", &shell.to_string()]);
            for path in &paths {
                let (name, above) = path.split_last().unwrap();
                let lines: Vec<String> = match shell {
                    Shell::Bash => {
                        let state = ["polar__seats"]
                            .into_iter()
                            .chain(path.iter().map(|name| &**name));
                        let state = state.collect::<Vec<_>>().join("__subcmd__");
                        let state = state.replace('-', "__subcmd__");
                        vec![
                            format!("cmd=\"{state}\"\n"),
                            format!("\n        {state})\n"),
                        ]
                    }
                    Shell::Elvish => vec![format!("&'polar-seats;{}'= {{", path.join(";"))],
                    Shell::PowerShell => vec![format!("'polar-seats;{}' {{", path.join(";"))],
                    Shell::Zsh => vec![
                        format!("({name})\n"),
                        format!(
                            "\n_polar-seats__subcmd__{}_commands() {{",
                            path.join("__subcmd__")
                        ),
                    ],
                    Shell::Fish => {
                        let place = match above {
                            [] => "needs_command\"".to_owned(),
                            above => format!("using_subcommand {}; and not ", above.join("; and ")),
                        };
                        let name = format!("-a \"{name}\"");
                        let is_offered = |line: &str| line.contains(&place) && line.contains(&name);
                        assert!(script.lines().any(is_offered), "{shell}: {path:?}");
                        continue;
                    }
                    _ => panic!("{shell} is not tested"),
                };
                for line in lines {
                    assert!(script.contains(&line), "{shell}: {path:?}: {line:?}");
                }
            }
        }
    }

    #[test]
    fn every_command_has_a_manual_page() {
        let folder = tempfile::tempdir().unwrap();
        let pages = folder.path().join("pages");
        output(&["man", "--out", pages.to_str().unwrap()]);
        let mut expected = vec!["polar-seats".to_owned()];
        expected.extend(
            paths()
                .iter()
                .map(|path| format!("polar-seats-{}", path.join("-"))),
        );
        expected.sort_unstable();
        let mut titles = Vec::new();
        for page in fs::read_dir(pages).unwrap() {
            let page = page.unwrap().path();
            let title = page.file_stem().unwrap().to_str().unwrap().to_owned();
            let text = fs::read_to_string(&page).unwrap();
            assert!(text.contains(&format!(".TH {title} 1")), "{title}: {text}");
            titles.push(title);
        }
        titles.sort_unstable();
        assert_eq!(titles, expected);
        assert!(output(&["man"]).contains(".TH polar-seats 1"));
    }

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
