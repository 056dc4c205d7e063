//! The command line as a whole.

mod command;
mod message;
mod whole;

use clap::Parser;

use self::command::Command;
pub(crate) use self::{
    message::{ClapMessage, clap_message},
    whole::whole,
};
use crate::args::Options;

/// Polar's customer seats at the command line
#[derive(Parser)]
#[command(
    name = "polar-seats",
    version,
    arg_required_else_help = true,
    subcommand_required = true,
    after_help = AFTER_HELP
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
    #[command(flatten)]
    pub(crate) options: Options,
}

const AFTER_HELP: &str = "\
Access and session tokens come from the environment, never from an argument. Claiming needs neither.

Environment variables:
  POLAR_ACCESS_TOKEN            list, assign, import, ...
  POLAR_CUSTOMER_SESSION_TOKEN  portal
  POLAR_BASE_URL                default of --base-url

Exit codes:
  0  done
  2  invalid usage or input: nothing was sent
  3  refused by Polar; or a webhook that is not Polar's
  4  failed, and not carried out, or it only reads
  5  a write whose outcome is unknown: check before a retry

Example:
  polar-seats demo";

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, env, fs};

    use clap::{Arg, ArgAction, Command};

    use super::whole;

    fn each(command: &Command, check: &mut dyn FnMut(&Command, &str)) {
        let help = command.get_after_help().map(ToString::to_string);
        check(command, &help.unwrap_or_default());
        for command in command.get_subcommands() {
            each(command, check);
        }
    }

    /// Options by all their names, with the names, choices and defaults of their values.
    fn option(arg: &Arg) -> String {
        let shorts = arg.get_all_short_aliases().unwrap_or_default();
        let longs = arg.get_all_aliases().unwrap_or_default();
        let shorts = arg.get_short().into_iter().chain(shorts);
        let shorts = shorts.map(|short| format!("-{short}"));
        let longs = arg.get_long().into_iter().chain(longs);
        let mut words: Vec<_> = shorts
            .chain(longs.map(|long| format!("--{long}")))
            .collect();
        if arg.get_action().takes_values() {
            let names = arg.get_value_names().unwrap_or_default();
            words.extend(names.iter().map(|name| format!("<{name}>")));
            let choices = arg.get_possible_values().into_iter();
            words.extend(choices.map(|choice| format!("[{}]", choice.get_name())));
            let defaults = arg.get_default_values().iter();
            words.extend(defaults.map(|value| format!("={}", value.to_string_lossy())));
        }
        let is_repeatable = matches!(arg.get_action(), ArgAction::Append);
        words.extend(is_repeatable.then(|| "...".to_owned()));
        words.extend(arg.is_global_set().then(|| "(global)".to_owned()));
        words.join(" ")
    }

    /// `UPDATE_GOLDEN=1` writes the file anew.
    #[test]
    fn commands_and_options_keep_their_names() {
        let mut lines = BTreeSet::new();
        let mut commands = vec![(String::new(), whole())];
        while let Some((path, command)) = commands.pop() {
            let path = format!("{path} {}", command.get_name())
                .trim_start()
                .to_owned();
            let names = command
                .get_all_aliases()
                .map(|alias| format!("{path} alias {alias}"));
            lines.extend(names.chain([path.clone()]));
            // Global options are those of the whole program.
            let options = command.get_arguments();
            let options = options.filter(|arg| path == "polar-seats" || !arg.is_global_set());
            lines.extend(options.map(|arg| format!("{path} {}", option(arg))));
            let subcommands = command.get_subcommands().cloned();
            commands.extend(subcommands.map(|command| (path.clone(), command)));
        }
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/contract/options.txt");
        if env::var_os("UPDATE_GOLDEN").is_some() {
            fs::write(file, Vec::from_iter(lines.clone()).join("\n") + "\n").unwrap();
        }
        let golden = fs::read_to_string(file).unwrap();
        let golden = golden.lines().map(ToOwned::to_owned).collect();
        let (lost, new): (Vec<_>, Vec<_>) = (
            (&golden - &lines).into_iter().collect(),
            (&lines - &golden).into_iter().collect(),
        );
        assert!(
            lost.is_empty() && new.is_empty(),
            "lost {lost:#?}, new {new:#?}"
        );
    }

    #[test]
    fn every_command_has_an_example() {
        each(&whole(), &mut |command, help| {
            let name = command.get_name();
            assert!(command.get_about().is_some(), "{name}");
            let has_example = help.contains("Example:\n  ") || help.contains("Examples:\n  ");
            assert!(has_example || command.has_subcommands(), "{name}: {help:?}");
        });
    }

    #[test]
    fn every_part_of_a_help_is_a_paragraph_or_indented_lines_that_fit() {
        each(&whole(), &mut |command, help| {
            let name = command.get_name();
            for part in help.split("\n\n").filter(|_| !help.is_empty()) {
                let mut lines = part.lines();
                let first = lines.next().unwrap();
                assert!(!first.starts_with(' '), "{name}: {first}");
                // A line break inside a paragraph would stay where the terminal is narrower.
                assert_eq!(first.ends_with(':'), part.contains('\n'), "{name}: {part}");
                for line in lines {
                    assert!(line.starts_with("  "), "{name}: {line}");
                    assert!(line.chars().count() <= 60, "{name}: {line}");
                }
            }
        });
    }

    #[test]
    fn no_width_breaks_an_indented_line_or_leaves_a_short_one() {
        for width in [60, 80, 100] {
            let mut whole = whole().term_width(width);
            whole.build();
            each(&whole, &mut |command, after| {
                let name = command.get_name();
                let help = command.clone().render_help().to_string();
                let lines: Vec<_> = help.lines().collect();
                for line in after.lines().filter(|line| line.starts_with("  ")) {
                    assert!(lines.contains(&line), "{width}, {name}: {line}\n{help}");
                }
                // clap does not wrap usage.
                for line in lines.iter().filter(|line| !line.starts_with("Usage: ")) {
                    assert!(line.chars().count() <= width, "{width}, {name}: {line}");
                }
                for part in after.split("\n\n").filter(|part| !part.contains('\n')) {
                    let wrapped: Vec<_> = lines
                        .iter()
                        .skip_while(|line| line.is_empty() || !part.starts_with(**line))
                        .take_while(|line| !line.is_empty())
                        .collect();
                    for pair in wrapped.windows(2) {
                        let word = pair[1].split(' ').next().unwrap();
                        let joined = pair[0].chars().count() + 1 + word.chars().count();
                        assert!(joined > width, "{width}, {name}: {pair:?}");
                    }
                }
            });
        }
    }
}
