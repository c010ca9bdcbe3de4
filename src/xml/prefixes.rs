//! The prefixes of a document: one for each namespace, the same wherever that can be.

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
    numbered: Vec<Box<str>>,
}

/// The prefix of an element or attribute.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Prefix {
    Absent,
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
            "DAV:" => Prefix::Known("D"),
            "" => Prefix::Absent,
            _ => self.foreign(namespace),
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.known == 0 && self.numbered.is_empty()
    }

    /// Whether a piece numbers its namespaces as they are numbered here, as far as both go.
    pub(crate) fn agrees(&self, piece: &Self) -> bool {
        self.numbered
            .iter()
            .zip(&piece.numbered)
            .all(|(here, there)| here == there)
    }

    /// Takes in the prefixes of a piece, as far as they agree with the ones here.
    pub(crate) fn merge(&mut self, piece: &Self) {
        self.known |= piece.known;
        let new = piece.numbered.iter().skip(self.numbered.len());
        self.numbered.extend(new.cloned());
    }

    /// Appends the declarations of all that is used here and not declared by `outer`.
    pub(crate) fn push_declarations(&self, out: &mut Vec<u8>, outer: &Self) {
        let missing = self.known & !outer.known;
        for (index, (prefix, namespace)) in KNOWN.iter().enumerate() {
            if missing & (1 << index) != 0 {
                push_declaration(out, prefix.as_bytes(), namespace);
            }
        }
        for (index, namespace) in self.numbered.iter().enumerate() {
            if outer.numbered.get(index) != Some(namespace) {
                push_declaration(out, format!("n{index}").as_bytes(), namespace);
            }
        }
    }

    /// Forgets all that was used.
    pub(crate) fn clear(&mut self) {
        self.known = 0;
        self.numbered.clear();
    }

    fn foreign(&mut self, namespace: &str) -> Prefix {
        if let Some(index) = KNOWN.iter().position(|(_, known)| *known == namespace) {
            self.known |= 1 << index;
            return Prefix::Known(KNOWN[index].0);
        }
        let numbered = self.numbered.iter().position(|known| **known == *namespace);
        Prefix::Numbered(numbered.unwrap_or_else(|| {
            self.numbered.push(namespace.into());
            self.numbered.len() - 1
        }))
    }
}

// === impl Prefix ===

impl Prefix {
    /// Appends the prefix and the local name.
    #[inline]
    pub(crate) fn push_name(self, out: &mut Vec<u8>, local: &str) {
        match self {
            Self::Absent => {}
            Self::Known(prefix) => {
                out.extend_from_slice(prefix.as_bytes());
                out.push(b':');
            }
            Self::Numbered(index) => out.extend_from_slice(format!("n{index}:").as_bytes()),
        }
        out.extend_from_slice(local.as_bytes());
    }
}

// === helpers ===

fn push_declaration(out: &mut Vec<u8>, prefix: &[u8], namespace: &str) {
    out.extend_from_slice(b" xmlns:");
    out.extend_from_slice(prefix);
    out.extend_from_slice(b"=\"");
    push_attribute(out, namespace, Forbidden::Remove);
    out.push(b'"');
}
