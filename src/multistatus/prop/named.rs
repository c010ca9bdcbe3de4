//! Properties whose name is a constant, so that their markup is one, too.

use std::{marker::PhantomData, slice, time::SystemTime};

use crate::{
    date,
    dav::Href,
    xml::{Content, Markup, Name, Piece, Prefix, SHORT, Tag, Written},
};

/// A property whose name is a constant, and whose element has no attributes.
///
/// All live properties of this crate except [`LockDiscovery`](super::LockDiscovery) are named. The tags of
/// such a property are made at compile time, and several properties can be the members of a
/// [`Row`](super::Row). A type that is also given to [`prop`](crate::Resource::prop) has to implement
/// [`Property`](super::Property) as well.
///
/// # Examples
///
/// ```
/// use statuary::{Href, MultiStatus, prop::{DisplayName, Named, Value}, xml::Name};
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
/// answer.resource(Href::path("/a")).row(&(DisplayName("A"), Rating(5))).end();
/// assert!(answer.to_string().contains("<n0:rating>5</n0:rating>"));
/// ```
pub trait Named {
    /// The name of the property.
    const NAME: Name<'static>;

    /// The value.
    fn value(&self) -> Value<'_>;
}

/// The value of a [`Named`] property.
#[derive(Clone, Copy, Debug)]
pub struct Value<'a> {
    kind: Kind<'a>,
}

#[derive(Clone, Copy, Debug)]
enum Kind<'a> {
    Empty,
    Text(Quotes, &'a str),
    Number(u64),
    HttpDate(SystemTime),
    DateTime(SystemTime),
    Markup(&'static str),
    Hrefs(&'a [Href<'a>]),
    /// Types of resources, as empty elements: perhaps a collection, and then those of these names.
    Types(bool, &'static [Name<'static>], &'a [Name<'a>]),
    /// Names of reports, each inside its two elements.
    Reports(&'a [Name<'a>]),
}

/// What stands around a text.
#[derive(Clone, Copy, Debug)]
enum Quotes {
    None,
    /// The quotes of a strong entity-tag.
    Strong,
    /// Those of a weak one.
    Weak,
}

const COLLECTION: &str = "<D:collection/>";

/// The tags of a property; its namespace has the first number, if it needs one.
pub(super) struct Tags<P>(PhantomData<P>);

// === impl Value ===

impl<'a> Value<'a> {
    /// No value at all: the element is empty.
    pub const EMPTY: Self = Self { kind: Kind::Empty };

    /// A text.
    #[inline(always)]
    #[must_use]
    pub const fn text(text: &'a str) -> Self {
        Self::of(Kind::Text(Quotes::None, text))
    }

    /// A number, in decimal.
    #[inline(always)]
    #[must_use]
    pub const fn number(number: u64) -> Self {
        Self::of(Kind::Number(number))
    }

    /// A time as HTTP writes it ([RFC 9110, section
    /// 5.6.7](https://www.rfc-editor.org/rfc/rfc9110#section-5.6.7)).
    #[inline(always)]
    #[must_use]
    pub const fn http_date(time: SystemTime) -> Self {
        Self::of(Kind::HttpDate(time))
    }

    /// A time as [RFC 3339](https://www.rfc-editor.org/rfc/rfc3339) writes it, in whole seconds of UTC.
    #[inline(always)]
    #[must_use]
    pub const fn date_time(time: SystemTime) -> Self {
        Self::of(Kind::DateTime(time))
    }

    /// An href, as a `DAV:href` element. A [mount](crate::MultiStatusLayer::mounted_at) is put before its
    /// path.
    ///
    /// # Examples
    ///
    /// ```
    /// use statuary::{Href, MultiStatus, prop::{GetContentLength, Named, Value}, xml::Name};
    ///
    /// struct Owner<'a>(Href<'a>);
    ///
    /// impl Named for Owner<'_> {
    ///     const NAME: Name<'static> = Name::dav("owner");
    ///
    ///     fn value(&self) -> Value<'_> {
    ///         Value::href(&self.0)
    ///     }
    /// }
    ///
    /// let row = (GetContentLength(3), Owner(Href::path("/people/ann")));
    /// let mut answer = MultiStatus::new();
    /// answer.resource(Href::path("/a")).row(&row).end();
    /// assert!(answer.to_string().contains("<D:owner><D:href>/people/ann</D:href></D:owner>"));
    /// ```
    #[inline(always)]
    #[must_use]
    pub const fn href(href: &'a Href<'a>) -> Self {
        Self::of(Kind::Hrefs(slice::from_ref(href)))
    }

