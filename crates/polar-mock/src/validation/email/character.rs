use icu_normalizer::ComposingNormalizerBorrowed;
use icu_properties::{CodePointMapData, props::GeneralCategory};

/// Refuses what makes a text unsafe to show: controls, formats, spaces, unassigned characters, and
/// a combining mark in front.
pub(super) fn refuse_unsafe(text: &str) -> Result<(), String> {
    let bad = text
        .char_indices()
        .filter(|(index, c)| !c.is_ascii() && is_unsafe(*index, *c));
    let bad = listed(bad.map(|(_, c)| c));
    if bad.is_empty() {
        return Ok(());
    }
    Err(format!(
        "The email address contains unsafe characters: {bad}."
    ))
}

/// Of what kind a character is.
pub(super) fn category(c: char) -> GeneralCategory {
    CodePointMapData::<GeneralCategory>::new().get(c)
}

/// A text with its marks joined to their letters where there are such characters (NFC).
pub(super) fn composed(text: &str) -> String {
    ComposingNormalizerBorrowed::new_nfc()
        .normalize(text)
        .into_owned()
}

/// The characters of a complaint, each once: shown in quotes, or by number when they cannot be.
pub(super) fn listed(characters: impl Iterator<Item = char>) -> String {
    let mut shown: Vec<String> = characters
        .map(|c| match c {
            ' ' => "SPACE".to_owned(),
            '\\' => "\"\\\"".to_owned(),
            '\'' => "\"'\"".to_owned(),
            c if c.is_control() || c.is_whitespace() || is_unsafe(1, c) => {
                format!("U+{:04X}", u32::from(c))
            }
            c => format!("'{c}'"),
        })
        .collect();
    shown.sort();
    shown.dedup();
    shown.join(", ")
}

fn is_unsafe(index: usize, c: char) -> bool {
    use GeneralCategory as Category;
    match category(c) {
        Category::NonspacingMark | Category::EnclosingMark | Category::SpacingMark => index == 0,
        Category::SpaceSeparator
        | Category::LineSeparator
        | Category::ParagraphSeparator
        | Category::Control
        | Category::Format
        | Category::PrivateUse
        | Category::Surrogate
        | Category::Unassigned => true,
        _ => false,
    }
}
