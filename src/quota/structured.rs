//! The part of structured fields that the rate limit fields need, [RFC
//! 9651](https://www.rfc-editor.org/rfc/rfc9651).

use std::{
    fmt::{Display, Formatter, Result, Write},
    time::Duration,
};

use base64::{display::Base64Display, engine::general_purpose::STANDARD};
use http::HeaderValue;

/// A String, whose characters are printable ASCII.
pub(super) struct Text<'a>(pub(super) &'a str);

/// An Integer, capped at the largest that the format allows.
pub(super) struct Integer(pub(super) u64);

/// A Byte Sequence.
pub(super) struct ByteSequence<'a>(pub(super) &'a [u8]);

/// A List, whose members are made while it is written.
pub(super) struct List<I>(pub(super) I);

// === impl Text ===

impl Display for Text<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        f.write_char('"')?;
        for character in self.0.chars() {
            if matches!(character, '"' | '\\') {
                f.write_char('\\')?;
            }
            f.write_char(character)?;
        }
        f.write_char('"')
    }
}

// === impl Integer ===

impl Integer {
    /// Whole seconds, rounded up: a caller that comes back a moment early finds nothing new.
    pub(super) const fn seconds(time: Duration) -> Self {
        let started = if time.subsec_nanos() > 0 { 1 } else { 0 };
        Self(time.as_secs().saturating_add(started))
    }
}

impl Display for Integer {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        const LARGEST: u64 = 999_999_999_999_999;

        self.0.min(LARGEST).fmt(f)
    }
}

// === impl ByteSequence ===

impl Display for ByteSequence<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        write!(f, ":{}:", Base64Display::new(self.0, &STANDARD))
    }
}

// === impl List ===

impl<I> List<I>
where
    I: Iterator<Item: Display> + Clone,
{
    /// The value of a field; `None` for an empty list.
    pub(super) fn to_header_value(&self) -> Option<HeaderValue> {
        let mut value = String::with_capacity(USUAL);
        write!(value, "{self}").ok()?;
        // Of printable ASCII, as all its members are.
        let value = HeaderValue::try_from(value).ok();
        value.filter(|value| !value.is_empty())
    }
}

impl<I> Display for List<I>
where
    I: Iterator<Item: Display> + Clone,
{
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        for (place, member) in self.0.clone().enumerate() {
            f.write_str(if place == 0 { "" } else { ", " })?;
            member.fmt(f)?;
        }
        Ok(())
    }
}

// === helpers ===

/// The length of a field with two members.
const USUAL: usize = 64;
