use clap::{Arg, Command, CommandFactory};

use super::Cli;

/// The whole command line, as it is parsed, completed and explained.
///
/// Common options are taken by every command, and shown in its help where it heeds them.
pub(crate) fn whole() -> Command {
    let command = Cli::command();
    let common: Vec<Arg> = command
        .get_arguments()
        .filter(|arg| arg.is_global_set())
        .cloned()
        .collect();
    command.mut_subcommands(|command| {
        let name = command.get_name().to_owned();
        let unheeded = common.iter().filter(|arg| !heeds(&name, arg));
        // What is there already is not handed down once more.
        let unheeded: Vec<_> = unheeded.map(|arg| arg.clone().hide(true)).collect();
        command.args(unheeded)
    })
}

fn heeds(command: &str, option: &Arg) -> bool {
    let option = option.get_id().as_str();
    match command {
        "serve" | "completions" | "man" => false,
        "demo" | "webhook" => option == "json",
        "import" | "sync" | "renew" => true,
        _ => option != "quiet",
    }
}

#[cfg(test)]
mod tests {
    use clap::FromArgMatches;

    use super::*;

    fn help(path: &str) -> String {
        let mut command = whole();
        command.build();
        let found = path.split_whitespace().fold(&mut command, |command, name| {
            command.find_subcommand_mut(name).unwrap()
        });
        found.render_long_help().to_string()
    }

    #[test]
    fn the_command_line_is_well_formed() {
        whole().debug_assert();
    }

    #[test]
    fn help_shows_what_is_heeded() {
        let all = [
            "--base-url",
            "--sandbox",
            "--transport",
            "--timeout",
            "--max-retries",
            "--json",
            "--quiet",
            "--verbose",
            "--ca-file",
            "--no-proxy",
            "--allow-http",
        ];
        for (path, shown) in [
            ("", &all[..]),
            ("import", &all),
            ("renew", &all),
            ("serve", &[]),
            ("completions", &[]),
            ("man", &[]),
            ("demo", &["--json"]),
            ("webhook", &["--json"]),
            ("webhook verify", &["--json"]),
            ("webhook listen", &["--json"]),
        ] {
            let help = help(path);
            for option in all {
                assert_eq!(
                    help.contains(option),
                    shown.contains(&option),
                    "{path}: {option}\n{help}"
                );
            }
        }
        for path in ["claim", "list", "portal", "portal assign", "doctor"] {
            let help = help(path);
            for option in all {
                assert_eq!(
                    help.contains(option),
                    option != "--quiet",
                    "{path}: {option}"
                );
            }
        }
    }

    #[test]
    fn what_is_not_heeded_is_taken_all_the_same() {
        for line in [
            "--sandbox serve",
            "serve --sandbox -q",
            "-v man",
            "webhook verify --secret x --header a:b --transport hyper",
        ] {
            let args = format!("polar-seats {line}");
            let matches = whole().try_get_matches_from(args.split_whitespace());
            Cli::from_arg_matches(&matches.unwrap()).unwrap();
        }
        let matches = whole().try_get_matches_from(["x", "serve", "--json", "--timeout", "3"]);
        let cli = Cli::from_arg_matches(&matches.unwrap()).unwrap();
        assert!(cli.options.json && cli.options.timeout.is_some());
    }
}
