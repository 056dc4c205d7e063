//! A server's words, made fit to be shown.

use std::borrow::Cow;

use crate::sanitize;

/// The text without the long ones of the secrets, wherever they stand in it.
///
/// Short ones are left, for they could be a part of ordinary words, or a name in JSON.
pub(super) fn without_long<'a>(text: &'a str, secrets: &[&str]) -> Cow<'a, str> {
    let mut text = Cow::Borrowed(text);
    for secret in secrets.iter().filter(|secret| secret.len() >= LONG) {
        if text.contains(*secret) {
            text = Cow::Owned(text.replace(secret, REDACTED));
        }
    }
    text
}

/// A server's words without the secrets in them, without characters that are unsafe on a terminal, and
/// no longer than 600 characters. A short secret is only cut out where it is a whole word.
pub(super) fn fit(text: &str, secrets: &[&str]) -> String {
    let mut text = without_long(text, secrets).into_owned();
    for secret in secrets
        .iter()
        .filter(|secret| !secret.is_empty() && secret.len() < LONG)
    {
        text = without_word(&text, secret);
    }
    tame(&text)
}

/// The text without characters that are unsafe on a terminal, and no longer than 600 characters.
pub(super) fn tame(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => sanitize(text.get(..end).unwrap_or_default()) + "…",
        None => sanitize(text),
    }
}

fn without_word(text: &str, word: &str) -> String {
    let is_part = |character: char| character.is_alphanumeric() || matches!(character, '_' | '-');
    let mut fit = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(word) {
        let begins = !before
            .chars()
            .next_back()
            .or_else(|| fit.chars().next_back())
            .is_some_and(is_part);
        let ends = !after.chars().next().is_some_and(is_part);
        fit.push_str(before);
        fit.push_str(if begins && ends { REDACTED } else { word });
        rest = after;
    }
    fit + rest
}

const REDACTED: &str = "[redacted]";
const LONGEST: usize = 600;
/// Shorter secrets are no tokens of Polar's, whose invitations have 43 characters.
const LONG: usize = 16;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_cut_out_wherever_they_stand() {
        let secret = "abcdefghijklmnop-1";
        let text = format!("token {secret} is bad: {secret}/x{secret}x");
        let cut = "token [redacted] is bad: [redacted]/x[redacted]x";
        assert_eq!(fit(&text, &[secret, ""]), cut);
        assert_eq!(without_long(&text, &[secret, "bad"]), cut);
    }

    #[test]
    fn a_short_secret_does_not_spoil_the_words_around_it() {
        assert_eq!(
            fit("tok is no token, nor is \"tok\": a-tok tok", &["tok"]),
            "[redacted] is no token, nor is \"[redacted]\": a-tok [redacted]",
        );
    }

    #[test]
    fn long_words_are_cut() {
        let long = "é".repeat(601);
        assert_eq!(tame(&long), format!("{}…", "é".repeat(600)));
        assert_eq!(tame(&"é".repeat(600)), "é".repeat(600));
    }
}
