use std::error::Error;

use polar_core::TransportError;

/// Part of every request; must not appear anywhere else.
pub(super) const IN_PATH: &str = "secret-in-path";
pub(super) const IN_QUERY: &str = "secret-in-query";
pub(super) const IN_HEADER: &str = "secret-in-header";
/// Part of [`RequestKind::claim`](crate::wire::RequestKind::claim).
pub(super) const IN_BODY: &str = "secret-in-body";

/// Returns where an error or one of its sources contains a secret, each as a sentence.
pub(super) fn leaks(error: &TransportError) -> Vec<String> {
    let mut leaks = Vec::new();
    let mut next: Option<&dyn Error> = Some(error);
    let mut depth = 0_usize;
    while let Some(error) = next {
        let place = match depth {
            0 => "the error".to_owned(),
            _ => format!("source {depth} of the error"),
        };
        for (format, text) in [
            ("Display", format!("{error} {error:#}")),
            ("Debug", format!("{error:?} {error:#?}")),
        ] {
            for secret in within(text.as_bytes()) {
                leaks.push(format!("the {format} output of {place} contains {secret}"));
            }
        }
        next = error.source();
        depth += 1;
    }
    leaks
}

/// Returns the secrets that a text contains, either literally or as the list of numbers that
/// `Debug` writes for bytes.
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
    use crate::wire::RequestKind;

    #[test]
    fn leaks_searches_all_sources() {
        let inner = std::io::Error::other(format!("GET /{IN_PATH} failed"));
        let outer = std::io::Error::new(std::io::ErrorKind::BrokenPipe, inner);
        let error = TransportError::unknown(TransportErrorKind::Interrupted).with_source(outer);
        assert!(!leaks(&error).is_empty());
        let error = TransportError::unknown(TransportErrorKind::Interrupted);
        let found = leaks(&error.with_source("connection reset"));
        assert!(found.is_empty(), "{found:?}");
    }

    #[test]
    fn within_finds_a_secret_in_the_debug_output_of_bytes() {
        let text = format!("{:?}", [b"x", IN_BODY.as_bytes(), b"y"].concat());
        assert_eq!(within(text.as_bytes()), [IN_BODY]);
    }

    #[test]
    fn claim_request_contains_the_secret_in_its_body() {
        let RequestKind::Post(body) = RequestKind::claim() else {
            panic!("a claim is a POST");
        };
        assert_eq!(within(&body), [IN_BODY]);
    }
}
