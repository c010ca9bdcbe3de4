//! The lexemes of a document: tags, text, comments.
//!
//! The lexer only finds where each lexeme ends. It goes over a window of the document: if the window ends
//! within a lexeme, it notes how far it has looked, and goes on there when there is more. Each byte is looked
//! at once, however many windows it is in.

use memchr::{memchr, memchr_iter, memchr3};

use super::{
    error::{ErrorKind, Fault},
    text,
};

/// How far the lexer has come in a window.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Progress {
    /// Where the next lexeme starts.
    pub(crate) at: usize,
    /// How far that lexeme was searched.
    seen: usize,
    /// The quote that is open there.
    quote: Option<u8>,
}

/// A lexeme of a document, as it is written.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Lexeme<'t> {
    /// What is between `<` and `>`, or `<` and `/>`.
    Start {
        tag: &'t str,
        /// Its parts, if it is [plain](Plain); then it has only a name.
        plain: Option<Plain>,
        is_empty: bool,
    },
    /// What is between `</` and `>`.
    End(&'t str),
    Text {
        raw: &'t str,
        is_plain: bool,
    },
    CData(&'t str),
    Comment(&'t str),
    /// What is between `<?` and `?>`.
    Instruction(&'t str),
}

/// A start tag that holds only a name in ASCII, which begins as a name has to, and white space behind it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plain {
    /// How long the prefix is.
    pub(crate) colon: Option<usize>,
    /// How long the name is.
    pub(crate) name: usize,
    /// How long the tag is, from `<` to `>`.
    pub(crate) length: usize,
    pub(crate) is_empty: bool,
}

// === impl Progress ===

impl Progress {
    /// The next lexeme; `None` if the window ends before the lexeme does.
    #[inline(always)]
    pub(crate) fn next<'t>(
        &mut self,
        window: &'t str,
        is_last: bool,
    ) -> Result<Option<Lexeme<'t>>, Fault> {
        let bytes = window.as_bytes();
        match bytes.get(self.at..).unwrap_or_default() {
            [] | [b'<'] => Ok(None),
            [b'<', b'/', ..] => Ok(self.end_tag(window)),
            [b'<', b'!', ..] => self.bang(window, is_last),
            [b'<', b'?', ..] => Ok(self.until(window, 2, "?>").map(Lexeme::Instruction)),
            [b'<', ..] => Ok(self.start_tag(window)),
            _ => Ok(self.text(window, is_last)),
        }
    }

    /// Forgets the first bytes of a window.
    pub(crate) fn shift(&mut self, bytes: usize) {
        self.at -= bytes;
        self.seen = self.seen.saturating_sub(bytes);
    }

    /// Goes to a place where a lexeme starts.
    pub(crate) fn go(&mut self, at: usize) {
        *self = Self {
            at,
            seen: at,
            quote: None,
        };
    }

    /// The next start tag, if it is plain and complete.
    #[inline(always)]
    pub(crate) fn plain(&self, window: &str) -> Option<Plain> {
        // What was begun in an earlier window is not searched again.
        let is_new = self.seen <= self.at + 1;
        let tag = window.as_bytes().get(self.at..).filter(|_| is_new)?;
        Plain::of(tag)
    }

    #[inline(always)]
    fn start_tag<'t>(&mut self, window: &'t str) -> Option<Lexeme<'t>> {
        let Some(plain) = self.plain(window) else {
            return self.long_tag(window);
        };
        let start = self.at + 1;
        self.go(self.at + plain.length);
        Some(Lexeme::Start {
            tag: &window[start..start + plain.name],
            plain: Some(plain),
            is_empty: plain.is_empty,
        })
    }

    /// Any start tag, whose attributes may hold a `>`.
    fn long_tag<'t>(&mut self, window: &'t str) -> Option<Lexeme<'t>> {
        let bytes = window.as_bytes();
        let mut at = self.seen.max(self.at + 1);
        loop {
            let rest = bytes.get(at..).unwrap_or_default();
            let found = match self.quote {
                Some(quote) => memchr(quote, rest),
                None => memchr3(b'>', b'"', b'\'', rest),
            };
            let Some(found) = found else {
                self.seen = bytes.len();
                return None;
            };
            at += found + 1;
            match (self.quote.take(), rest[found]) {
                (Some(_), _) => {}
                (None, b'>') => break,
                (None, quote) => self.quote = Some(quote),
            }
        }
        let inside = &window[self.at + 1..at - 1];
        let tag = inside.strip_suffix('/').unwrap_or(inside);
        self.go(at);
        Some(Lexeme::Start {
            tag,
            plain: None,
            is_empty: tag.len() < inside.len(),
        })
    }

    #[inline(always)]
    fn end_tag<'t>(&mut self, window: &'t str) -> Option<Lexeme<'t>> {
        let rest = &window.as_bytes()[self.at + 2..];
        let rest = &rest[..rest.len().min(SHORT)];
        let length = rest.iter().position(|&byte| byte == b'>' || byte >= 0x80);
        match length {
            Some(length) if rest[length] == b'>' => {
                let start = self.at + 2;
                self.go(start + length + 1);
                Some(Lexeme::End(&window[start..start + length]))
            }
            _ => self.until(window, 2, ">").map(Lexeme::End),
        }
    }

    #[inline(always)]
    fn text<'t>(&mut self, window: &'t str, is_last: bool) -> Option<Lexeme<'t>> {
        let bytes = window.as_bytes();
        let start = self.at;
        // What was seen before is not known to be plain.
        let was_seen = self.seen > start;
        let run = text::run_after_indent(bytes, self.seen.max(start));
        if run.end == bytes.len() && !is_last {
            self.seen = run.end;
            return None;
        }
        self.go(run.end);
        Some(Lexeme::Text {
            raw: &window[start..run.end],
            is_plain: run.is_plain && !was_seen,
        })
    }

    /// A comment or CDATA.
    fn bang<'t>(&mut self, window: &'t str, is_last: bool) -> Result<Option<Lexeme<'t>>, Fault> {
        let rest = &window[self.at..];
        if rest.starts_with("<!--") {
            return Ok(self.until(window, 4, "-->").map(Lexeme::Comment));
        }
        if rest.starts_with("<![CDATA[") {
            return Ok(self.until(window, 9, "]]>").map(Lexeme::CData));
        }
        let doctype = "<!DOCTYPE";
        let begin = rest.as_bytes();
        let begin = &begin[..begin.len().min(doctype.len())];
        if begin.eq_ignore_ascii_case(doctype.as_bytes()) {
            let sentence = "a document type declaration is refused, send none";
            return Err(Fault::new(ErrorKind::Doctype, sentence, self.at));
        }
        let is_begun = ["<!--", "<![CDATA["].iter().any(|it| it.starts_with(rest))
            || doctype.as_bytes()[..begin.len()].eq_ignore_ascii_case(begin);
        if is_begun && !is_last {
            return Ok(None);
        }
        let sentence = "after `<!` comes neither a comment nor CDATA, write `&lt;` for `<`";
        Err(Fault::new(ErrorKind::Syntax, sentence, self.at))
    }

    /// The text between the beginning of a lexeme, of this many bytes, and its end, which is a `>` or ends
    /// with one.
    #[inline]
    fn until<'t>(&mut self, window: &'t str, begin: usize, end: &str) -> Option<&'t str> {
        debug_assert!(end.ends_with('>'), "it is looked for by its `>`");
        let bytes = window.as_bytes();
        let start = self.at + begin;
        let from = self.seen.max(start).min(bytes.len());
        let rest = &bytes[from..];
        let mut closed = memchr_iter(b'>', rest).map(|at| &rest[..=at]);
        let Some(found) = closed.find(|found| found.ends_with(end.as_bytes())) else {
            // The end may have begun.
            self.seen = (bytes.len() + 1).saturating_sub(end.len());
            return None;
        };
        let next = from + found.len();
        self.go(next);
        Some(&window[start..next - end.len()])
    }
}

