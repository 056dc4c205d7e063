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
    use std::{fs, io, sync::Arc};

    use clap::{FromArgMatches, ValueEnum};
    use clap_complete::Shell;

    use super::*;
    use crate::{ExitStatus, Stream, System, Terminal};

    fn help(path: &str) -> String {
        let mut command = whole();
        command.build();
        let found = path.split_whitespace().fold(&mut command, |command, name| {
            command.find_subcommand_mut(name).unwrap()
        });
        found.render_long_help().to_string()
    }

    /// The names of each command and of those above it, without `help`.
    fn paths() -> Vec<Vec<String>> {
        fn collect(command: &Command, above: &[String], paths: &mut Vec<Vec<String>>) {
            for command in command.get_subcommands() {
                let path = [above, &[command.get_name().to_owned()]].concat();
                collect(command, &path, paths);
                paths.push(path);
            }
        }
        let mut paths = Vec::new();
        collect(&whole(), &[], &mut paths);
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
    fn every_command_has_its_completion() {
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
    fn every_command_has_its_manual_page() {
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