    /// Hrefs, as one `DAV:href` element each.
    #[inline(always)]
    #[must_use]
    pub const fn hrefs(hrefs: &'a [Href<'a>]) -> Self {
        match hrefs {
            [] => Self::EMPTY,
            _ => Self::of(Kind::Hrefs(hrefs)),
        }
    }

    #[inline(always)]
    pub(super) const fn entity_tag(opaque: &'a str, weak: bool) -> Self {
        let quotes = match weak {
            true => Quotes::Weak,
            false => Quotes::Strong,
        };
        Self::of(Kind::Text(quotes, opaque))
    }

    #[inline(always)]
    pub(super) const fn markup(markup: &'static str) -> Self {
        Self::of(Kind::Markup(markup))
    }

    #[inline(always)]
    pub(super) const fn types(
        collection: bool,
        own: &'static [Name<'static>],
        more: &'a [Name<'a>],
    ) -> Self {
        match (collection, own, more) {
            (false, [], []) => Self::EMPTY,
            (true, [], []) => Self::markup(COLLECTION),
            _ => Self::of(Kind::Types(collection, own, more)),
        }
    }

    #[inline(always)]
    pub(super) const fn reports(names: &'a [Name<'a>]) -> Self {
        match names {
            [] => Self::EMPTY,
            _ => Self::of(Kind::Reports(names)),
        }
    }

    #[inline(always)]
    const fn of(kind: Kind<'a>) -> Self {
        Self { kind }
    }

    /// Ends an element with the value.
    pub(super) fn write(self, tag: Tag<'_, '_>) -> Written {
        match self.kind {
            Kind::Empty => tag.empty(),
            _ => tag.content(|content| self.push(content)),
        }
    }

    /// Appends the value.
    fn push(self, content: &mut Content<'_>) {
        match self.kind {
            Kind::Text(quotes, text) => push_quoted(quotes, text, content),
            Kind::Hrefs(hrefs) => push_hrefs(hrefs, content),
            Kind::Types(collection, own, more) => push_types(collection, own, more, content),
            Kind::Reports(names) => push_reports(names, content),
            _ => {
                let out = content.bytes();
                let mut piece = out.piece(self.most());
                self.put(&mut piece);
                let length = piece.len();
                out.count(length);
            }
        }
    }

    /// Appends the value between markup that ends with its start tag and markup that begins with its end tag.
    /// Returns whether the latter was written: an empty element has no end tag.
    #[inline(always)]
    pub(super) fn write_between(
        self,
        before: &Markup,
        after: &Markup,
        content: &mut Content<'_>,
    ) -> bool {
        let out = content.bytes();
        if let Kind::Empty = self.kind {
            let mut piece = out.piece(before.len() + 1);
            piece.put(&before.as_bytes()[..before.len() - 1]);
            piece.put(b"/>");
            let length = piece.len();
            out.count(length);
            return false;
        }
        let mut piece = out.piece(before.len() + self.most() + after.len());
        piece.put(before.as_bytes());
        if self.put(&mut piece) {
            piece.put(after.as_bytes());
            let length = piece.len();
            out.count(length);
            return true;
        }
        // Not the value as a whole: it would be put together each time, for a call that is rare.
        match self.kind {
            Kind::Text(quotes, text) => push_quoted_between(before, quotes, text, after, content),
            Kind::Hrefs(hrefs) => {
                push_between(before, after, content, |content| push_hrefs(hrefs, content));
            }
            Kind::Types(collection, own, more) => {
                push_between(before, after, content, |content| {
                    push_types(collection, own, more, content);
                });
            }
            Kind::Reports(names) => {
                push_between(before, after, content, |content| {
                    push_reports(names, content);
                });
            }
            _ => {}
        }
        true
    }

    /// How many bytes [`put`](Self::put) needs at most.
    #[inline(always)]
    const fn most(self) -> usize {
        match self.kind {
            Kind::Empty | Kind::Hrefs(_) | Kind::Types(..) | Kind::Reports(_) => 0,
            Kind::Text(Quotes::None, _) => SHORT,
            Kind::Text(..) => SHORT + 4,
            Kind::Number(_) => NUMBER,
            Kind::HttpDate(_) => date::HTTP,
            Kind::DateTime(_) => date::RFC_3339,
            Kind::Markup(markup) => markup.len(),
        }
    }

    /// Writes a value that is short and needs no escaping. Returns whether it was one.
    #[inline(always)]
    fn put(self, piece: &mut Piece<'_>) -> bool {
        match self.kind {
            Kind::Empty => {}
            Kind::Hrefs(_) | Kind::Types(..) | Kind::Reports(_) => return false,
            Kind::Text(quotes, text) => {
                piece.put(quotes.before().as_bytes());
                if !piece.put_clean(text) {
                    return false;
                }
                piece.put(quotes.after().as_bytes());
            }
            Kind::Number(number) => piece.put_with(|room| put_decimal(number, room)),
            Kind::HttpDate(time) => piece.put_with(|room| {
                date::put_http(time, room);
                date::HTTP
            }),
            Kind::DateTime(time) => piece.put_with(|room| {
                date::put_rfc3339(time, room);
                date::RFC_3339
            }),
            Kind::Markup(markup) => piece.put(markup.as_bytes()),
        }
        true
    }
}

