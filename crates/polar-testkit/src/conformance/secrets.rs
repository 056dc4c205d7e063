use std::error::Error;

use polar_core::TransportError;

/// What is planted in every request, and must be found nowhere else.
pub(super) const IN_PATH: &str = "planted-in-the-path";
pub(super) const IN_QUERY: &str = "planted-in-the-query";
pub(super) const IN_HEADER: &str = "planted-in-a-header";
/// Of [`Ask::claim`](crate::wire::Ask::claim).
pub(super) const IN_BODY: &str = "planted-in-the-body";

/// The places in which an error, or one of its sources, tells a secret.
pub(super) fn told_by(error: &TransportError) -> Vec<String> {
    let mut told = Vec::new();
    let mut next: Option<&dyn Error> = Some(error);
    let mut depth = 0_usize;
    while let Some(error) = next {
        let who = match depth {
            0 => "the error".to_owned(),
            _ => format!("source {depth} of the error"),
        };
        for (how, text) in [
            ("Display", format!("{error} {error:#}")),
            ("Debug", format!("{error:?} {error:#?}")),
        ] {
            for secret in within(text.as_bytes()) {
                told.push(format!("{who} tells in its {how} what was {secret}"));
            }
        }
        next = error.source();
        depth += 1;
    }
    told
}

/// The secrets in a text, whether as they are or as the list of numbers that the `Debug` of bytes
/// writes.
pub(super) fn within(text: &[u8]) -> Vec<&'static str> {
    let mut secrets = vec![IN_PATH, IN_QUERY, IN_HEADER, IN_BODY];
    secrets.retain(|secret| {
        let numbers = format!("{:?}", secret.as_bytes());
        let numbers = numbers.trim_matches(['[', ']']);
        contains(text, secret.as_bytes()) || contains(text, numbers.as_bytes())
    });
    secrets
}

fn contains(text: &[u8], part: &[u8]) -> bool {
    text.windows(part.len()).any(|window| window == part)
}

#[cfg(test)]
mod tests {
    use polar_core::TransportErrorKind;

    use super::*;
    use crate::wire::Ask;

    #[test]
    fn a_secret_is_found_in_any_source() {
        let inner = std::io::Error::other(format!("GET /{IN_PATH} failed"));
        let outer = std::io::Error::new(std::io::ErrorKind::BrokenPipe, inner);
        let error = TransportError::unknown(TransportErrorKind::Interrupted).with_source(outer);
        assert!(!told_by(&error).is_empty());
        let told = told_by(
            &TransportError::unknown(TransportErrorKind::Interrupted).with_source("a reset"),
        );
        assert!(told.is_empty(), "{told:?}");
    }

    #[test]
    fn a_secret_is_found_among_bytes() {
        let text = format!("{:?}", [b"x", IN_BODY.as_bytes(), b"y"].concat());
        assert_eq!(within(text.as_bytes()), [IN_BODY]);
    }

    #[test]
    fn a_claim_has_the_secret_in_its_body() {
        let Ask::Post(body) = Ask::claim() else {
            panic!("a claim is a POST");
        };
        assert_eq!(within(&body), [IN_BODY]);
    }
}
