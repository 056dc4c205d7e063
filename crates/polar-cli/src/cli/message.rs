use std::ffi::OsString;

use clap::error::{ContextKind, ContextValue, Error, ErrorKind};

use crate::report::sanitize;

/// What clap returns instead of a command.
pub(crate) enum ClapMessage {
    /// The help or the version, which was requested.
    Help { plain: String, styled: String },
    /// An error of usage. Values that may be secrets are hidden.
    Error {
        /// On one line.
        message: String,
        /// With hints and usage, as clap formats it.
        plain: String,
        styled: String,
        /// Whether the arguments contain `--json`.
        json: bool,
    },
}

/// Converts an error of clap, and hides values that may be secrets.
pub(crate) fn clap_message(mut error: Error, args: &[OsString]) -> ClapMessage {
    if matches!(
        error.kind(),
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion
    ) {
        let text = error.render();
        return ClapMessage::Help {
            plain: text.to_string(),
            styled: text.ansi().to_string(),
        };
    }
    hide_values(&mut error);
    let text = error.render();
    let plain = text.to_string();
    ClapMessage::Error {
        message: summary(error.kind(), &plain),
        styled: text.ansi().to_string(),
        plain,
        json: args
            .iter()
            .take_while(|arg| *arg != "--")
            .any(|arg| arg == "--json"),
    }
}

fn hide_values(error: &mut Error) {
    let may_hold_secrets = match error.get(ContextKind::InvalidArg) {
        Some(ContextValue::String(arg)) => HOLD_SECRETS.iter().any(|name| arg.starts_with(name)),
        _ => false,
    };
    for kind in [
        ContextKind::InvalidValue,
        ContextKind::InvalidSubcommand,
        ContextKind::InvalidArg,
    ] {
        let is_secret = match error.get(kind) {
            Some(ContextValue::String(value)) => match kind {
                // An empty value means that it is missing.
                ContextKind::InvalidValue => {
                    !value.is_empty() && (may_hold_secrets || may_be_secret(value))
                }
                ContextKind::InvalidSubcommand => !is_word(value),
                // This kind also holds names of arguments, such as `--order <ID>`.
                _ => !is_option(value),
            },
            _ => false,
        };
        if is_secret {
            error.insert(kind, ContextValue::String(HIDDEN.to_owned()));
            // Suggestions repeat the value.
            error.insert(ContextKind::Suggested, ContextValue::None);
        }
    }
    if let Some(ContextValue::String(value)) = error.get(ContextKind::InvalidValue) {
        let value = ContextValue::String(sanitize(value));
        error.insert(ContextKind::InvalidValue, value);
    }
}

/// Returns whether a value may be a token or a key: it has a known prefix, or it is long and not an
/// id.
fn may_be_secret(value: &str) -> bool {
    let has_prefix = PREFIXES.iter().any(|prefix| value.contains(prefix));
    has_prefix || value.chars().count() >= SHORTEST_SECRET && !is_almost_a_uuid(value)
}

