//! The characters of a document, for a parser that reads UTF-8 alone.

/// A document that was read, which may be UTF-16, with a byte order mark or without.
pub(crate) fn decoded(document: &[u8]) -> String {
    let unit: fn([u8; 2]) -> u16 = match document {
        [0xFF, 0xFE, ..] | [b'<', 0, ..] => u16::from_le_bytes,
        [0xFE, 0xFF, ..] | [0, b'<', ..] => u16::from_be_bytes,
        _ => return String::from_utf8(document.to_vec()).expect("what is read is UTF-8"),
    };
    let units = document
        .chunks_exact(2)
        .map(|pair| unit([pair[0], pair[1]]));
    let text: Result<String, _> = char::decode_utf16(units).collect();
    text.expect("what is read is UTF-16")
}
