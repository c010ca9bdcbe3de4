//! Properties whose name is a constant, so that their markup is one, too.

use std::{marker::PhantomData, time::SystemTime};

use crate::{
    date,
    xml::{Content, Markup, Name, Prefix, SHORT, Tag, Written, copy_clean},
};

/// A property whose name is known when the program is written, and whose element has no attributes.
///
/// All live properties of this crate are. The tags of such a property are made by the compiler, and
/// several of them can be the members of a [`Row`](super::Row).
///
/// # Examples
///
/// ```
/// use statuary::{Href, MultiStatus, prop::{Displayname, Named, Value}, xml::Name};
///
/// struct Rating(u64);
///
/// impl Named for Rating {
///     const NAME: Name<'static> = Name::from_static("http://example.com/ns", "rating");
///
///     fn value(&self) -> Value<'_> {
///         Value::number(self.0)
///     }
/// }
///
/// let mut answer = MultiStatus::new();
/// answer.resource(Href::path("/a")).row(&(Displayname("A"), Rating(5))).end();
/// assert!(answer.to_string().contains("<n0:rating>5</n0:rating>"));
/// ```
pub trait Named {
    /// The name of the property.
    const NAME: Name<'static>;

    /// The value.
    fn value(&self) -> Value<'_>;
}

/// The value of a [`Named`] property.
#[derive(Clone, Debug)]
pub struct Value<'a> {
    kind: Kind<'a>,
}

