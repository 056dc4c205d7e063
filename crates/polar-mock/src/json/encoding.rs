use std::borrow::Cow;

/// Decodes a JSON text as Python's `json.loads` does; returns `None` if the text is not valid in
/// its encoding.
///
/// A byte order mark determines the encoding, or the position of zeros in the first four bytes,
/// since the first characters of a JSON text are ASCII.
pub(crate) fn decode(bytes: &[u8]) -> Option<Cow<'_, str>> {
    match bytes {
        [0, 0, 0xFE, 0xFF, text @ ..] => utf32(text, u32::from_be_bytes),
        [0xFF, 0xFE, 0, 0, text @ ..] => utf32(text, u32::from_le_bytes),
        [0xFE, 0xFF, text @ ..] => utf16(text, u16::from_be_bytes),
        [0xFF, 0xFE, text @ ..] => utf16(text, u16::from_le_bytes),
        [0xEF, 0xBB, 0xBF, text @ ..] => utf8(text),
        [0, 0, _, _, ..] => utf32(bytes, u32::from_be_bytes),
        [0, _, _, _, ..] | [0, _] => utf16(bytes, u16::from_be_bytes),
        [_, 0, 0, 0, ..] => utf32(bytes, u32::from_le_bytes),
        [_, 0, _, _, ..] | [_, 0] => utf16(bytes, u16::from_le_bytes),
        _ => utf8(bytes),
    }
}

fn utf8(bytes: &[u8]) -> Option<Cow<'_, str>> {
    std::str::from_utf8(bytes).ok().map(Cow::Borrowed)
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Option<Cow<'static, str>> {
    let units = bytes.chunks(2).map(|pair| pair.try_into().ok().map(unit));
    let units: Vec<u16> = units.collect::<Option<_>>()?;
    String::from_utf16(&units).ok().map(Cow::Owned)
}

fn utf32(bytes: &[u8], unit: fn([u8; 4]) -> u32) -> Option<Cow<'static, str>> {
    let units = bytes.chunks(4).map(|four| four.try_into().ok().map(unit));
    let text: Option<String> = units.map(|unit| char::from_u32(unit?)).collect();
    text.map(Cow::Owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"{"email":"zoë@acme.com","n":"𝄞"}"#;

    fn encoded<const N: usize>(units: impl Iterator<Item = [u8; N]>) -> Vec<u8> {
        units.flatten().collect()
    }

    #[test]
    fn decode_recognizes_encodings_with_and_without_byte_order_mark() {
        let marked = format!("\u{feff}{TEXT}");
        for text in [TEXT, &marked, "1", "12"] {
            let expected = text.trim_start_matches('\u{feff}');
            for bytes in [
                text.as_bytes().to_vec(),
                encoded(text.encode_utf16().map(u16::to_le_bytes)),
                encoded(text.encode_utf16().map(u16::to_be_bytes)),
                encoded(text.chars().map(|c| u32::from(c).to_le_bytes())),
                encoded(text.chars().map(|c| u32::from(c).to_be_bytes())),
            ] {
                assert_eq!(decode(&bytes).as_deref(), Some(expected), "{bytes:?}");
            }
        }
    }

    #[test]
    fn decode_rejects_truncated_or_invalid_text() {
        for bytes in [
            b"{\0}\0\0".as_slice(),
            b"\xff\xfe{",
            b"\xff\xfe\x00\xd8",
            b"\0\0\0{\0\0",
            b"{\0\0\0\0\0\x11\0",
            b"\"\xeb\"",
        ] {
            assert_eq!(decode(bytes), None, "{bytes:?}");
        }
    }
}
