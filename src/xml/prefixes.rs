//! The prefixes of a document: one for each namespace, the same everywhere if possible.

use std::collections::HashMap;

use smallvec::SmallVec;

use super::{
    buffer::Buffer,
    escape::{IllegalChars, push_attribute},
    name::{Name, is_same},
};

/// The prefixes that a piece of a document uses.
///
/// `D` is always `DAV:`, and the namespaces that most WebDAV clients know have the prefixes by which
/// they know them. Every other namespace is numbered in the order in which the piece meets it: `n0`,
/// `n1`, and so on. Pieces of the same shape therefore use the same prefixes, and a document can
/// declare them once, at its root; a piece that numbers differently declares its own.
///
/// `DAV:` is never a default namespace, since the Windows Mini-Redirector does not understand one.
#[derive(Clone, Debug, Default)]
pub(crate) struct Prefixes {
    /// A bit for each entry of `KNOWN`.
    known: u16,
    /// The other namespaces, one after the other, and where each ends.
    numbered: SmallVec<[u8; 64]>,
    ends: SmallVec<[usize; 4]>,
    /// An index of the namespaces once there are many, so that nobody can make the search slow.
    index: Option<Box<Index>>,
}

type Index = HashMap<Box<[u8]>, usize>;

/// A moment in the life of [`Prefixes`].
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct PrefixMark {
    known: u16,
    count: usize,
}

/// A fixed prefix, of a namespace that always has the same: an index into `OPENINGS`.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub(crate) struct FixedPrefix(u8);

/// The prefix of an element or attribute.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Prefix {
    Absent,
    Dav,
    /// With its colon.
    Known(&'static str),
    Numbered(usize),
}

/// The beginning of a start tag: `<`, the prefix and its colon. All prefixes here are short enough for the
/// array.
#[derive(Clone, Copy, Debug)]
pub(super) struct Opening {
    pub(super) bytes: [u8; 4],
    pub(super) len: usize,
    /// The bit of the prefix, if it is a known one.
    bit: u16,
}

/// The namespace of CalDAV ([RFC 4791](https://www.rfc-editor.org/rfc/rfc4791)).
pub(crate) const CALDAV: &str = "urn:ietf:params:xml:ns:caldav";

/// The namespace of CardDAV ([RFC 6352](https://www.rfc-editor.org/rfc/rfc6352)).
pub(crate) const CARDDAV: &str = "urn:ietf:params:xml:ns:carddav";

/// The namespace of the conditions that say why something has to be paid for.
pub(crate) const PAYMENT: &str = "urn:statuary:payment";

/// Each with its colon.
const KNOWN: [(&str, &str); 9] = [
    ("C:", CALDAV),
    ("CR:", CARDDAV),
    ("CS:", "http://calendarserver.org/ns/"),
    ("I:", "http://apple.com/ns/ical/"),
    ("P:", PAYMENT),
    ("Z:", "urn:schemas-microsoft-com:"),
    ("nc:", "http://nextcloud.org/ns"),
    ("oc:", "http://owncloud.org/ns"),
    ("s:", "http://sabredav.org/ns"),
];

// === impl Prefixes ===

impl Prefixes {
    /// The prefix of a name. Marks its namespace as used.
    #[inline(always)]
    pub(crate) fn of(&mut self, name: &Name<'_>) -> Prefix {
        match name.fixed_prefix() {
            FixedPrefix::NONE => self.numbered_of(name.namespace().as_bytes()),
            fixed => {
                self.known |= fixed.bit();
                fixed.prefix(0)
            }
        }
    }

