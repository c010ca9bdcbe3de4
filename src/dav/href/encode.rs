//! Paths on their way into a URI and a document.

use std::borrow::Cow;

use crate::xml::Buffer;

/// What is written for each byte, and how many bytes that is: the last of the eight.
pub(super) type Table = [[u8; 8]; 256];

pub(super) static ENCODE_AND_ESCAPE: Table = table(true, true);
pub(super) static ENCODE: Table = table(true, false);
pub(super) static ESCAPE: Table = table(false, true);

const fn table(encode: bool, escape: bool) -> Table {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    let mut table = [[0; 8]; 256];
    let mut index = 0;
    while index < 256 {
        let byte = index as u8;
        let (high, low) = (HEX[index >> 4], HEX[index & 15]);
        table[index] = match byte {
            b'&' if escape => *b"&amp;\0\0\x05",
            _ if encode && !is_path_byte(byte) => [b'%', high, low, 0, 0, 0, 0, 3],
            _ => [byte, 0, 0, 0, 0, 0, 0, 1],
        };
        index += 1;
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

/// Appends a path as the application knows it.
#[inline]
pub(super) fn push_path(out: &mut Buffer, raw: &[u8], collection: bool, table: &Table) {
    let start = out.len();
    if !push_tidy(out, raw, table) {
        out.truncate(start);
        let path = normal(raw);
        if path.first() != Some(&b'/') {
            out.push(b'/');
        }
        push_with(out, &path, table);
    }
    if collection && out.last() != Some(&b'/') {
        out.push(b'/');
    }
}

/// Appends a path in which no segment begins with a dot; whether it is one. Most of it is copied by the
/// handful, each looked at with the byte before it; the last overlaps the one before.
#[inline]
fn push_tidy(out: &mut Buffer, raw: &[u8], table: &Table) -> bool {
    if raw.first() != Some(&b'/') || matches!(raw.get(1), Some(b'/' | b'.')) {
        return false;
    }
    out.push(b'/');
    let mut rest = raw;
    while let Some(window) = rest.first_chunk::<WINDOW>() {
        let [_, handful @ ..] = window;
        if is_plain(window) {
            *out.room() = *handful;
            out.count(HANDFUL);
        } else if has_dot_segment(window) {
            return false;
        } else {
            push_odd(out, handful, table);
        }
        rest = &rest[HANDFUL..];
    }
    let rest = &rest[1..];
    match raw.last_chunk::<WINDOW>() {
        Some(window @ [_, handful @ ..]) if is_plain(window) => {
            out.truncate(out.len() - (HANDFUL - rest.len()));
            *out.room() = *handful;
            out.count(HANDFUL);
        }
        Some(window) if has_dot_segment(window) => return false,
        None if raw.windows(2).any(|pair| pair == b"/.") => return false,
        _ => push_odd(out, rest, table),
    }
    true
}

/// Appends what needs no more than its bytes encoded.
pub(super) fn push_with(out: &mut Buffer, bytes: &[u8], table: &Table) {
    for handful in bytes.chunks(HANDFUL) {
        push_odd(out, handful, table);
    }
}

/// Appends a handful or less, byte by byte.
#[inline(never)]
fn push_odd(out: &mut Buffer, bytes: &[u8], table: &Table) {
    const MOST: usize = (HANDFUL + 1) * size_of::<[u8; 8]>();
    let room = out.room::<MOST>();
    let mut length = 0;
    for &byte in bytes {
        let instead = table[usize::from(byte)];
        room[length..length + instead.len()].copy_from_slice(&instead);
        length += usize::from(instead[7]);
    }
    out.count(length);
}

const HANDFUL: usize = 16;
const WINDOW: usize = HANDFUL + 1;

/// Whether a handful is letters, digits and frequent marks, which no table changes, and with the byte
/// before it no segment begins with a dot. The compiler turns it into vector instructions, unless it
/// sees the loop around it.
#[inline(never)]
fn is_plain(window: &[u8; WINDOW]) -> bool {
    let ([before @ .., _], [_, bytes @ ..]) = (window, window);
    let pairs = before.iter().zip(bytes);
    pairs.fold(true, |plain, (&before, &byte)| {
        let mark_or_digit = byte.wrapping_sub(b'\'') <= b';' - b'\'';
        let letter = (byte | 0x20).wrapping_sub(b'a') < 26;
        let dot = (before ^ b'/') | (byte ^ b'.') == 0;
        plain & (mark_or_digit | letter | (byte == b'_')) & !dot
    })
}

#[inline(never)]
fn has_dot_segment(window: &[u8; WINDOW]) -> bool {
    let ([before @ .., _], [_, bytes @ ..]) = (window, window);
    let pairs = before.iter().zip(bytes);
    pairs.fold(false, |found, (&before, &byte)| {
        found | ((before ^ b'/') | (byte ^ b'.') == 0)
    })
}

/// The path without dot segments and without several slashes at its start. It borrows unless there
/// is something to mend.
pub(super) fn normal(path: &[u8]) -> Cow<'_, [u8]> {
    let is_dot = |segment: &[u8]| segment == b"." || segment == b"..";
    let has_dots = path.split(|&b| b == b'/').any(is_dot);
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
