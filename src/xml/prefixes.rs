//! The prefixes of a document: one for each namespace, the same wherever that can be.

use smallvec::SmallVec;

use super::escape::{Forbidden, push_attribute};

/// The prefixes that a piece of a document uses.
///
/// `D` is always `DAV:`, and the namespaces that most WebDAV clients know have the prefixes by which
/// they know them. Every other namespace is numbered in the order in which the piece meets it: `n0`,
/// `n1`, and so on. Pieces of the same shape therefore use the same prefixes, and a document can
/// declare them once, at its root; a piece that numbers differently declares its own.
///
/// `DAV:` is never a default namespace, since the Windows Mini-Redirector does not understand one.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct Prefixes {
    /// A bit for each entry of `KNOWN`.
    known: u16,
    /// The other namespaces, each ended by a NUL, which no namespace holds.
    numbered: SmallVec<[u8; 64]>,
}

/// A moment in the life of [`Prefixes`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct PrefixMark {
    known: u16,
    numbered: usize,
}

/// The prefix of an element or attribute.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Prefix {
    Absent,
    Dav,
    Known(&'static str),
    Numbered(usize),
}

const KNOWN: [(&str, &str); 9] = [
    ("C", "urn:ietf:params:xml:ns:caldav"),
    ("CR", "urn:ietf:params:xml:ns:carddav"),
    ("CS", "http://calendarserver.org/ns/"),
    ("I", "http://apple.com/ns/ical/"),
    ("P", "urn:statuary:payment"),
    ("Z", "urn:schemas-microsoft-com:"),
    ("nc", "http://nextcloud.org/ns"),
    ("oc", "http://owncloud.org/ns"),
    ("s", "http://sabredav.org/ns"),
];

// === impl Prefixes ===

impl Prefixes {
    /// The prefix of a namespace, which from now on counts as used.
    #[inline]
    pub(crate) fn of(&mut self, namespace: &str) -> Prefix {
        match namespace {
            "DAV:" => Prefix::Dav,
            "" => Prefix::Absent,
            _ => self.foreign(namespace),
        }
    }

    /// Whether a piece numbers its namespaces as they are numbered here, as far as both go.
    pub(crate) fn agrees(&self, piece: &Self) -> bool {
        self.numbered.starts_with(&piece.numbered) || piece.numbered.starts_with(&self.numbered)
    }

    /// How much is used so far.
    pub(crate) fn mark(&self) -> PrefixMark {
        PrefixMark {
            known: self.known,
            numbered: self.numbered.len(),
        }
    }

    /// What was used at a mark.
    pub(crate) fn reset(&self, mark: PrefixMark) -> Self {
        Self {
            known: mark.known,
            numbered: SmallVec::from_slice(&self.numbered[..mark.numbered]),
        }
    }

    /// Takes in the prefixes of a piece, as far as they agree with the ones here.
    pub(crate) fn merge(&mut self, piece: &Self) {
        self.known |= piece.known;
        if self.numbered != piece.numbered {
            let count = self.numbered().count();
            for namespace in piece.numbered().skip(count) {
                self.numbered.extend_from_slice(namespace);
            }
        }
    }

    /// Appends the declarations of all that is used here and not declared by `outer`.
    #[inline]
    pub(crate) fn push_declarations(&self, out: &mut Vec<u8>, outer: &Self) {
        if self.known & !outer.known != 0 || self.numbered != outer.numbered {
            self.push_missing(out, outer);
        }
    }

    fn numbered(&self) -> impl Iterator<Item = &[u8]> {
        self.numbered.split_inclusive(|&byte| byte == 0)
    }

    fn push_missing(&self, out: &mut Vec<u8>, outer: &Self) {
        let missing = self.known & !outer.known;
        for (index, (prefix, namespace)) in KNOWN.iter().enumerate() {
            if missing & (1 << index) != 0 {
                push_declaration(out, Prefix::Known(prefix), namespace.as_bytes());
            }
        }
        let mut declared = outer.numbered();
        for (index, namespace) in self.numbered().enumerate() {
            if declared.next() != Some(namespace) {
                let namespace = &namespace[..namespace.len() - 1];
                push_declaration(out, Prefix::Numbered(index), namespace);
            }
        }
    }

    fn foreign(&mut self, namespace: &str) -> Prefix {
        let bytes = namespace.as_bytes();
        // The first, which for most resources is the only one.
        if self.numbered.get(bytes.len()) == Some(&0) && self.numbered.starts_with(bytes) {
            return Prefix::Numbered(0);
        }
        let same = |numbered: &[u8]| numbered.split_last().is_some_and(|(_, n)| n == bytes);
        if let Some(index) = self.numbered().position(same) {
            return Prefix::Numbered(index);
        }
        if let Some(index) = KNOWN.iter().position(|(_, known)| *known == namespace) {
            self.known |= 1 << index;
            return Prefix::Known(KNOWN[index].0);
        }
        self.numbered.extend_from_slice(bytes);
        self.numbered.push(0);
        Prefix::Numbered(self.numbered().count() - 1)
    }
}

// === impl Prefix ===

impl Prefix {
    /// Appends the prefix and the local name.
    #[inline]
    pub(crate) fn push_name(self, out: &mut Vec<u8>, local: &str) {
        match self {
            Self::Absent => {}
            Self::Dav => out.extend_from_slice(b"D:"),
            _ => self.push_foreign(out),
        }
        out.extend_from_slice(local.as_bytes());
    }

    fn push_foreign(self, out: &mut Vec<u8>) {
        match self {
            Self::Absent => return,
            Self::Dav => out.push(b'D'),
            Self::Known(prefix) => out.extend_from_slice(prefix.as_bytes()),
            Self::Numbered(index @ 0..10) => out.extend_from_slice(&[b'n', b'0' + index as u8]),
            Self::Numbered(index) => out.extend_from_slice(format!("n{index}").as_bytes()),
        }
        out.push(b':');
    }
}

// === helpers ===

fn push_declaration(out: &mut Vec<u8>, prefix: Prefix, namespace: &[u8]) {
    out.extend_from_slice(b" xmlns:");
    prefix.push_foreign(out);
    // The colon that a name would follow.
    out.pop();
    out.extend_from_slice(b"=\"");
    push_attribute(out, &String::from_utf8_lossy(namespace), Forbidden::Remove);
    out.push(b'"');
}
