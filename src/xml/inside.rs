//! The meaning of an element's content, which was read and checked before.

use std::borrow::Cow;

use memchr::memchr;

use super::{
    lexer::{Lexeme, Progress},
    text::{self, is_space},
};

/// The text directly inside an element, without that of elements inside it.
pub(crate) fn direct_text(inside: &str) -> Cow<'_, str> {
    if memchr(b'<', inside.as_bytes()).is_none() {
        return text::decode(inside);
    }
    let (mut progress, mut depth, mut said) = (Progress::default(), 0_usize, String::new());
    while let Ok(Some(lexeme)) = progress.next(inside, true) {
        match lexeme {
            Lexeme::Start { is_empty, .. } => depth += usize::from(!is_empty),
            Lexeme::End(_) => depth = depth.saturating_sub(1),
            Lexeme::Text { raw, .. } if depth == 0 => said.push_str(&text::decode(raw)),
            Lexeme::CData(raw) if depth == 0 => said.push_str(&text::decode_lines(raw)),
            _ => {}
        }
    }
    Cow::Owned(said)
}

/// The same without white space at its ends. Elements inside are ignored, since
/// [RFC 4918, section 17](https://www.rfc-editor.org/rfc/rfc4918#section-17) takes them for absent.
pub(crate) fn content(inside: &str) -> Cow<'_, str> {
    match direct_text(inside) {
        Cow::Borrowed(said) => Cow::Borrowed(said.trim_matches(is_space)),
        Cow::Owned(said) => {
            let trimmed = said.trim_matches(is_space);
            Cow::Owned(match trimmed.len() < said.len() {
                true => trimmed.to_owned(),
                false => said,
            })
        }
    }
}

/// Whether there is neither an element nor text inside an element. Comments, instructions and empty CDATA are
/// neither.
pub(crate) fn is_empty(inside: &str) -> bool {
    let mut progress = Progress::default();
    while let Ok(Some(lexeme)) = progress.next(inside, true) {
        match lexeme {
            Lexeme::Comment(_) | Lexeme::Instruction(_) | Lexeme::CData("") => {}
            _ => return false,
        }
    }
    true
}
