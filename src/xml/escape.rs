//! Text on its way into a document.

/// What becomes of the characters that XML 1.0 cannot hold: most control characters, U+FFFE and
/// U+FFFF. No escape exists for them, and one of them makes the whole document unreadable.
///
/// # Examples
///
/// ```
/// use statuary::{Href, Resource, prop, xml::IllegalChars};
///
/// let bell = Resource::new(Href::path("/bell")).prop(prop::Displayname("ring\u{7}"));
/// assert!(bell.to_string().contains("<D:displayname>ring\u{FFFD}</D:displayname>"));
///
/// let bell = Resource::new(Href::path("/bell"))
///     .illegal_chars(IllegalChars::Remove)
///     .prop(prop::Displayname("ring\u{7}"));
/// assert!(bell.to_string().contains("<D:displayname>ring</D:displayname>"));
/// ```
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub enum IllegalChars {
    /// Leave them out.
    Remove,
    /// Put U+FFFD, the replacement character, in their place. The default.
    #[default]
    Replace,
}

/// Whether XML 1.0 has no way to hold this character.
pub(crate) const fn is_forbidden(c: char) -> bool {
    matches!(c, '\0'..='\u{8}' | '\u{B}' | '\u{C}' | '\u{E}'..='\u{1F}' | '\u{FFFE}' | '\u{FFFF}')
}

/// Appends `text` as element content.
#[inline]
pub(crate) fn push_text(out: &mut Vec<u8>, text: &str, illegal_chars: IllegalChars) {
    if is_clean(text.as_bytes()) {
        out.extend_from_slice(text.as_bytes());
    } else {
        push_slowly(out, text, illegal_chars, false);
    }
}

/// Appends `text` as the value of an attribute in double quotes, without the quotes.
pub(crate) fn push_attribute(out: &mut Vec<u8>, text: &str, illegal_chars: IllegalChars) {
    push_slowly(out, text, illegal_chars, true);
}

/// Whether nothing in a text needs a look. It looks at a window of bytes at a time, the last of which
/// overlaps the one before.
#[inline]
fn is_clean(text: &[u8]) -> bool {
    let Some(last) = text.last_chunk::<WINDOW>() else {
        return !text.iter().any(|&byte| needs_look(byte));
    };
    let mut windows = text.chunks_exact(WINDOW).filter_map(<[u8]>::first_chunk);
    windows.all(is_clean_window) && is_clean_window(last)
}

const WINDOW: usize = 16;

/// The compiler turns it into vector instructions.
#[inline]
fn is_clean_window(window: &[u8; WINDOW]) -> bool {
    !window
        .iter()
        .fold(false, |found, &byte| found | needs_look(byte))
}

/// It takes in a few harmless bytes, such as tabs and the first byte of U+F000 to U+FFFF, which the
/// slow path then copies.
#[inline]
const fn needs_look(byte: u8) -> bool {
    (byte < 0x20) | (byte == b'&') | (byte == b'<') | (byte == b'>') | (byte == 0xEF)
}

#[cold]
fn push_slowly(out: &mut Vec<u8>, text: &str, illegal_chars: IllegalChars, attribute: bool) {
    let mut clean = 0;
    for (at, c) in text.char_indices() {
        let instead: &[u8] = match c {
            '&' => b"&amp;",
            '<' => b"&lt;",
            // Always, so that `]]>` never stands in text.
            '>' => b"&gt;",
            // A bare one would be read back as a line feed.
            '\r' => b"&#13;",
            '"' if attribute => b"&quot;",
            '\t' if attribute => b"&#9;",
            '\n' if attribute => b"&#10;",
            c if is_forbidden(c) => match illegal_chars {
                IllegalChars::Remove => b"",
                IllegalChars::Replace => "\u{FFFD}".as_bytes(),
            },
            _ => continue,
        };
        out.extend_from_slice(&text.as_bytes()[clean..at]);
        out.extend_from_slice(instead);
        clean = at + c.len_utf8();
    }
    out.extend_from_slice(&text.as_bytes()[clean..]);
}
