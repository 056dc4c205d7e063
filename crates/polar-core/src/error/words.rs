//! A server's words, made fit to be shown.

use std::borrow::Cow;

/// Cuts secrets out of a text, then control characters, then what is beyond 600 characters.
pub(super) fn tame(text: &str, secrets: &[&str]) -> String {
    let mut text = Cow::Borrowed(text);
    for secret in secrets.iter().filter(|secret| !secret.is_empty()) {
        if text.contains(*secret) {
            text = Cow::Owned(text.replace(secret, REDACTED));
        }
    }
    let mut tame = String::with_capacity(text.len().min(LONGEST));
    for (count, character) in text.chars().enumerate() {
        if count == LONGEST {
            tame.push('…');
            break;
        }
        tame.push(if is_unfit(character) { ' ' } else { character });
    }
    tame
}

/// Control characters, and those that turn or hide the text around them.
fn is_unfit(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

const REDACTED: &str = "[redacted]";
const LONGEST: usize = 600;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_cut_out_wherever_they_stand() {
        assert_eq!(
            tame("token abc-1 is bad: abc-1/xyz", &["abc-1", "xyz", ""]),
            "token [redacted] is bad: [redacted]/[redacted]",
        );
    }

    #[test]
    fn a_terminal_cannot_be_steered() {
        assert_eq!(
            tame("a\u{1b}[2Jb\r\nc\u{202e}d\u{9b}e", &[]),
            "a [2Jb  c d e"
        );
    }

    #[test]
    fn long_words_are_cut() {
        let long = "é".repeat(601);
        assert_eq!(tame(&long, &[]), format!("{}…", "é".repeat(600)));
        assert_eq!(tame(&"é".repeat(600), &[]), "é".repeat(600));
    }
}
