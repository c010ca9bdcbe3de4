//! Text between markup: where it ends, whether XML allows it, and what it says.

use std::borrow::Cow;

use memchr::{memchr2, memchr3};

use super::{
    error::{ErrorKind, Fault},
    reference,
};

/// A piece of text as it is written, up to the next `<`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Run {
    /// Where it ends.
    pub(crate) end: usize,
    /// Whether nothing in it needs [`check`]: it is text that says what is written.
    pub(crate) is_plain: bool,
}

const ONES: u64 = u64::from_ne_bytes([1; 8]);
const HIGHS: u64 = ONES << 7;

/// Looks at eight bytes at a time for a `<`, and for what may need a second look on the way there.
///
/// It asks for as little as it can, since it sees every byte of every text. `<` and `>` differ in one bit
/// and are found together; a text without `>` has no `]]>` either. A second look is due to whatever is
/// not ASCII.
#[inline(never)]
pub(crate) fn run(bytes: &[u8], start: usize) -> Run {
    let (mut at, mut is_plain) = (start, true);
    let words = bytes.get(start..).unwrap_or_default().chunks_exact(8);
    let rest = words.remainder();
    for word in words {
        let word = word.try_into().map_or(0, u64::from_le_bytes);
        let angles = ((word & !(ONES * 0x02)) ^ (ONES * 0x3C)).wrapping_sub(ONES);
        let controls = word.wrapping_sub(ONES * 0x20);
        let ampersands = (word ^ (ONES * 0x26)).wrapping_sub(ONES);
        let odd = controls | ampersands | word;
        if (odd | angles) & HIGHS == 0 {
            at += 8;
            continue;
        }
        // The first that is found is one; behind it there may be some that are not.
        let mut angles = angles & !word & HIGHS;
        while angles != 0 {
            let bit = angles.trailing_zeros();
            if (word >> (bit - 7)) as u8 == b'<' {
                // Only what is before it counts.
                let is_odd = odd & HIGHS & ((1 << bit) - 1) != 0;
                return Run {
                    end: at + bit as usize / 8,
                    is_plain: is_plain && !is_odd,
                };
            }
            is_plain = false;
            angles &= angles - 1;
        }
        is_plain &= odd & HIGHS == 0;
        at += 8;
    }
    let length = rest.iter().position(|&byte| byte == b'<');
    let length = length.unwrap_or(rest.len());
    let is_odd = |&byte: &u8| !matches!(byte, 0x20..0x80) || matches!(byte, b'&' | b'>');
    Run {
        end: at + length,
        is_plain: is_plain && !rest[..length].iter().any(is_odd),
    }
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

/// Checks characters that mean nothing but themselves, such as those of a comment.
pub(crate) fn check_characters(text: &str) -> Result<(), Fault> {
    let bytes = text.as_bytes();
    let is_odd = |found, &byte: &u8| found | (byte < 0x20) | (byte == 0xEF);
    if !bytes.iter().fold(false, is_odd) {
        return Ok(());
    }
    (0..bytes.len()).try_for_each(|at| check_character(bytes, at))
}

/// What text between markup says, given that it was checked.
pub(crate) fn decode(raw: &str) -> Cow<'_, str> {
    if memchr2(b'&', b'\r', raw.as_bytes()).is_none() {
        return Cow::Borrowed(raw);
    }
    let mut text = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(found) = memchr2(b'&', b'\r', rest.as_bytes()) {
        text.push_str(&rest[..found]);
        match reference_at(rest, found) {
            Ok((c, end)) => {
                text.push(c);
                rest = &rest[end..];
            }
            Err(_) => rest = push_line_end(&mut text, &rest[found..]),
        }
    }
    text.push_str(rest);
    Cow::Owned(text)
}

/// What a CDATA section says: what is in it, with its line ends as
/// [XML 1.0, section 2.11](https://www.w3.org/TR/xml/#sec-line-ends) has them.
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

/// Takes a carriage return, and the line feed after it.
fn push_line_end<'t>(text: &mut String, rest: &'t str) -> &'t str {
    text.push('\n');
    let rest = rest.strip_prefix('\r').unwrap_or(rest);
    rest.strip_prefix('\n').unwrap_or(rest)
}

fn check_character(bytes: &[u8], at: usize) -> Result<(), Fault> {
    let code = match &bytes[at..] {
        [b'\t' | b'\n' | b'\r', ..] => return Ok(()),
        [byte @ ..0x20, ..] => u32::from(*byte),
        [0xEF, 0xBF, last @ (0xBE | 0xBF), ..] => 0xFF40 + u32::from(*last),
        _ => return Ok(()),
    };
    let sentence = format!("the character U+{code:04X} is forbidden in XML");
    Err(Fault::new(ErrorKind::ForbiddenCharacter, sentence, at))
}
