//! Paths on their way into a URI and a document.

use std::borrow::Cow;

/// What is written for each byte: the byte itself for 0, `&amp;` for 1, a percent-encoding for 2.
pub(super) type Table = [u8; 256];

const AS_IS: u8 = 0;
const AMPERSAND: u8 = 1;

pub(super) static ENCODE_AND_ESCAPE: Table = table(true, true);
pub(super) static ENCODE: Table = table(true, false);
pub(super) static ESCAPE: Table = table(false, true);

const fn table(encode: bool, escape: bool) -> Table {
    let mut table = [AS_IS; 256];
    let mut byte = 0;
    while byte < 256 {
        if encode && !is_path_byte(byte as u8) {
            table[byte] = 2;
        }
        byte += 1;
    }
    if escape {
        table[b'&' as usize] = AMPERSAND;
    }
    table
}

/// `pchar` of RFC 3986 without percent-encodings, and the `/` between segments.
pub(super) const fn is_path_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'/' | b':' | b'@')
        || matches!(
            byte,
            b'!' | b'$' | b'&' | b'\'' | b'(' | b')' | b'*' | b'+' | b',' | b';' | b'='
        )
}

pub(super) fn push_path(out: &mut Vec<u8>, raw: &[u8], collection: bool, table: &Table) {
    if !raw.starts_with(b"/") {
        out.push(b'/');
    }
    push_with(out, raw, table);
    if collection && !out.ends_with(b"/") {
        out.push(b'/');
    }
}

pub(super) fn push_with(out: &mut Vec<u8>, bytes: &[u8], table: &Table) {
    let mut clean = 0;
    let mut at = 0;
    while at < bytes.len() {
        // Most of a path is passed over by the handful, of which the last overlaps the one before.
        let end = bytes.len().min(at + HANDFUL);
        let handful = bytes[end.saturating_sub(HANDFUL)..end].first_chunk();
        if handful.is_some_and(is_plain) {
            at = end;
            continue;
        }
        for (offset, &byte) in bytes[at..end].iter().enumerate() {
            let action = table[usize::from(byte)];
            if action != AS_IS {
                out.extend_from_slice(&bytes[clean..at + offset]);
                clean = at + offset + 1;
                push_instead(out, byte, action);
            }
        }
        at = end;
    }
    out.extend_from_slice(&bytes[clean..]);
}

fn push_instead(out: &mut Vec<u8>, byte: u8, action: u8) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    if action == AMPERSAND {
        out.extend_from_slice(b"&amp;");
    } else {
        let (high, low) = (usize::from(byte >> 4), usize::from(byte & 15));
        out.extend_from_slice(&[b'%', HEX[high], HEX[low]]);
    }
}

const HANDFUL: usize = 16;

/// Whether all are letters, digits or frequent marks, which no table changes. The compiler turns it
/// into vector instructions.
#[inline]
fn is_plain(bytes: &[u8; HANDFUL]) -> bool {
    bytes.iter().fold(true, |plain, &byte| {
        let mark_or_digit = byte.wrapping_sub(b'\'') <= b';' - b'\'';
        let letter = (byte | 0x20).wrapping_sub(b'a') < 26;
        plain & (mark_or_digit | letter | (byte == b'_'))
    })
}

/// The path without dot segments and without several slashes at its start. It borrows unless there
/// is something to mend.
pub(super) fn normal(path: &[u8]) -> Cow<'_, [u8]> {
    let is_dot = |segment: &[u8]| segment == b"." || segment == b"..";
    // The compiler turns it into vector instructions.
    let pairs = path.iter().zip(path.get(1..).unwrap_or_default());
    let may_have_dots = path.starts_with(b".")
        | pairs.fold(false, |found, (one, next)| {
            found | ((*one == b'/') & (*next == b'.'))
        });
    let has_dots = may_have_dots && path.split(|&b| b == b'/').any(is_dot);
    if !has_dots && !path.starts_with(b"//") {
        return Cow::Borrowed(path);
    }
    let start = path.iter().take_while(|&&b| b == b'/').count();
    let mut kept: Vec<&[u8]> = Vec::new();
    for segment in path[start..].split(|&b| b == b'/') {
        match segment {
            b"." => {}
            b".." => {
                kept.pop();
            }
            name => kept.push(name),
        }
    }
    // `/a/.` and `/a/b/..` name the collection `/a/`.
    if path.rsplit(|&b| b == b'/').next().is_some_and(is_dot) && !kept.is_empty() {
        kept.push(b"");
    }
    let mut mended = vec![b'/'];
    mended.extend_from_slice(&kept.join(&b'/'));
    // Dropping segments can bring an empty one to the front.
    let slashes = mended.iter().take_while(|&&b| b == b'/').count();
    mended.drain(1..slashes.max(1));
    Cow::Owned(mended)
}