// === impl Quotes ===

impl Quotes {
    #[inline(always)]
    const fn before(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Strong => "\"",
            Self::Weak => "W/\"",
        }
    }

    #[inline(always)]
    const fn after(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Strong | Self::Weak => "\"",
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
#[inline(always)]
pub(super) fn write<P: Named>(property: &P, prop: &mut Content<'_>) -> Written {
    let value = property.value();
    if prop.pieces().1.of(Tags::<P>::NAME) != Tags::<P>::PREFIX {
        return value.write(prop.element(Tags::<P>::NAME));
    }
    value.write_between(&Tags::<P>::OPEN, &Tags::<P>::CLOSE, prop);
    prop.written()
}

// === helpers ===

#[inline(never)]
fn push_quoted_between(
    before: &Markup,
    quotes: Quotes,
    text: &str,
    after: &Markup,
    content: &mut Content<'_>,
) {
    content.bytes().extend_from_slice(before.as_bytes());
    push_quoted(quotes, text, content);
    content.bytes().extend_from_slice(after.as_bytes());
}

fn push_quoted(quotes: Quotes, text: &str, content: &mut Content<'_>) {
    content
        .bytes()
        .extend_from_slice(quotes.before().as_bytes());
    content.text(text);
    content.bytes().extend_from_slice(quotes.after().as_bytes());
}

#[inline(never)]
fn push_between(
    before: &Markup,
    after: &Markup,
    content: &mut Content<'_>,
    push: impl FnOnce(&mut Content<'_>),
) {
    content.bytes().extend_from_slice(before.as_bytes());
    push(content);
    content.bytes().extend_from_slice(after.as_bytes());
}

fn push_hrefs(hrefs: &[Href<'_>], content: &mut Content<'_>) {
    for href in hrefs {
        href.write(content);
    }
}

fn push_types(collection: bool, own: &[Name<'_>], more: &[Name<'_>], content: &mut Content<'_>) {
    if collection {
        content.bytes().extend_from_slice(COLLECTION.as_bytes());
    }
    for name in own.iter().chain(more) {
        content.element(name).empty();
    }
}

fn push_reports(names: &[Name<'_>], content: &mut Content<'_>) {
    for name in names {
        content
            .bytes()
            .extend_from_slice(b"<D:supported-report><D:report>");
        content.element(name).empty();
        content
            .bytes()
            .extend_from_slice(b"</D:report></D:supported-report>");
    }
}

/// The length of the buffer for a number, of up to three words.
const NUMBER: usize = 3 * WORD;
const WORD: usize = size_of::<u64>();

/// Writes the digits of a number, a word at a time, and returns how many there are. The bytes behind them
/// mean nothing.
fn put_decimal(number: u64, room: &mut [u8; NUMBER]) -> usize {
    const A_WORD: u64 = 100_000_000;
    const ZEROS: u64 = 0x3030_3030_3030_3030;
    if number >= A_WORD {
        let length = put_decimal(number / A_WORD, room);
        let text = eight_digits(number % A_WORD) | ZEROS;
        room[length..][..WORD].copy_from_slice(&text.to_le_bytes());
        return length + WORD;
    }
    // They begin with the lowest byte; the last digit is written, even if it is a zero.
    let digits = eight_digits(number);
    let leading = (digits | 1 << 56).trailing_zeros() / u8::BITS;
    let text = (digits | ZEROS) >> (u8::BITS * leading);
    room[..WORD].copy_from_slice(&text.to_le_bytes());
    WORD - leading as usize
}

/// The digits of a number that has up to eight, one byte each, the first in the lowest. Each step makes all
/// its digits at once: one multiplication divides all lanes of a word, which stay apart.
#[inline(always)]
const fn eight_digits(number: u64) -> u64 {
    let fours = (number / 10_000) | (number % 10_000) << 32;
    let hundreds = ((fours * 10_486) >> 20) & 0x7F_0000_007F;
    let twos = hundreds | (fours - 100 * hundreds) << 16;
    let tens = ((twos * 103) >> 10) & 0x000F_000F_000F_000F;
    tens | (twos - 10 * tens) << 8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_every_length_are_written_as_the_standard_library_does() {
        let mut numbers = vec![0, u64::MAX];
        for power in (0..20).map(|exponent| 10_u64.pow(exponent)) {
            numbers.extend((1..=9).filter_map(|first| power.checked_mul(first)));
            numbers.extend([power - 1, power + 1, power / 7 * 3]);
        }
        numbers.extend(0..20_000);
        numbers.extend((0..100_000).map(|step| step * 184_467_440_737_095));
        for number in numbers {
            let mut room = [0; NUMBER];
            let length = put_decimal(number, &mut room);
            assert_eq!(&room[..length], number.to_string().as_bytes());
        }
    }
}
