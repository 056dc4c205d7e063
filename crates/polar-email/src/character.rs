use icu_normalizer::ComposingNormalizerBorrowed;
use icu_properties::{CodePointMapData, props::GeneralCategory};

/// Rejects characters that are unsafe to display: controls, formats, spaces, unassigned characters,
/// and a combining mark at the start.
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

pub(super) fn category(c: char) -> GeneralCategory {
    CodePointMapData::<GeneralCategory>::new().get(c)
}

/// Returns a text in NFC.
pub(super) fn composed(text: &str) -> String {
    ComposingNormalizerBorrowed::new_nfc()
        .normalize(text)
        .into_owned()
}

/// Lists the characters of a message, each once: in quotes, or by number if they are not printable.
pub(super) fn listed(characters: impl Iterator<Item = char>) -> String {
    let mut listed: Vec<String> = characters
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
    listed.sort();
    listed.dedup();
    listed.join(", ")
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
