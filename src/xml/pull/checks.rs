//! Checks that refuse a document, each with its place.

use super::Pull;
use crate::xml::{
    declaration,
    error::{ErrorKind, Fault},
    name::Name,
    text::{self, is_space},
};

const OUTSIDE: &str = "there is something beside the root element, send one element";

// === impl Pull ===

impl Pull {
    /// Refuses one more than a limit.
    #[inline]
    pub(crate) fn check_count(
        &self,
        count: usize,
        most: usize,
        kind: ErrorKind,
        what: &str,
    ) -> Result<(), Fault> {
        if count < most {
            return Ok(());
        }
        Err(self.too_many(most, kind, what))
    }

    #[cold]
    fn too_many(&self, most: usize, kind: ErrorKind, what: &str) -> Fault {
        self.fault(
            kind,
            format!("there are more than {most} {what}, send fewer"),
        )
    }

    /// Refuses a text of this many bytes if it is too long.
    pub(crate) fn check_length(&self, length: usize) -> Result<(), Fault> {
        if length <= self.limits.text {
            return Ok(());
        }
        let sentence = format!(
            "a text is longer than {} bytes, send less",
            self.limits.text
        );
        Err(self.fault(ErrorKind::TextTooLong, sentence))
    }

    #[inline(always)]
    pub(super) fn check_start(&self, depth: usize) -> Result<(), Fault> {
        if depth == 0 && self.elements > 0 {
            return Err(self.fault(ErrorKind::Syntax, OUTSIDE));
        }
        if depth >= self.limits.depth {
            let sentence = format!(
                "the elements nest deeper than {} levels, nest fewer",
                self.limits.depth
            );
            return Err(self.fault(ErrorKind::TooDeep, sentence));
        }
        let kind = ErrorKind::TooManyElements;
        self.check_count(self.elements, self.limits.elements, kind, "elements")
    }

    /// Checks that an end tag is the one of the innermost open element.
    #[inline(always)]
    pub(super) fn end(&self, window: &str, written: &str) -> Result<(), Fault> {
        let Some(open) = self.open.last() else {
            return Err(self.fault(
                ErrorKind::EndTag,
                "an end tag has no start tag, take it away",
            ));
        };
        let name = match self.open.len() {
            1 => &self.root,
            _ => &window[open.name.clone()],
        };
        if written == name || written.trim_end_matches(is_space) == name {
            return Ok(());
        }
        let sentence = format!("this is not the end tag of `{name}`, close that element first");
        Err(self.fault(ErrorKind::EndTag, sentence))
    }

    #[inline]
    pub(super) fn check_text(&self, raw: &str) -> Result<(), Fault> {
        if raw.len() <= self.limits.text {
            return Ok(());
        }
        self.check_length(raw.len())
    }

    /// Checks that text outside of the root is white space.
    pub(super) fn check_space(&self, raw: &str) -> Result<(), Fault> {
        match raw.find(|c| !is_space(c)) {
            Some(at) => Err(Fault::new(ErrorKind::Syntax, OUTSIDE, self.at + at)),
            None => Ok(()),
        }
    }

    pub(super) fn check_inside(&self) -> Result<(), Fault> {
        if self.depth() == 0 {
            return Err(self.fault(ErrorKind::Syntax, OUTSIDE));
        }
        Ok(())
    }

    /// Checks the characters of a lexeme, which follow its beginning.
    pub(super) fn check_characters(&self, text: &str, begin: &str) -> Result<(), Fault> {
        text::check_characters(text).map_err(|fault| fault.within(self.at + begin.len()))
    }

    /// Checks a processing instruction or the XML declaration, which looks like one.
    pub(super) fn check_instruction(&self, instruction: &str) -> Result<(), Fault> {
        let target = instruction.split(is_space).next().unwrap_or_default();
        if target == "xml" && !self.is_begun && self.elements == 0 {
            let attributes = &instruction[target.len()..];
            let start = self.at + "<?xml".len();
            return declaration::check(attributes, self.encoding)
                .map_err(|fault| fault.within(start));
        }
        if target.eq_ignore_ascii_case("xml") {
            let sentence = "the XML declaration is not at the start, put it there";
            return Err(self.fault(ErrorKind::Syntax, sentence));
        }
        if Name::new("", target).is_err() {
            let sentence =
                "the target of a processing instruction is not a name, begin it with a letter";
            return Err(self.fault(ErrorKind::InvalidName, sentence));
        }
        Ok(())
    }
}
