use std::io::{BufRead, BufReader, Read};

use clap::Args;
use polar_core::types::InvitationToken;

use crate::error::CliError;

/// An invitation token, from an argument or from standard input.
#[derive(Args)]
pub(crate) struct TokenArg {
    /// Invitation token or link; - reads it from standard input
    // One token in 64 starts with a hyphen.
    #[arg(value_name = "TOKEN", allow_hyphen_values = true)]
    token: String,
}

impl TokenArg {
    /// Reads the token, and removes surrounding white space.
    pub(crate) fn read(&self, stdin: &mut dyn Read) -> Result<InvitationToken, CliError> {
        let token = if self.token == "-" {
            read_line(stdin)?
        } else {
            self.token.clone()
        };
        InvitationToken::new(in_link(token.trim())?)
            .map_err(|error| CliError::invalid(error.to_string()))
    }
}

/// Returns the token in a link, or the text itself if it is not a link.
fn in_link(text: &str) -> Result<&str, CliError> {
    if !text.contains("://") {
        return Ok(text);
    }
    text.split_once("token=")
        .and_then(|(_, value)| value.split(['&', '#']).next())
        .ok_or_else(|| {
            CliError::invalid("the link contains no token")
                .with_hint("Copy the whole link from the email.")
        })
}

fn read_line(stdin: &mut dyn Read) -> Result<String, CliError> {
    let mut line = String::new();
    BufReader::new(stdin.take(LONGEST_LINE))
        .read_line(&mut line)
        .map_err(|error| {
            CliError::invalid(format!(
                "cannot read the token from standard input: {error}"
            ))
        })?;
    Ok(line)
}

/// In bytes; far longer than a token or a link.
const LONGEST_LINE: u64 = 8192;

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct TestArgs {
        #[command(flatten)]
        token: TokenArg,
    }

    fn token(line: &[&str], mut stdin: &[u8]) -> Option<String> {
        let args = TestArgs::try_parse_from([&["x"], line].concat()).ok()?;
        args.token
            .read(&mut stdin)
            .ok()
            .map(|token| token.expose().to_owned())
    }

    #[test]
    fn token_may_start_with_hyphens() {
        for text in ["-abc", "--abc", "-h7", "--", "abc-"] {
            let expected = if text == "--" {
                None
            } else {
                Some(text.to_owned())
            };
            assert_eq!(token(&[text], b""), expected, "{text}");
        }
        assert_eq!(token(&["--", "--abc"], b""), Some("--abc".to_owned()));
    }

    #[test]
    fn token_is_taken_from_link() {
        for link in [
            "https://polar.sh/acme/portal/claim?token=-abc_1",
            "https://teams.acme.com/claim?a=b&invitation_token=-abc_1&utm=mail#top",
        ] {
            assert_eq!(token(&[link], b""), Some("-abc_1".to_owned()), "{link}");
            assert_eq!(
                token(&["-"], link.as_bytes()),
                Some("-abc_1".to_owned()),
                "{link}"
            );
        }
        for link in [
            "https://polar.sh/acme/portal/claim",
            "https://polar.sh/?token=",
        ] {
            assert_eq!(token(&[link], b""), None, "{link}");
        }
    }

    #[test]
    fn hyphen_reads_one_line_from_stdin() {
        assert_eq!(token(&["-"], b" abc \r\nsecond\n"), Some("abc".to_owned()));
        assert_eq!(token(&["-"], b"abc"), Some("abc".to_owned()));
        assert_eq!(token(&["-"], b"\nabc\n"), None);
        assert_eq!(token(&["-"], b""), None);
        assert_eq!(token(&["-"], b"\xff\xfe\n"), None);
        assert_eq!(token(&["-"], &[b'a'; 10_000]), None);
    }
}
