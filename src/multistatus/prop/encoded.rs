//! A property that is encoded in advance.

use std::fmt;

use super::Property;
use crate::xml::{Buffer, Content, IllegalChars, Name, Prefixes, Tag, Written};

/// A property that is encoded once, and copied each time it is written.
///
/// It can only be made from a property, so there is nothing to check when it is written. A server
/// that caches its files can keep their properties in this form; an href is kept as an
/// [`Href`](crate::Href) that is [encoded](crate::Href::into_encoded).
///
/// # Examples
///
/// ```
/// use statuary::{Href, MultiStatus, prop::{DisplayName, Encoded, GetEtag}};
///
/// struct Kept { href: Href<'static>, name: Encoded, etag: Encoded }
///
/// let kept = Kept {
///     href: Href::path("/profit & loss").into_encoded(),
///     name: Encoded::new(DisplayName("profit & loss")),
///     etag: Encoded::new(GetEtag::strong("5f2")?),
/// };
///
/// let mut answer = MultiStatus::new();
/// answer.resource(kept.href.borrowed()).prop(&kept.name).prop(&kept.etag).end();
/// assert!(answer.to_string().contains("<D:displayname>profit &amp; loss</D:displayname>"));
/// # Ok::<(), statuary::dav::InvalidEntityTag>(())
/// ```
#[derive(Clone, Eq, PartialEq)]
#[must_use]
pub struct Encoded {
    name: Name<'static>,
    key: u64,
    element: Box<[u8]>,
    /// Where declarations that the document cannot make are inserted.
    name_end: usize,
    /// The prefixes that it uses, if it uses others than `D`.
    prefixes: Option<Box<Prefixes>>,
}

// === impl Encoded ===

impl Encoded {
    /// Encodes a property.
    pub fn new(property: impl Property) -> Self {
        let (mut element, mut prefixes) = (Buffer::default(), Prefixes::default());
        let written = property.write(&mut Content::new(
            &mut element,
            &mut prefixes,
            IllegalChars::default(),
        ));
        let is_name = |byte: &u8| !matches!(byte, b' ' | b'/' | b'>');
        Self {
            key: written.key(property.key()),
            name: property.name().into_owned(),
            name_end: element.iter().take_while(|byte| is_name(byte)).count(),
            element: element.into_vec().into(),
            prefixes: (prefixes != Prefixes::default()).then(|| Box::new(prefixes)),
        }
    }

    #[inline(never)]
    fn write_with(&self, prefixes: &Prefixes, prop: &mut Content<'_>) {
        let (out, declared) = prop.pieces();
        if declared.agrees(prefixes) {
            declared.merge(prefixes);
            return out.extend_from_slice(&self.element);
        }
        let (start, rest) = self.element.split_at(self.name_end);
        out.extend_from_slice(start);
        prefixes.push_declarations(out, declared);
        out.extend_from_slice(rest);
    }
}

impl Property for Encoded {
    #[inline]
    fn name(&self) -> Name<'_> {
        self.name.borrowed()
    }

    fn value(&self, tag: Tag<'_, '_>) -> Written {
        tag.instead(self.key, |prop| {
            self.write(prop);
        })
    }

    #[inline]
    fn write(&self, prop: &mut Content<'_>) -> Written {
        match &self.prefixes {
            None => prop.bytes().extend_from_slice(&self.element),
            Some(prefixes) => self.write_with(prefixes, prop),
        }
        prop.written()
    }

    #[inline]
    fn key(&self) -> u64 {
        self.key
    }
}

impl fmt::Debug for Encoded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&String::from_utf8_lossy(&self.element))
    }
}
