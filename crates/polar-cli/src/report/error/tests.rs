use std::io;

use super::*;

fn json(error: &CliError) -> serde_json::Value {
    let line = ErrorReport::new(error).json();
    assert_eq!(line.lines().count(), 1, "{line}");
    serde_json::from_str(&line).unwrap()
}

#[test]
fn invalid_input_has_stable_json() {
    assert_eq!(
        json(&CliError::invalid("bad")),
        serde_json::json!({"error": {
            "kind": "invalid", "code": null, "message": "bad", "status": null,
            "sent": "no", "outcome": "not_done",
        }}),
    );
}

#[test]
fn unprinted_result_of_a_write_has_unknown_outcome() {
    let error = |effect| CliError::Output {
        source: io::Error::from(io::ErrorKind::BrokenPipe),
        effect,
        saved: SavedResponse::None,
    };
    let write = json(&error(Effect::Write));
    assert_eq!(write["error"]["outcome"], "unknown");
    assert_eq!(
        write["error"]["message"],
        "the result could not be written: broken pipe"
    );
    assert!(
        write["error"]["next_step"]
            .as_str()
            .unwrap()
            .contains("do not repeat it")
    );
    let read = json(&error(Effect::Read));
    assert_eq!(read["error"]["outcome"], "not_done");
    assert_eq!(read["error"].get("next_step"), None);
}

#[test]
fn control_characters_are_replaced() {
    let error = CliError::Output {
        source: io::Error::other("c\u{9b}2J"),
        effect: Effect::Write,
        saved: SavedResponse::File("d\u{1b}[2J\n".into()),
    };
    let text = ErrorReport::new(&error).to_text(Theme::new(false));
    assert!(text.contains("  caused by: c 2J\n"), "{text:?}");
    assert!(
        text.contains("was saved to d [2J , which only you"),
        "{text:?}"
    );
    let report = ErrorReport::new(&CliError::invalid("a\u{202e}\u{ad}:\n  b\u{1b}[2J"));
    assert_eq!(report.to_text(Theme::new(false)), "error: a  :\n  b [2J\n");
    assert!(
        report
            .json()
            .contains(r#""message":"a\u202e\u00ad:\n  b\u001b[2J""#)
    );
}

#[test]
fn text_has_a_line_for_each_cause() {
    let error = CliError::Output {
        source: io::Error::from(io::ErrorKind::BrokenPipe),
        effect: Effect::Read,
        saved: SavedResponse::None,
    };
    assert_eq!(
        ErrorReport::new(&error).to_text(Theme::new(false)),
        "error: the result could not be written\n  caused by: broken pipe\n",
    );
}
