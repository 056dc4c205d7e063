//! Making untrusted text safe to print on a terminal.

/// Returns whether a character can control a terminal, or reorders or hides the text around it.
///
/// These are the control characters (C0, DEL and C1), the line and paragraph separators, and all
/// characters with Unicode's properties `Bidi_Control` or `Default_Ignorable_Code_Point`. The
/// latter include the joiners and variation selectors of emoji.
#[must_use]
pub const fn is_terminal_unsafe(character: char) -> bool {
    matches!(
        character,
        '\0'..='\u{1f}'
            | '\u{7f}'..='\u{9f}'
            | '\u{ad}'
            | '\u{34f}'
            | '\u{61c}'
            | '\u{115f}'..='\u{1160}'
            | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fff0}'..='\u{fff8}'
            | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}'
    )
}

/// Returns the text with a space in place of each character that is unsafe on a terminal.
///
/// Line breaks are among these, so the result is a single line. See [`is_terminal_unsafe`].
///
/// ```
/// assert_eq!(polar_core::sanitize("Zoë\u{1b}[2J\n\u{202e}"), "Zoë [2J  ");
/// ```
#[must_use]
pub fn sanitize(text: &str) -> String {
    text.chars()
        .map(|character| match character {
            character if is_terminal_unsafe(character) => ' ',
            character => character,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use icu_properties::{
        CodePointSetData,
        props::{BidiControl, DefaultIgnorableCodePoint},
    };

    use super::*;

    #[test]
    fn unsafe_ranges_match_unicode() {
        let bidi = CodePointSetData::new::<BidiControl>();
        let ignorable = CodePointSetData::new::<DefaultIgnorableCodePoint>();
        for character in '\0'..=char::MAX {
            let expected = character.is_control()
                || matches!(character, '\u{2028}' | '\u{2029}')
                || bidi.contains(character)
                || ignorable.contains(character);
            assert_eq!(
                is_terminal_unsafe(character),
                expected,
                "U+{:04X}",
                u32::from(character)
            );
        }
    }

    #[test]
    fn unsafe_characters_become_spaces() {
        assert_eq!(
            sanitize("a\u{1b}[2Jb\r\nc\u{202e}d\u{9b}e"),
            "a [2Jb  c d e"
        );
        assert_eq!(sanitize("\u{61c}\u{ad}\u{e0041}"), "   ");
        assert_eq!(sanitize("Zoë 😀"), "Zoë 😀");
    }
}
