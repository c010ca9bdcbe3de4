//! Encoding paths for a URI and a document.

use std::borrow::Cow;

use percent_encoding::percent_encode_byte;

use crate::xml::Buffer;

/// The bytes that are written for each byte; the last of the eight is their number.
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
#[inline(always)]
pub(super) fn push_path(out: &mut Buffer, raw: &[u8], collection: bool, table: &Table) {
    let plain = push_plain(out, raw);
    if plain < raw.len().max(1) {
        push_behind(out, raw, plain, table);
    }
    if collection && out.last() != Some(&b'/') {
        out.push(b'/');
    }
}

/// Appends the front of a path as far as it is plain and no segment begins with a dot. Returns its length. It
/// is copied a handful of bytes at a time, each checked together with the byte before it; the last handful
/// overlaps the one before.
#[inline(always)]
fn push_plain(out: &mut Buffer, raw: &[u8]) -> usize {
    if raw.first() != Some(&b'/') || matches!(raw.get(1), Some(b'/' | b'.')) {
        return 0;
    }
    let room = out.space(raw.len() + HANDFUL);
    room[0] = b'/';
    let (mut rest, mut behind) = (raw, &mut room[1..]);
    while let (Some(window), Some(room)) = (rest.first_chunk(), behind.first_chunk_mut()) {
        if !copy_plain(window, room) {
            break;
        }
        rest = &rest[HANDFUL..];
        behind = &mut behind[HANDFUL..];
    }
    let mut plain = 1 + raw.len() - rest.len();
    if rest.len() < WINDOW {
        let last = raw.last_chunk().zip(room[..raw.len()].last_chunk_mut());
        if last.is_some_and(|(window, room)| copy_plain(window, room)) {
            plain = raw.len();
        }
    }
    out.count(plain);
    plain
}

/// Appends the rest of a path behind its plain front.
#[inline(never)]
fn push_behind(out: &mut Buffer, raw: &[u8], plain: usize, table: &Table) {
    let start = out.len() - plain;
    let is_tidy = match plain.checked_sub(1) {
        Some(before) => push_tidy(out, &raw[before..], table),
        None => false,
    };
    if !is_tidy {
        out.truncate(start);
        push_untidy(out, raw, table);
    }
}

/// Appends the path behind its first byte, unless a segment begins with a dot. Returns whether none does.
fn push_tidy(out: &mut Buffer, mut raw: &[u8], table: &Table) -> bool {
    while let Some(window) = raw.first_chunk::<WINDOW>() {
        let [_, handful @ ..] = window;
        if copy_plain(window, out.room()) {
            out.count(HANDFUL);
        } else if has_dot_segment(window) {
            return false;
        } else {
            push_odd(out, handful, table);
        }
        raw = &raw[HANDFUL..];
    }
    if raw.windows(2).any(|pair| pair == b"/.") {
        return false;
    }
    push_odd(out, &raw[1..], table);
    true
}

#[cold]
#[inline(never)]
fn push_untidy(out: &mut Buffer, raw: &[u8], table: &Table) {
    let path = normal(raw);
    if path.first() != Some(&b'/') {
        out.push(b'/');
    }
    push_with(out, &path, table);
}

/// Appends bytes that only have to be encoded one by one.
pub(super) fn push_with(out: &mut Buffer, bytes: &[u8], table: &Table) {
    for handful in bytes.chunks(HANDFUL) {
        push_odd(out, handful, table);
    }
}

/// Appends a handful or less, byte by byte.
#[inline(never)]
fn push_odd(out: &mut Buffer, bytes: &[u8], table: &Table) {
    let room = out.room::<{ ODD + 8 }>();
    let mut length = 0;
    for &byte in bytes {
        let instead = table[usize::from(byte)];
        // The length is never larger, and the mask spares a bounds check.
        room[length & (ODD - 1)..][..8].copy_from_slice(&instead);
        length += usize::from(instead[7]);
    }
    out.count(length);
}

/// More than a handful of bytes can become, and a power of two.
const ODD: usize = 128;

const HANDFUL: usize = 16;
const WINDOW: usize = HANDFUL + 1;

/// Copies a handful of bytes if all are letters, digits and frequent marks, which no table changes, and no
/// segment begins with a dot, counting the byte before them. Returns whether that is so. The compiler turns
/// it into vector instructions, unless it sees the loop around it.
#[inline(never)]
fn copy_plain(window: &[u8; WINDOW], room: &mut [u8; HANDFUL]) -> bool {
    let ([before @ .., _], [_, handful @ ..]) = (window, window);
    let pairs = before.iter().zip(handful);
    let is_plain = pairs.fold(true, |plain, (&before, &byte)| {
        let mark_or_digit = byte.wrapping_sub(b'\'') <= b';' - b'\'';
        let letter = (byte | 0x20).wrapping_sub(b'a') < 26;
        let dot = (before ^ b'/') | (byte ^ b'.') == 0;
        plain & (mark_or_digit | letter | (byte == b'_')) & !dot
    });
    *room = *handful;
    is_plain
}

#[inline(never)]
fn has_dot_segment(window: &[u8; WINDOW]) -> bool {
    let ([before @ .., _], [_, bytes @ ..]) = (window, window);
    let pairs = before.iter().zip(bytes);
    pairs.fold(false, |found, (&before, &byte)| {
        found | ((before ^ b'/') | (byte ^ b'.') == 0)
    })
}

/// A path, perhaps with a query, with bytes encoded that should have been: `http` lets more bytes through
/// than a URI may hold, and so do clients. What begins a query or a fragment stays.
pub(super) fn mended(sent: &str) -> Cow<'_, str> {
    let is_legal = |byte| is_path_byte(byte) || matches!(byte, b'%' | b'?' | b'#');
    if sent.bytes().all(is_legal) {
        return Cow::Borrowed(sent);
    }
    let mut mended = String::with_capacity(sent.len() + 16);
    for byte in sent.bytes() {
        match is_legal(byte) {
            true => mended.push(byte.into()),
            false => mended.push_str(percent_encode_byte(byte)),
        }
    }
    Cow::Owned(mended)
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
