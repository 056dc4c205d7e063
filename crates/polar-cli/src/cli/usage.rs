use std::ffi::OsString;

use clap::error::{ContextKind, ContextValue, Error, ErrorKind};

/// What the parser says in place of a command to carry out.
pub(crate) enum Usage {
    /// What was asked for: help, or the version.
    Asked { plain: String, coloured: String },
    /// What is wrong. Values do not appear in it: any of them may be a token in a wrong place.
    Wrong {
        /// One line.
        message: String,
        /// With hints and usage, as it came from the parser.
        plain: String,
        coloured: String,
        /// Whether JSON was asked for, as far as can be told from a line that makes no sense.
        json: bool,
    },
}

/// Makes the parser's complaint fit to be shown.
pub(crate) fn usage(mut error: Error, args: &[OsString]) -> Usage {
    if matches!(
        error.kind(),
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion
    ) {
        let text = error.render();
        return Usage::Asked {
            plain: text.to_string(),
            coloured: text.ansi().to_string(),
        };
    }
    hide_values(&mut error);
    let text = error.render();
    let plain = text.to_string();
    Usage::Wrong {
        message: summary(error.kind(), &plain),
        coloured: text.ansi().to_string(),
        plain,
        json: args
            .iter()
            .take_while(|arg| *arg != "--")
            .any(|arg| arg == "--json"),
    }
}

fn hide_values(error: &mut Error) {
    for kind in [
        ContextKind::InvalidValue,
        ContextKind::InvalidSubcommand,
        ContextKind::InvalidArg,
    ] {
        let is_secret = match error.get(kind) {
            Some(ContextValue::String(value)) => match kind {
                // An empty one says that a value is missing.
                ContextKind::InvalidValue => !value.is_empty(),
                ContextKind::InvalidSubcommand => !is_word(value),
                // This one also holds names such as `--order <ID>`, which are ours.
                _ => !is_option(value),
            },
            _ => false,
        };
        if is_secret {
            error.insert(kind, ContextValue::String(HIDDEN.to_owned()));
            // Hints repeat the value.
            error.insert(ContextKind::Suggested, ContextValue::None);
        }
    }
}

fn is_option(text: &str) -> bool {
    let name = text.split_whitespace().next().unwrap_or_default();
    let is_placeholder = text.starts_with('<') && text.ends_with('>');
    is_placeholder || name.strip_prefix("--").is_some_and(is_word) || is_short(name)
}

fn is_short(text: &str) -> bool {
    text.strip_prefix('-')
        .is_some_and(|rest| rest.chars().count() == 1)
}

fn is_word(text: &str) -> bool {
    text.len() <= 20 && text.chars().all(|c| c.is_ascii_lowercase() || c == '-')
}

/// The parser's complaint as one line.
fn summary(kind: ErrorKind, plain: &str) -> String {
    if kind == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        return "a command is missing; see `polar-seats --help`".to_owned();
    }
    let lines = plain
        .lines()
        .map(str::trim)
        .take_while(|line| !line.starts_with("Usage:"));
    let words: Vec<_> = lines
        .filter(|line| !line.is_empty() && !line.starts_with("For more"))
        .collect();
    let message = words.join(" ");
    message
        .strip_prefix("error: ")
        .unwrap_or(&message)
        .to_owned()
}

const HIDDEN: &str = "…";

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::super::Cli;
    use super::*;

    fn complaint(line: &str) -> (String, String, bool) {
        let args: Vec<OsString> = format!("polar-seats {line}")
            .split_whitespace()
            .map(OsString::from)
            .collect();
        let Err(error) = Cli::try_parse_from(&args) else {
            panic!("accepted: {line}");
        };
        match usage(error, &args) {
            Usage::Wrong {
                message,
                plain,
                coloured,
                json,
            } => (message, format!("{plain}{coloured}"), json),
            Usage::Asked { .. } => panic!("no complaint: {line}"),
        }
    }

    #[test]
    fn a_complaint_names_the_place_and_never_the_value() {
        for line in [
            "claim tok Canary1",
            "claim tok --json Canary1",
            "Canary1",
            "canary_1",
            "list --order Canary1",
            "list --Canary1",
            "list --canary1=x",
            "list --order=Canary1",
            "assign --order Canary1 --email x",
            "assign --metadata {\"a\":Canary1 --email x --subscription Canary1",
            "--timeout Canary1 list",
            "--max-retries Canary1 list",
            "--transport Canary1 list",
            "portal Canary1",
            "portal list Canary1",
            "resend -Canary1",
        ] {
            let (message, all, _) = complaint(line);
            let text = format!("{message}\n{all}").to_lowercase();
            assert!(!text.contains("canary"), "{line}: {text}");
            assert!(
                !message.contains('\n') && !message.is_empty(),
                "{line}: {message}"
            );
        }
    }

    #[test]
    fn the_message_is_one_line_that_says_what_is_wrong() {
        assert_eq!(
            complaint("list --order 12").0,
            "invalid value '…' for '--order <ID>': this is not an order id: \
             give a UUID such as dcb2c1b9-2f64-4c8c-90e6-d261c78b3eb2",
        );
        assert!(
            complaint("list")
                .0
                .contains("<--subscription <ID>|--order <ID>>")
        );
        assert!(
            complaint("clam x").0.contains("'claim'"),
            "{}",
            complaint("clam x").0
        );
    }

    #[test]
    fn a_value_that_is_missing_is_missed() {
        for (line, option) in [
            ("list --order", "--order <ID>"),
            ("assign --email --order x", "--email <E>"),
            ("serve --seed", "--seed <FILE>"),
            ("import people.csv --rate", "--rate <N>"),
            ("claim x --base-url", "--base-url <URL>"),
        ] {
            let expected = format!("a value is required for '{option}' but none was supplied");
            let (message, all, _) = complaint(line);
            assert_eq!(message, expected, "{line}");
            assert!(!all.contains(HIDDEN), "{line}: {all}");
        }
    }

    #[test]
    fn json_is_recognised_in_a_line_that_makes_no_sense() {
        assert!(complaint("--json list").2);
        assert!(complaint("list --json --wrong").2);
        assert!(!complaint("list").2);
        assert!(!complaint("claim -- --json x").2);
    }
}