    /// The same as the beginning of a start tag, if that is short.
    #[inline(always)]
    pub(super) fn opening(&mut self, name: &Name<'_>) -> Option<Opening> {
        match name.fixed_prefix() {
            FixedPrefix::NONE => match self.numbered_of(name.namespace().as_bytes()) {
                Prefix::Numbered(index @ 0..8) => Some(Opening {
                    bytes: [b'<', b'n', b'0' + index as u8, b':'],
                    len: 4,
                    bit: 0,
                }),
                _ => None,
            },
            fixed => {
                let opening = OPENINGS[fixed.index() & 15];
                self.known |= opening.bit;
                Some(opening)
            }
        }
    }

    /// Marks the namespace of a name as used. Returns whether it has to be declared in addition.
    #[inline]
    pub(crate) fn insert(&mut self, name: &Name<'_>) -> bool {
        match name.fixed_prefix() {
            FixedPrefix::NONE => {
                let before = self.ends.len();
                self.numbered_of(name.namespace().as_bytes());
                self.ends.len() > before
            }
            fixed => {
                let before = self.known;
                self.known |= fixed.bit();
                self.known != before
            }
        }
    }

    /// How many namespaces have to be declared, not counting `DAV:`.
    pub(crate) fn declarations(&self) -> usize {
        self.known.count_ones() as usize + self.ends.len()
    }

    /// Whether a piece uses only namespaces that are used here, with the same prefixes. For a piece that
    /// numbers fewer namespaces, the answer may be `false` although it does.
    #[inline]
    pub(crate) fn covers(&self, piece: &Self) -> bool {
        piece.known & !self.known == 0
            && self.ends.iter().eq(&piece.ends)
            && self.numbered == piece.numbered
    }

    /// Whether a piece numbers its namespaces the same way, as far as both go.
    pub(crate) fn agrees(&self, piece: &Self) -> bool {
        self.numbered()
            .zip(piece.numbered())
            .all(|(here, there)| here == there)
    }

    /// The namespace of a prefix that is used here, without its colon.
    pub(crate) fn namespace(&self, prefix: &[u8]) -> &[u8] {
        let is_known = |known: &str| known.as_bytes().strip_suffix(b":") == Some(prefix);
        match prefix {
            b"" => b"",
            b"D" => b"DAV:",
            _ => match KNOWN.iter().find(|(known, _)| is_known(known)) {
                Some((_, namespace)) => namespace.as_bytes(),
                None => self.numbered_as(prefix).unwrap_or_default(),
            },
        }
    }

    fn numbered_as(&self, prefix: &[u8]) -> Option<&[u8]> {
        let number = std::str::from_utf8(prefix.strip_prefix(b"n")?).ok()?;
        let index = number.parse().ok()?;
        (index < self.ends.len()).then(|| self.get(index))
    }

    /// What is used so far.
    pub(crate) fn mark(&self) -> PrefixMark {
        PrefixMark {
            known: self.known,
            count: self.ends.len(),
        }
    }

    /// Forgets what was used since a mark.
    pub(crate) fn reset(&mut self, mark: PrefixMark) {
        self.known = mark.known;
        if mark.count < self.ends.len() {
            self.ends.truncate(mark.count);
            self.numbered
                .truncate(self.ends.last().copied().unwrap_or_default());
            self.index = None;
        }
    }

    /// Adds the prefixes of a piece, as far as they agree with the ones here.
    #[inline]
    pub(crate) fn merge(&mut self, piece: &Self) {
        self.known |= piece.known;
        for index in self.ends.len()..piece.ends.len() {
            self.add(piece.get(index));
        }
    }

    /// Appends the declarations of all that is used here and not declared by `outer`.
    #[inline]
    pub(crate) fn push_declarations(&self, out: &mut Buffer, outer: &Self) {
        if !outer.covers(self) {
            self.push_missing(out, outer);
        }
    }

    /// Removes namespaces that nothing uses any more, without renumbering the others.
    pub(crate) fn retain(&mut self, mut is_used: impl FnMut(Prefix) -> bool) {
        for (index, (prefix, _)) in KNOWN.iter().enumerate() {
            if !is_used(Prefix::Known(prefix)) {
                self.known &= !(1 << index);
            }
        }
        let mut retained = Self {
            known: self.known,
            ..Self::default()
        };
        for (index, namespace) in self.numbered().enumerate() {
            retained.add(if is_used(Prefix::Numbered(index)) {
                namespace
            } else {
                b""
            });
        }
        *self = retained;
    }

