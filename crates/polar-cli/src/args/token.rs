use std::io::{BufRead, BufReader, Read};

use clap::Args;
use polar_core::types::InvitationToken;

use crate::error::CliError;

/// An invitation's token, on the command line or on standard input.
#[derive(Args)]
pub(crate) struct TokenArg {
    /// The invitation's token, or the link in the mail that has it; `-` reads a line from standard
    /// input
    // One token in 64 begins with a hyphen.
    #[arg(value_name = "TOKEN", allow_hyphen_values = true)]
    token: String,
}

impl TokenArg {
    /// The token, without white space around it.
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

/// The token of a link, or what is no link as it is.
fn in_link(text: &str) -> Result<&str, CliError> {
    if !text.contains("://") {
        return Ok(text);
    }
    text.split_once("token=")
        .and_then(|(_, value)| value.split(['&', '#']).next())
        .ok_or_else(|| CliError::invalid("this link has no token: copy it whole from the mail"))
}

fn read_line(stdin: &mut dyn Read) -> Result<String, CliError> {
    let mut line = String::new();
    BufReader::new(stdin.take(LONGEST_LINE))
        .read_line(&mut line)
        .map_err(|error| {
            CliError::invalid(format!(
                "the token could not be read from standard input: {error}"
            ))
        })?;
    Ok(line)
}

/// Far more than a token can have, in bytes.
const LONGEST_LINE: u64 = 8192;

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        token: TokenArg,
    }

    fn token(args: &[&str], mut stdin: &[u8]) -> Option<String> {
        let line = Line::try_parse_from([&["x"], args].concat()).ok()?;
        line.token
            .read(&mut stdin)
            .ok()
            .map(|token| token.expose().to_owned())
    }

    #[test]
    fn a_token_may_begin_with_hyphens() {
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
    fn a_link_is_as_good_as_the_token_in_it() {
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
    fn a_hyphen_alone_reads_one_line_and_trims_it() {
        assert_eq!(token(&["-"], b" abc \r\nsecond\n"), Some("abc".to_owned()));
        assert_eq!(token(&["-"], b"abc"), Some("abc".to_owned()));
        assert_eq!(token(&["-"], b"\nabc\n"), None);
        assert_eq!(token(&["-"], b""), None);
        assert_eq!(token(&["-"], b"\xff\xfe\n"), None);
        assert_eq!(token(&["-"], &[b'a'; 10_000]), None);
    }
}
