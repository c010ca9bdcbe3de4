//! Text between markup: where it ends, whether XML allows it, and what it says.

use std::borrow::Cow;

use memchr::{memchr, memchr2, memchr3};

use super::{
    error::{ErrorKind, Fault},
    reference,
};

/// A piece of text as it is written, up to the next `<`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Run {
    /// Where it ends.
    pub(crate) end: usize,
    /// Whether it needs no [`check`], and means what is written.
    pub(crate) is_plain: bool,
}

const ONES: u64 = u64::from_ne_bytes([1; 8]);
const HIGHS: u64 = ONES << 7;

/// Whether XML takes this for white space.
pub(crate) const fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\r' | '\n')
}

/// Looks at eight bytes at a time for a `<`, and for what may need a second look on the way there.
///
/// It tests as little as possible, since it sees every byte of every text. `<` and `>` differ in one bit and
/// are found together; a text without `>` has no `]]>` either. Anything but ASCII needs a second look, but
/// line ends do not. Not inlined, so that the constants stay in registers.
#[inline(never)]
pub(crate) fn run(bytes: &[u8], start: usize) -> Run {
    let mut at = start;
    while let Some(word) = bytes.get(at..).and_then(<[u8]>::first_chunk) {
        let word = u64::from_le_bytes(*word);
        let angles = ((word & !(ONES * 0x02)) ^ (ONES * 0x3C)).wrapping_sub(ONES);
        let ampersands = (word ^ (ONES * 0x26)).wrapping_sub(ONES);
        let controls = word.wrapping_sub(ONES * 0x20);
        let found = (angles | ampersands | controls | word) & HIGHS;
        if found != 0 {
            // The first hit is real; those behind it may be false.
            at += found.trailing_zeros() as usize / 8;
            if matches!(bytes[at], b'\t' | b'\n' | b'\r') {
                at += 1;
                continue;
            }
            break;
        }
        at += 8;
    }
    let rest = bytes.get(at..).unwrap_or_default();
    if rest.first() == Some(&b'<') {
        return Run {
            end: at,
            is_plain: true,
        };
    }
    Run {
        end: at + memchr(b'<', rest).unwrap_or(rest.len()),
        is_plain: rest.is_empty(),
    }
}

/// The same for text that is often nothing but the white space between two elements, which is short.
#[inline(always)]
pub(crate) fn run_after_indent(bytes: &[u8], start: usize) -> Run {
    let end = end_of_indent(bytes, start);
    match bytes.get(end) {
        Some(b'<') => Run {
            end,
            is_plain: true,
        },
        _ => run(bytes, end),
    }
}

/// Where the white space at the start ends.
#[inline(always)]
pub(crate) fn end_of_indent(bytes: &[u8], start: usize) -> usize {
    let rest = bytes.get(start..).unwrap_or_default();
    let is_space = |byte: &&u8| matches!(byte, b' ' | b'\t' | b'\r' | b'\n');
    start + rest.iter().take_while(is_space).count()
}

/// Checks text between markup.
pub(crate) fn check(text: &str) -> Result<(), Fault> {
    let bytes = text.as_bytes();
    let is_odd = |found, &byte: &u8| {
        found | (byte < 0x20) | (byte == b'&') | (byte == b']') | (byte == 0xEF)
    };
    if !bytes.iter().fold(false, is_odd) {
        return Ok(());
    }
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'&' => {
                at = reference_at(text, at)?.1;
                continue;
            }
            b']' if bytes[at..].starts_with(b"]]>") => {
                let sentence = "the text holds `]]>`, write `]]&gt;`";
                return Err(Fault::new(ErrorKind::Syntax, sentence, at));
            }
            0..0x20 | 0xEF => check_character(bytes, at)?,
            _ => {}
        }
        at += 1;
    }
    Ok(())
}

/// Checks characters without markup, such as those of a comment.
pub(crate) fn check_characters(text: &str) -> Result<(), Fault> {
    let bytes = text.as_bytes();
    let is_odd = |found, &byte: &u8| found | (byte < 0x20) | (byte == 0xEF);
    if !bytes.iter().fold(false, is_odd) {
        return Ok(());
    }
    (0..bytes.len()).try_for_each(|at| check_character(bytes, at))
}

/// Decodes text between markup, which was checked before.
pub(crate) fn decode(raw: &str) -> Cow<'_, str> {
    if memchr2(b'&', b'\r', raw.as_bytes()).is_none() {
        return Cow::Borrowed(raw);
    }
    let mut text = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(found) = memchr2(b'&', b'\r', rest.as_bytes()) {
        text.push_str(&rest[..found]);
        let (c, end) = match rest.as_bytes()[found] {
            b'\r' => line_end_at(rest, found),
            _ => reference_at(rest, found).unwrap_or(('&', found + 1)),
        };
        text.push(c);
        rest = &rest[end..];
    }
    text.push_str(rest);
    Cow::Owned(text)
}

/// Decodes a CDATA section: its text, with line ends normalized as in
/// [XML 1.0, section 2.11](https://www.w3.org/TR/xml/#sec-line-ends).
pub(crate) fn decode_lines(raw: &str) -> Cow<'_, str> {
    let mut lines = raw.split('\r');
    let Some(first) = lines.next().filter(|line| line.len() < raw.len()) else {
        return Cow::Borrowed(raw);
    };
    let mut text = String::with_capacity(raw.len());
    text.push_str(first);
    for line in lines {
        text.push('\n');
        text.push_str(line.strip_prefix('\n').unwrap_or(line));
    }
    Cow::Owned(text)
}

// === helpers ===

/// The character that a reference stands for, and where the reference ends.
fn reference_at(text: &str, at: usize) -> Result<(char, usize), Fault> {
    let rest = text[at..].strip_prefix('&').unwrap_or_default();
    let end = memchr3(b';', b'&', b'<', rest.as_bytes());
    let Some(end) = end.filter(|&end| rest.as_bytes()[end] == b';') else {
        let sentence = "a reference has no `;`, write `&amp;` for `&`";
        return Err(Fault::new(ErrorKind::Syntax, sentence, at));
    };
    let c = reference::resolve(&rest[..end], at)?;
    Ok((c, at + end + 2))
}

/// The character that a carriage return stands for, and where it ends, including a line feed after it.
fn line_end_at(text: &str, at: usize) -> (char, usize) {
    let has_feed = text.as_bytes().get(at + 1) == Some(&b'\n');
    ('\n', at + 1 + usize::from(has_feed))
}

fn check_character(bytes: &[u8], at: usize) -> Result<(), Fault> {
    let code = match &bytes[at..] {
        [b'\t' | b'\n' | b'\r', ..] => return Ok(()),
        [byte @ ..0x20, ..] => u32::from(*byte),
        [0xEF, 0xBF, last @ (0xBE | 0xBF), ..] => 0xFF40 + u32::from(*last),
        _ => return Ok(()),
    };
    let sentence = format!("the character U+{code:04X} is forbidden in XML, leave it out");
    Err(Fault::new(ErrorKind::ForbiddenCharacter, sentence, at))
}