    fn get(&self, index: usize) -> &[u8] {
        let start = index.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.numbered[start..self.ends[index]]
    }

    fn numbered(&self) -> impl Iterator<Item = &[u8]> {
        (0..self.ends.len()).map(|index| self.get(index))
    }

    fn push_missing(&self, out: &mut Buffer, outer: &Self) {
        let missing = self.known & !outer.known;
        for (index, (prefix, namespace)) in KNOWN.iter().enumerate() {
            if missing & (1 << index) != 0 {
                push_declaration(out, Prefix::Known(prefix), namespace.as_bytes());
            }
        }
        let mut declared = outer.numbered();
        for (index, namespace) in self.numbered().enumerate() {
            if declared.next() != Some(namespace) && !namespace.is_empty() {
                push_declaration(out, Prefix::Numbered(index), namespace);
            }
        }
    }

    #[inline]
    fn numbered_of(&mut self, namespace: &[u8]) -> Prefix {
        // The first, which is the only one of most resources.
        match self.ends.first() {
            Some(&end) if end == namespace.len() && self.numbered.starts_with(namespace) => {}
            Some(_) => return self.number(namespace),
            None => self.add(namespace),
        }
        Prefix::Numbered(0)
    }

    #[inline(never)]
    fn number(&mut self, namespace: &[u8]) -> Prefix {
        Prefix::Numbered(self.find(namespace).unwrap_or_else(|| {
            self.add(namespace);
            self.ends.len() - 1
        }))
    }

    fn find(&mut self, namespace: &[u8]) -> Option<usize> {
        const FEW: usize = 8;
        if self.ends.len() <= FEW {
            return self.numbered().position(|known| known == namespace);
        }
        if self.index.is_none() {
            let index = self
                .numbered()
                .enumerate()
                .map(|(index, known)| (known.into(), index));
            self.index = Some(Box::new(index.collect()));
        }
        self.index.as_ref()?.get(namespace).copied()
    }

    fn add(&mut self, namespace: &[u8]) {
        if let Some(index) = &mut self.index {
            index.insert(namespace.into(), self.ends.len());
        }
        self.numbered.extend_from_slice(namespace);
        self.ends.push(self.numbered.len());
    }
}

impl Eq for Prefixes {}

impl PartialEq for Prefixes {
    fn eq(&self, other: &Self) -> bool {
        self.known == other.known && self.numbered == other.numbered && self.ends == other.ends
    }
}

// === impl FixedPrefix ===

impl FixedPrefix {
    /// No prefix, as for no namespace.
    pub(super) const ABSENT: Self = Self(0);
    const DAV: Self = Self(1);
    /// The prefix of the first entry of `KNOWN`.
    const FIRST_KNOWN: u8 = 2;
    /// The namespace has no prefix of its own.
    pub(super) const NONE: Self = Self(u8::MAX);

    pub(super) const fn prefix(self, number: usize) -> Prefix {
        match self {
            Self::ABSENT => Prefix::Absent,
            Self::DAV => Prefix::Dav,
            Self::NONE => Prefix::Numbered(number),
            _ => Prefix::Known(KNOWN[self.index() - Self::FIRST_KNOWN as usize].0),
        }
    }