/// Returns whether a value is a UUID, possibly with typos.
fn is_almost_a_uuid(value: &str) -> bool {
    let length = value.chars().count();
    let hyphens = value.chars().filter(|c| *c == '-').count();
    let digits = value.chars().filter(char::is_ascii_hexdigit).count();
    length <= 40 && hyphens >= 2 && 4 * (hyphens + digits) >= 3 * length
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

/// Returns the error on one line.
fn summary(kind: ErrorKind, plain: &str) -> String {
    if kind == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        return "a command is required; see `polar-seats --help`".to_owned();
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
/// Arguments whose values may contain a secret.
const HOLD_SECRETS: [&str; 4] = ["--header", "--metadata", "--secret", "[-]"];
const PREFIXES: [&str; 2] = ["polar_", "whsec_"];
/// In characters. Tokens and keys have more than 30.
const SHORTEST_SECRET: usize = 20;

#[cfg(test)]
mod tests {
    use super::super::command;
    use super::*;

    fn usage_error(line: &str) -> (String, String, bool) {
        let args: Vec<OsString> = format!("polar-seats {line}")
            .split_whitespace()
            .map(OsString::from)
            .collect();
        let Err(error) = command().try_get_matches_from(&args) else {
            panic!("accepted: {line}");
        };
        match clap_message(error, &args) {
            ClapMessage::Error {
                message,
                plain,
                styled,
                json,
            } => (message, format!("{plain}{styled}"), json),
            ClapMessage::Help { .. } => panic!("help: {line}"),
        }
    }

    #[test]
    fn usage_error_hides_secrets() {
        for line in [
            "claim tok Canary1",
            "claim tok --json Canary1",
            "Canary1",
            "canary_1",
            "list --order polar_oat_Canary1",
            "list --order whsec_Canary1",
            "list --order https://polar.sh/claim?token=Canary1",
            "list --order wgY2eWPFiliM85O3niuDp2vyth-AFUbnc-SCanary1",
            "list --Canary1",
            "list --canary1=x",
            "list --order=polar_oat_Canary1",
            "assign --metadata {\"a\":Canary1 --email x --subscription x",
            "--timeout polar_oat_Canary1 list",
            "--max-retries polar_oat_Canary1 list",
            "--transport polar_oat_Canary1 list",
            "portal Canary1",
            "portal list Canary1",
            "resend -Canary1",
            "revoke 0123456789abcdef0123456789abcdef0Canary1",
            "webhook verify Canary1 --secret x --header a:b",
            "webhook verify --secret x --header Canary1",
        ] {
            let (message, all, _) = usage_error(line);
            let text = format!("{message}\n{all}").to_lowercase();
            assert!(!text.contains("canary"), "{line}: {text}");
            assert!(
                !message.contains('\n') && !message.is_empty(),
                "{line}: {message}"
            );
        }
    }

    #[test]
    fn usage_error_shows_invalid_id() {
        for value in [
            "12",
            "sub_12",
            "4663fc95-f630-47e4-8260-a644811e771",
            "4663fc95-f63o-47e4-8260-a644811e7711",
            "4663fc95f630-47e4-8260-a644811e7711",
        ] {
            for line in [format!("list --order {value}"), format!("revoke {value}")] {
                let (message, all, _) = usage_error(&line);
                let expected = format!("invalid value '{value}' for ");
                assert!(message.starts_with(&expected), "{message}");
                assert!(all.contains(value), "{all}");
            }
        }
        assert_eq!(
            usage_error("list --order 1\u{1b}]0;x\u{7}")
                .0
                .find('\u{1b}'),
            None
        );
        let (message, ..) = usage_error("claim-info x --timeout 1m");
        assert!(message.contains("'1m'"), "{message}");
    }

    #[test]
    fn usage_error_has_one_line_summary() {
        assert_eq!(
            usage_error("list --order 12").0,
            "invalid value '12' for '--order <ID>': not an order id: \
             expected a UUID such as dcb2c1b9-2f64-4c8c-90e6-d261c78b3eb2",
        );
        assert!(usage_error("renew").0.contains("<SEAT_ID|--all-expired>"));
        assert!(
            usage_error("clam x").0.contains("'claim'"),
            "{}",
            usage_error("clam x").0
        );
    }

    #[test]
    fn usage_error_names_option_without_value() {
        for (line, option) in [
            ("list --order", "--order <ID>"),
            ("assign --email --order x", "--email <EMAIL>"),
            ("serve --seed", "--seed <FILE>"),
            ("import people.csv --rate", "--rate <N>"),
            ("claim x --base-url", "--base-url <URL>"),
        ] {
            let expected = format!("a value is required for '{option}' but none was supplied");
            let (message, all, _) = usage_error(line);
            assert_eq!(message, expected, "{line}");
            assert!(!all.contains(HIDDEN), "{line}: {all}");
        }
    }

    #[test]
    fn json_option_is_found_in_invalid_arguments() {
        assert!(usage_error("--json claim").2);
        assert!(usage_error("list --json --wrong").2);
        assert!(!usage_error("claim").2);
        assert!(!usage_error("claim -- --json x").2);
    }
}