#[derive(Clone, Debug)]
enum Kind<'a> {
    Empty,
    /// What needs no escape, and how much of it there is.
    Plain([u8; PLAIN], usize),
    /// Text between two marks of a few bytes, which need no escape.
    Text(&'static str, &'a str, &'static str),
    Markup(&'static str),
    /// Empty elements, behind some that are ready.
    Names(&'static str, &'a [Name<'a>]),
}

/// The tags of a property whose namespace has the first number, if it needs one.
pub(super) struct Tags<P>(PhantomData<P>);

/// As much as a value can be of that is neither markup nor long text.
const PLAIN: usize = 29;

/// The room for such a value, or a short text between its marks.
const VALUE: usize = SHORT + 4;

// === impl Value ===

impl<'a> Value<'a> {
    /// No value at all: the element is empty.
    pub const EMPTY: Self = Self { kind: Kind::Empty };

    /// A text.
    #[inline(always)]
    #[must_use]
    pub const fn text(text: &'a str) -> Self {
        Self::between("", text, "")
    }

    /// A number, in decimal.
    #[inline(always)]
    #[must_use]
    pub fn number(number: u64) -> Self {
        let (digits, len) = decimal(number);
        Self {
            kind: Kind::Plain(digits, len),
        }
    }

    /// A time as HTTP writes it ([RFC 9110, section 5.6.7](https://www.rfc-editor.org/rfc/rfc9110#section-5.6.7)).
    #[inline(always)]
    #[must_use]
    pub fn http_date(time: SystemTime) -> Self {
        Self {
            kind: Kind::Plain(date::http(time), 29),
        }
    }

    /// A time as [RFC 3339](https://www.rfc-editor.org/rfc/rfc3339) writes it, in whole seconds of UTC.
    #[inline(always)]
    #[must_use]
    pub fn date_time(time: SystemTime) -> Self {
        Self {
            kind: Kind::Plain(date::rfc3339(time), 20),
        }
    }

    #[inline(always)]
    pub(super) const fn between(before: &'static str, text: &'a str, after: &'static str) -> Self {
        Self {
            kind: Kind::Text(before, text, after),
        }
    }

    #[inline(always)]
    pub(super) const fn markup(markup: &'static str) -> Self {
        Self {
            kind: Kind::Markup(markup),
        }
    }

    #[inline(always)]
    pub(super) const fn names(markup: &'static str, names: &'a [Name<'a>]) -> Self {
        Self {
            kind: Kind::Names(markup, names),
        }
    }

    /// Ends an element with the value.
    pub(super) fn write(&self, tag: Tag<'_, '_>) -> Written {
        match &self.kind {
            Kind::Empty => tag.empty(),
            _ => tag.content(|content| self.push(content)),
        }
    }

    /// Appends the value.
    fn push(&self, content: &mut Content<'_>) {
        match &self.kind {
            Kind::Empty => {}
            Kind::Plain(value, len) => content.bytes().extend_from_slice(&value[..*len]),
            Kind::Text(before, text, after) => {
                content.bytes().extend_from_slice(before.as_bytes());
                content.text(text);
                content.bytes().extend_from_slice(after.as_bytes());
            }
            Kind::Markup(markup) => content.bytes().extend_from_slice(markup.as_bytes()),
            Kind::Names(markup, names) => {
                content.bytes().extend_from_slice(markup.as_bytes());
                for name in *names {
                    content.element(name).empty();
                }
            }
        }
    }

    /// Appends the value behind markup that ends with its start tag; whether the element is empty, and
    /// thereby closed.
    #[inline(always)]
    pub(super) fn write_behind(&self, markup: &Markup, content: &mut Content<'_>) -> bool {
        let out = content.bytes();
        if let Kind::Empty = self.kind {
            out.extend_from_slice(markup.as_bytes());
            out.truncate(out.len() - 1);
            out.extend_from_slice(b"/>");
            return true;
        }
        let room = out.room::<{ Markup::MOST + VALUE }>();
        room[..markup.len()].copy_from_slice(markup.as_bytes());
        let inside = room[markup.len()..].first_chunk_mut();
        let length = inside.and_then(|inside| self.put(inside));
        out.count(markup.len() + length.unwrap_or_default());
        if length.is_none() {
            self.push(content);
        }
        false
    }

    /// Puts a value that is short and needs no escape; how long it is.
    #[inline(always)]
    fn put(&self, room: &mut [u8; VALUE]) -> Option<usize> {
        match self.kind {
            Kind::Plain(value, len) => {
                room[..PLAIN].copy_from_slice(&value);
                Some(len)
            }
            Kind::Text(before, text, after) => {
                room[..before.len()].copy_from_slice(before.as_bytes());
                let inside = room[before.len()..].first_chunk_mut()?;
                let is_clean = copy_clean(text.as_bytes(), inside);
                let end = before.len() + text.len();
                if !is_clean {
                    return None;
                }
                room[end..][..after.len()].copy_from_slice(after.as_bytes());
                Some(end + after.len())
            }
            _ => None,
        }
    }
}

// === impl Tags ===

impl<P: Named> Tags<P> {
    pub(super) const NAME: &'static Name<'static> = &P::NAME;
    pub(super) const KEY: u64 = Self::NAME.constant_key();
    const OPEN: Markup = Markup::EMPTY.open(Self::NAME, 0);
    const CLOSE: Markup = Markup::EMPTY.close(Self::NAME, 0);
    const PREFIX: Prefix = Self::NAME.constant_prefix(0);
}

/// Writes a property as a child of `DAV:prop`.
#[inline]
pub(super) fn write<P: Named>(property: &P, prop: &mut Content<'_>) -> Written {
    let value = property.value();
    if prop.pieces().1.of(Tags::<P>::NAME) != Tags::<P>::PREFIX {
        return value.write(prop.element(Tags::<P>::NAME));
    }
    if !value.write_behind(&Tags::<P>::OPEN, prop) {
        prop.bytes().extend_from_slice(Tags::<P>::CLOSE.as_bytes());
    }
    prop.written()
}

// === helpers ===

/// The digits of a number, and how many there are; what stands behind them means nothing.
#[inline]
fn decimal(mut number: u64) -> ([u8; PLAIN], usize) {
    const END: usize = 20;
    // A copy of as many bytes from any of its digits on stays inside.
    let mut digits = [0; END + PLAIN];
    let mut at = END;
    while number >= 100 {
        at -= 2;
        digits[at..at + 2].copy_from_slice(&date::two((number % 100) as u32));
        number /= 100;
    }
    at -= 2;
    digits[at..at + 2].copy_from_slice(&date::two(number as u32));
    at += usize::from(number < 10);
    let first = digits[at..].first_chunk().copied();
    (first.unwrap_or([0; PLAIN]), END - at)
}
