//! Escaping text for a document.

use memchr::memchr;

use super::buffer::Buffer;

/// How to write characters that XML 1.0 cannot hold: most control characters, U+FFFE and U+FFFF. No
/// escape exists for them, and one of them makes the whole document unreadable.
///
/// # Examples
///
/// ```
/// use statuary::{Href, Resource, prop, xml::IllegalChars};
///
/// let bell = Resource::new(Href::path("/bell")).prop(prop::DisplayName("ring\u{7}"));
/// assert!(bell.to_string().contains("<D:displayname>ring\u{FFFD}</D:displayname>"));
///
/// let bell = Resource::new(Href::path("/bell"))
///     .illegal_chars(IllegalChars::Remove)
///     .prop(prop::DisplayName("ring\u{7}"));
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

/// The longest text that is checked while it is copied; most are shorter.
pub(crate) const SHORT: usize = 64;

/// Whether XML 1.0 has no way to hold this character.
pub(crate) const fn is_forbidden(c: char) -> bool {
    matches!(c, '\0'..='\u{8}' | '\u{B}' | '\u{C}' | '\u{E}'..='\u{1F}' | '\u{FFFE}' | '\u{FFFF}')
}

/// Appends `text` as element content.
#[inline]
pub(crate) fn push_text(out: &mut Buffer, text: &str, illegal_chars: IllegalChars) {
    if copy_clean(text.as_bytes(), out.room()) {
        out.count(text.len());
    } else {
        push_long(out, text, illegal_chars);
    }
}

/// Appends `text` as the value of an attribute in double quotes, without the quotes.
pub(crate) fn push_attribute(out: &mut Buffer, text: &str, illegal_chars: IllegalChars) {
    let has_quote = memchr(b'"', text.as_bytes()).is_some();
    if !has_quote && copy_clean(text.as_bytes(), out.room()) {
        out.count(text.len());
    } else {
        push_slowly(out, text, illegal_chars, true);
    }
}

/// Copies a short text, unless something in it needs a closer look. Returns whether it did.
///
/// It copies the text as its two ends, which overlap: so there is nothing to count, and each end
/// has a constant length.
pub(crate) fn copy_clean(text: &[u8], room: &mut [u8; SHORT]) -> bool {
    // The most frequent lengths come first.
    let length = text.len();
    if length >= 16 {
        match length {
            16..32 => copy_clean_ends::<16>(text, room),
            32..=SHORT => copy_clean_ends::<32>(text, room),
            _ => false,
        }
    } else if length >= 8 {
        copy_clean_ends::<8>(text, room)
    } else if length >= 4 {
        copy_clean_ends::<4>(text, room)
    } else {
        text.iter().zip(room).all(|(&byte, room)| {
            *room = byte;
            oddness(byte) != 0
        })
    }
}

#[inline]
fn copy_clean_ends<const N: usize>(text: &[u8], room: &mut [u8; SHORT]) -> bool {
    let (Some(first), Some(last)) = (text.first_chunk::<N>(), text.last_chunk::<N>()) else {
        return false;
    };
    // Checked before copying: otherwise the compiler splits it up again.
    let is_clean = !needs_look(first, last);
    room[..N].copy_from_slice(first);
    room[text.len() - N..][..N].copy_from_slice(last);
    is_clean
}

/// Whether some byte is markup or may begin a character that XML forbids. It includes a few
/// harmless ones, such as tabs and the first byte of U+F000 to U+FFFF, which the slow path then
/// copies. The compiler turns it into vector instructions.
#[inline]
fn needs_look<const N: usize>(one: &[u8; N], other: &[u8; N]) -> bool {
    let pairs = one.iter().zip(other);
    pairs.fold(false, |found, (&one, &other)| {
        found | (oddness(one).min(oddness(other)) == 0)
    })
}

/// Zero for a byte that needs a closer look.
#[inline(always)]
fn oddness(byte: u8) -> u8 {
    let control = byte & 0xE0;
    let angle = (byte & !(b'<' ^ b'>')) ^ b'<';
    control.min(angle).min(byte ^ b'&').min(byte ^ 0xEF)
}

/// How many bytes of a long text are checked at once.
const WINDOW: usize = 32;

#[inline(never)]
fn push_long(out: &mut Buffer, text: &str, illegal_chars: IllegalChars) {
    let bytes = text.as_bytes();
    let mut windows = bytes
        .chunks_exact(WINDOW)
        .filter_map(<[u8]>::first_chunk::<WINDOW>);
    let is_clean = bytes
        .last_chunk::<WINDOW>()
        .is_some_and(|last| !windows.any(|window| needs_look(window, last)));
    if is_clean {
        out.extend_from_slice(bytes);
    } else {
        push_slowly(out, text, illegal_chars, false);
    }
}

#[cold]
fn push_slowly(out: &mut Buffer, text: &str, illegal_chars: IllegalChars, attribute: bool) {
    let mut clean = 0;
    for (at, c) in text.char_indices() {
        let instead: &[u8] = match c {
            '&' => b"&amp;",
            '<' => b"&lt;",
            // Always, so that text never contains `]]>`.
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
