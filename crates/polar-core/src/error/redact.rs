//! Redacting secrets from a server's messages.

use std::borrow::Cow;

use crate::sanitize;

/// Redacts the long secrets, wherever they occur in the text.
///
/// Short secrets stay, because they could be part of ordinary words or of a JSON key.
pub(super) fn redact_long<'a>(text: &'a str, secrets: &[&str]) -> Cow<'a, str> {
    let mut text = Cow::Borrowed(text);
    for secret in secrets.iter().filter(|secret| secret.len() >= LONG) {
        if text.contains(*secret) {
            text = Cow::Owned(text.replace(*secret, REDACTED));
        }
    }
    text
}

/// Redacts all secrets, replaces characters that are unsafe on a terminal, and truncates the text
/// to 600 characters. A short secret is redacted only where it is a whole word.
pub(super) fn redact(text: &str, secrets: &[&str]) -> String {
    let mut text = redact_long(text, secrets).into_owned();
    for secret in secrets
        .iter()
        .filter(|secret| !secret.is_empty() && secret.len() < LONG)
    {
        text = redact_word(&text, secret);
    }
    truncate(&text)
}

/// Replaces characters that are unsafe on a terminal, and truncates the text to 600 characters.
pub(super) fn truncate(text: &str) -> String {
    match text.char_indices().nth(MAX_CHARACTERS) {
        Some((end, _)) => sanitize(text.get(..end).unwrap_or_default()) + "…",
        None => sanitize(text),
    }
}

fn redact_word(text: &str, word: &str) -> String {
    let is_word = |character: char| character.is_alphanumeric() || matches!(character, '_' | '-');
    let mut redacted = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(word) {
        let starts_word = !before
            .chars()
            .next_back()
            .or_else(|| redacted.chars().next_back())
            .is_some_and(is_word);
        let ends_word = !after.chars().next().is_some_and(is_word);
        redacted.push_str(before);
        redacted.push_str(if starts_word && ends_word {
            REDACTED
        } else {
            word
        });
        rest = after;
    }
    redacted + rest
}

const REDACTED: &str = "[redacted]";
const MAX_CHARACTERS: usize = 600;
/// Shorter secrets are not Polar's tokens, the shortest of which has 43 characters.
const LONG: usize = 16;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_secrets_are_redacted_everywhere() {
        let secret = "abcdefghijklmnop-1";
        let text = format!("token {secret} is bad: {secret}/x{secret}x");
        let redacted = "token [redacted] is bad: [redacted]/x[redacted]x";
        assert_eq!(redact(&text, &[secret, ""]), redacted);
        assert_eq!(redact_long(&text, &[secret, "bad"]), redacted);
    }

    #[test]
    fn short_secrets_are_redacted_only_as_whole_words() {
        assert_eq!(
            redact("tok is no token, nor is \"tok\": a-tok tok", &["tok"]),
            "[redacted] is no token, nor is \"[redacted]\": a-tok [redacted]",
        );
    }

    #[test]
    fn long_text_is_truncated() {
        let long = "é".repeat(601);
        assert_eq!(truncate(&long), format!("{}…", "é".repeat(600)));
        assert_eq!(truncate(&"é".repeat(600)), "é".repeat(600));
    }
}
