//! Markup that is put together at compile time.

use super::name::Name;

/// Tags and other markup, one after the other.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Markup {
    bytes: [u8; Self::MOST],
    len: usize,
}

// === impl Markup ===

impl Markup {
    pub(crate) const MOST: usize = 160;

    pub(crate) const EMPTY: Self = Self {
        bytes: [0; Self::MOST],
        len: 0,
    };

    /// Appends more. What gets too long does not compile.
    pub(crate) const fn and(mut self, more: &str) -> Self {
        let more = more.as_bytes();
        let mut at = 0;
        while at < more.len() {
            self.bytes[self.len] = more[at];
            self.len += 1;
            at += 1;
        }
        self
    }

    pub(crate) const fn open(self, name: &'static Name<'static>, number: usize) -> Self {
        self.and("<").name(name, number).and(">")
    }

    pub(crate) const fn close(self, name: &'static Name<'static>, number: usize) -> Self {
        self.and("</").name(name, number).and(">")
    }

    pub(crate) const fn empty(self, name: &'static Name<'static>, number: usize) -> Self {
        self.and("<").name(name, number).and("/>")
    }

    const fn name(self, name: &'static Name<'static>, number: usize) -> Self {
        self.and(name.constant_prefix(number).constant_text())
            .and(name.constant_local())
    }

    #[inline(always)]
    pub(crate) const fn len(&self) -> usize {
        self.len
    }

    #[inline(always)]
    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.bytes[..self.len]
    }
}