    /// The namespace, if it is known at compile time.
    pub(super) const fn namespace(self) -> Option<&'static str> {
        match self {
            Self::ABSENT => Some(""),
            Self::DAV => Some("DAV:"),
            Self::NONE => None,
            _ => Some(KNOWN[self.index() - Self::FIRST_KNOWN as usize].1),
        }
    }

    pub(super) const fn of(namespace: &str) -> Self {
        if is_same(namespace, "DAV:") {
            return Self::DAV;
        }
        if namespace.is_empty() {
            return Self::ABSENT;
        }
        let mut index = 0;
        while index < KNOWN.len() {
            if is_same(namespace, KNOWN[index].1) {
                return Self(Self::FIRST_KNOWN + index as u8);
            }
            index += 1;
        }
        Self::NONE
    }

    pub(super) const fn is_none(self) -> bool {
        self.0 == Self::NONE.0
    }

    #[inline(always)]
    pub(super) const fn index(self) -> usize {
        self.0 as usize
    }

    /// Its bit in `known`; prefixes that need no declaration have none.
    #[inline(always)]
    const fn bit(self) -> u16 {
        (1_u16 << (self.0 & 15)) >> Self::FIRST_KNOWN
    }
}

/// The beginnings of start tags with fixed prefixes; padded to 16, so that no bounds check is needed.
static OPENINGS: [Opening; 16] = {
    let mut openings = [Opening::of("", 0); 16];
    openings[FixedPrefix::DAV.index()] = Opening::of("D:", 0);
    let mut index = 0;
    while index < KNOWN.len() {
        openings[FixedPrefix::FIRST_KNOWN as usize + index] =
            Opening::of(KNOWN[index].0, 1 << index);
        index += 1;
    }
    openings
};

// === impl Opening ===

impl Opening {
    /// Without the `<`.
    #[inline(always)]
    pub(super) fn prefix(self) -> [u8; 3] {
        let [_, prefix @ ..] = self.bytes;
        prefix
    }

    const fn of(prefix: &str, bit: u16) -> Self {
        let prefix = prefix.as_bytes();
        let mut bytes = [b'<', 0, 0, 0];
        let mut at = 0;
        while at < prefix.len() {
            bytes[1 + at] = prefix[at];
            at += 1;
        }
        Self {
            bytes,
            len: 1 + prefix.len(),
            bit,
        }
    }
}

// === impl Prefix ===

impl Prefix {
    /// The text before a local name: the prefix and a colon, or nothing. `None` for a number without a
    /// constant text.
    #[inline]
    pub(crate) fn text(self) -> Option<&'static str> {
        match self {
            Self::Absent => Some(""),
            Self::Dav => Some("D:"),
            Self::Known(prefix) => Some(prefix),
            Self::Numbered(index) => NUMBERED.get(index).copied(),
        }
    }

    pub(super) const fn constant_text(self) -> &'static str {
        match self {
            Self::Absent => "",
            Self::Dav => "D:",
            Self::Known(prefix) => prefix,
            Self::Numbered(index) => NUMBERED[index],
        }
    }

    /// Appends the prefix and the local name.
    pub(crate) fn push_name(self, out: &mut Buffer, local: &str) {
        match self.text() {
            Some(prefix) => out.extend_from_slice(prefix.as_bytes()),
            None => self.push_number(out),
        }
        out.extend_from_slice(local.as_bytes());
    }

    #[cold]
    fn push_number(self, out: &mut Buffer) {
        if let Self::Numbered(index) = self {
            out.extend_from_slice(format!("n{index}:").as_bytes());
        }
    }
}

const NUMBERED: [&str; 8] = ["n0:", "n1:", "n2:", "n3:", "n4:", "n5:", "n6:", "n7:"];

// === helpers ===

fn push_declaration(out: &mut Buffer, prefix: Prefix, namespace: &[u8]) {
    out.extend_from_slice(b" xmlns:");
    prefix.push_name(out, "");
    // The colon that a name would follow.
    out.truncate(out.len() - 1);
    out.extend_from_slice(b"=\"");
    // It came as text, so this does not fail; a lossy conversion would take ten times as long.
    let namespace = std::str::from_utf8(namespace).unwrap_or_default();
    push_attribute(out, namespace, IllegalChars::Remove);
    out.push(b'"');
}
