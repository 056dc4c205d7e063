use std::{collections::BTreeSet, env, fs, time::Duration};

use clap::{Arg, ArgAction, ArgMatches, Command, FromArgMatches};

use super::{Cli, command};

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
    let mut commands = vec![(String::new(), command())];
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
    each(&command(), &mut |command, help| {
        let name = command.get_name();
        assert!(command.get_about().is_some(), "{name}");
        let has_example = help.contains("Example:\n  ") || help.contains("Examples:\n  ");
        assert!(has_example || command.has_subcommands(), "{name}: {help:?}");
    });
}

#[test]
fn after_help_has_paragraphs_and_short_indented_lines() {
    each(&command(), &mut |command, help| {
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
fn help_wraps_well_at_every_width() {
    for width in [60, 80, 100] {
        let mut root = command().term_width(width);
        root.build();
        each(&root, &mut |command, after| {
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

fn help(path: &str) -> String {
    let mut command = command();
    command.build();
    let found = path.split_whitespace().fold(&mut command, |command, name| {
        command.find_subcommand_mut(name).unwrap()
    });
    found.render_long_help().to_string()
}

#[test]
fn command_definitions_are_valid() {
    command().debug_assert();
}

#[test]
fn help_shows_the_options_that_a_command_uses() {
    let api = [
        "--base-url",
        "--sandbox",
        "--transport",
        "--timeout",
        "--max-retries",
        "--ca-file",
        "--no-proxy",
        "--allow-http",
        "--verbose",
    ];
    for (path, calls_api, is_quiet) in [
        ("", true, true),
        ("import", true, true),
        ("sync", true, true),
        ("renew", true, true),
        ("claim", true, false),
        ("list", true, false),
        ("subscriptions", true, false),
        ("outbox", true, false),
        ("export", true, false),
        ("portal", true, false),
        ("portal assign", true, false),
        ("doctor", true, false),
        ("serve", false, false),
        ("demo", false, false),
        ("completions", false, false),
        ("man", false, false),
        ("webhook", false, false),
        ("webhook verify", false, false),
        ("webhook listen", false, false),
    ] {
        let help = help(path);
        let shows = |option: &str| {
            help.contains(&format!("{option} ")) || help.contains(&format!("{option}\n"))
        };
        assert!(shows("--json"), "{path}");
        assert_eq!(help.starts_with("Manage Polar"), path.is_empty(), "{help}");
        assert_eq!(shows("--quiet"), is_quiet, "{path}\n{help}");
        for option in api {
            let is_used = calls_api || (path, option) == ("serve", "--verbose");
            assert_eq!(shows(option), is_used, "{path}: {option}\n{help}");
        }
    }
}

/// Parses arguments and returns the matches of the innermost command.
fn parse(args: &str) -> ArgMatches {
    let args = format!("polar-seats {args}");
    let matches = command().try_get_matches_from(args.split_whitespace());
    let mut matches = matches.unwrap_or_else(|error| panic!("{args}: {error}"));
    Cli::from_arg_matches(&matches).unwrap_or_else(|error| panic!("{args}: {error}"));
    while let Some((_, inner)) = matches.remove_subcommand() {
        matches = inner;
    }
    matches
}

#[test]
fn every_command_accepts_shared_options_before_and_after_its_name() {
    const ID: &str = "4663fc95-f630-47e4-8260-a644811e7711";
    let options = [
        ("base_url", "--base-url", "http://127.0.0.1:1"),
        ("transport", "--transport", "hyper"),
        ("timeout", "--timeout", "3"),
        ("max_retries", "--max-retries", "7"),
        ("json", "--json", ""),
    ];
    for (name, rest) in [
        ("claim", "token"),
        ("claim-info", "token"),
        ("claim-status", "token"),
        ("list", "--order $ID"),
        ("subscriptions", ""),
        ("outbox", ""),
        ("assign", "--order $ID --email a@b.c"),
        ("import", "people.csv --order $ID"),
        ("sync", "people.csv --order $ID"),
        ("revoke", "$ID"),
        ("resend", "$ID"),
        ("renew", "$ID --order $ID"),
        ("export", "--order $ID"),
        ("portal list", "--order $ID"),
        ("portal assign", "--checkout $ID --email a@b.c"),
        ("portal revoke", "$ID"),
        ("portal resend", "$ID"),
        ("portal subscriptions", ""),
        ("portal whoami", ""),
        ("webhook verify", "--secret x --header a:b"),
        ("webhook listen", "--secret x"),
        ("demo", ""),
        ("serve", ""),
        ("doctor", ""),
        ("completions", "bash"),
        ("man", ""),
    ] {
        let (group, leaf) = name.rsplit_once(' ').unwrap_or(("", name));
        for (id, option, value) in options {
            for line in [
                format!("{option} {value} {name} {rest}"),
                format!("{group} {option} {value} {leaf} {rest}"),
                format!("{name} {option} {value} {rest}"),
                format!("{name} {rest} {option} {value}"),
            ] {
                let matches = parse(&line.replace("$ID", ID));
                let raw: Vec<_> = matches.get_raw(id).unwrap().collect();
                let expected = if value.is_empty() { "true" } else { value };
                assert_eq!(raw, [expected], "{line}");
            }
        }
    }
}

#[test]
fn verbose_is_an_option_of_serve_too() {
    for line in ["serve -v", "-v serve", "serve --verbose"] {
        assert!(parse(line).get_flag("verbose"), "{line}");
    }
}

#[test]
fn option_after_the_command_wins_over_default_and_option_before_it() {
    let timeout = |line: &str| *parse(line).get_one::<Duration>("timeout").unwrap();
    let seconds = Duration::from_secs;
    assert_eq!(timeout("doctor"), seconds(30));
    assert_eq!(timeout("--timeout 3 doctor"), seconds(3));
    assert_eq!(timeout("doctor --timeout 3"), seconds(3));
    assert_eq!(timeout("--timeout 2 doctor --timeout 3"), seconds(3));
    assert_eq!(timeout("--timeout 2 portal --timeout 3 whoami"), seconds(3));
}