// === impl Plain ===

impl Plain {
    /// The tag that a text starts with, if it starts with one.
    #[inline(always)]
    fn of(text: &[u8]) -> Option<Self> {
        let rest = text.strip_prefix(b"<")?;
        let (name, colon) = ascii_name(rest)?;
        let mut at = 1 + name;
        while let Some(b' ' | b'\t' | b'\r' | b'\n') = text.get(at) {
            at += 1;
        }
        let is_empty = text.get(at) == Some(&b'/');
        at += usize::from(is_empty);
        (text.get(at) == Some(&b'>')).then_some(Self {
            colon,
            name,
            length: at + 1,
            is_empty,
        })
    }
}

/// How far an end tag is searched byte by byte, which for most is faster than `memchr`.
const SHORT: usize = 64;

// === helpers ===

/// The length of the name at the start of a text, and of its prefix. `None` if it is not entirely ASCII, or
/// does not begin as a name has to.
#[inline(always)]
pub(super) fn ascii_name(text: &[u8]) -> Option<(usize, Option<usize>)> {
    let first = ascii_ncname(text)?;
    if text.get(first) != Some(&b':') {
        return Some((first, None));
    }
    let local = first + 1;
    let end = local + ascii_ncname(&text[local..])?;
    // A name has one colon at most.
    (text.get(end) != Some(&b':')).then_some((end, Some(first)))
}

/// The length of the name without a colon at the start of a text, as far as it is ASCII.
#[inline(always)]
fn ascii_ncname(text: &[u8]) -> Option<usize> {
    let begins = |first: &u8| first.is_ascii_alphabetic() || *first == b'_';
    text.first().filter(|first| begins(first))?;
    let goes_on = |byte: &&u8| IN_NAMES[usize::from(**byte)];
    Some(text.iter().take_while(goes_on).count())
}

/// Whether names in ASCII may have a byte.
const IN_NAMES: [bool; 256] = {
    let mut in_names = [false; 256];
    let mut byte = 0;
    while byte < 128 {
        in_names[byte] = matches!(
            byte as u8,
            b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'_' | b'-' | b'.'
        );
        byte += 1;
    }
    in_names
};
