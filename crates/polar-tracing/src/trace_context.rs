use std::collections::HashMap;

use polar_core::RequestHeader;

/// Returns the headers of a trace context, of those that a propagator wrote.
pub(crate) fn headers(injected: &HashMap<String, String>) -> Vec<RequestHeader> {
    let find = |name: &str| {
        let mut headers = injected.iter();
        let (_, value) = headers.find(|(other, _)| other.eq_ignore_ascii_case(name))?;
        RequestHeader::new(name, value)
            .ok()
            .map(|header| (header, value))
    };
    match find("traceparent") {
        Some((parent, value)) if is_traceparent(value) => {
            let state = find("tracestate").filter(|(_, value)| !value.is_empty());
            std::iter::once(parent)
                .chain(state.map(|(state, _)| state))
                .collect()
        }
        _ => Vec::new(),
    }
}

/// Version 00 of the format: the ids of the trace and the span, which are not zero, and the flags.
fn is_traceparent(value: &str) -> bool {
    let is_hex = |text: &str, length| {
        text.len() == length
            && text
                .bytes()
                .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    };
    let is_id = |text: &str, length| is_hex(text, length) && text.bytes().any(|byte| byte != b'0');
    let mut parts = value.split('-');
    let [version, trace, span, flags] = [(); 4].map(|()| parts.next().unwrap_or_default());
    version == "00"
        && is_id(trace, 32)
        && is_id(span, 16)
        && is_hex(flags, 2)
        && parts.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0bc902b7-01";

    fn names(injected: &[(&str, &str)]) -> Vec<String> {
        let injected = injected
            .iter()
            .map(|(name, value)| (name.to_string(), value.to_string()));
        let headers = headers(&injected.collect());
        headers.iter().map(|header| format!("{header:?}")).collect()
    }

    #[test]
    fn only_the_headers_of_the_trace_context_are_sent() {
        assert_eq!(names(&[]), [""; 0]);
        assert_eq!(
            names(&[("traceparent", PARENT)]),
            ["RequestHeader(traceparent)"]
        );
        assert_eq!(
            names(&[
                ("Traceparent", PARENT),
                ("tracestate", "vendor=1"),
                ("baggage", "email=ann@acme.com"),
                ("authorization", "Bearer planted"),
            ]),
            ["RequestHeader(traceparent)", "RequestHeader(tracestate)"]
        );
        assert_eq!(names(&[("tracestate", "vendor=1")]), [""; 0]);
        for state in ["", "a\nb"] {
            let sent = names(&[("traceparent", PARENT), ("tracestate", state)]);
            assert_eq!(sent, ["RequestHeader(traceparent)"], "{state:?}");
        }
    }

    #[test]
    fn another_format_is_not_sent() {
        for parent in [
            "",
            "ann@acme.com",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0bc902b7",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0bc902b7-01-x",
            "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0bc902b7-01",
            "00-4BF92F3577B34DA6A3CE929D0E0E4736-00F067AA0BC902B7-01",
            "00-00000000000000000000000000000000-00f067aa0bc902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
            "00-4bf92f3577b34da6a3ce929d0e0e473-00f067aa0bc902b7-01",
        ] {
            assert!(!is_traceparent(parent), "{parent}");
            assert_eq!(names(&[("traceparent", parent)]), [""; 0]);
        }
        assert!(is_traceparent(PARENT));
    }
}
