//! Where the routes are, as clients see them.

use std::sync::Arc;

use http::{
    Extensions, HeaderValue,
    uri::{Authority, Scheme},
};

use crate::dav::Href;

/// The mount of the routes.
#[derive(Clone, Debug, Default)]
pub(super) struct Mount {
    /// The path as the application knows it.
    path: Arc<str>,
    /// The path as it is in a header.
    encoded: String,
    /// The path as it is in a document.
    escaped: String,
    /// The scheme and the authority, if they are known.
    origin: String,
    /// How much of the encoded path is of the layers outside.
    outer: usize,
}

/// The mount of the layers outside, carried by a request to the layers inside.
#[derive(Clone, Debug)]
struct Outer(Arc<Mount>);

/// The path at which the layers outside are mounted, not encoded.
pub(crate) fn mount_path(request: &Extensions) -> Option<Arc<str>> {
    let Outer(mount) = request.get()?;
    (!mount.encoded.is_empty()).then(|| Arc::clone(&mount.path))
}

// === impl Mount ===

impl Mount {
    /// Whether a layer outside has a mount.
    #[inline]
    pub(super) fn is_around(request: &Extensions) -> bool {
        request.get::<Outer>().is_some()
    }

    /// The mount of a layer with that of the layers outside, which is left in the request for those inside.
    pub(super) fn joined(own: Option<&Arc<Self>>, request: &mut Extensions) -> Option<Arc<Self>> {
        let outer = request.get().map(|Outer(outer)| Arc::clone(outer));
        let Some(own) = own else {
            return outer;
        };
        let mount = match outer {
            Some(outer) => Arc::new(own.below(&outer)),
            None => Arc::clone(own),
        };
        request.insert(Outer(Arc::clone(&mount)));
        Some(mount)
    }

    pub(super) fn set_path(&mut self, path: &str) {
        let without_slash = |path: &str| path.trim_end_matches('/').to_owned();
        let href = Href::path(path);
        self.path = path.into();
        self.encoded = without_slash(&href.encoded());
        self.escaped = without_slash(&href.escaped());
    }

    pub(super) fn set_origin(&mut self, scheme: &Scheme, authority: &Authority) {
        self.origin = format!("{scheme}://{}", authority.as_str().replace('&', "&amp;"));
    }

    /// The path, not encoded.
    pub(super) fn path(&self) -> &str {
        &self.path
    }

    /// The path as it is in a header.
    pub(super) fn encoded(&self) -> &str {
        &self.encoded
    }

    /// The path as it is in a document.
    pub(super) fn escaped(&self) -> &str {
        &self.escaped
    }

    /// The part of the encoded path that is of the layers outside.
    pub(super) fn outer(&self) -> &str {
        &self.encoded[..self.outer]
    }

    /// The scheme and the authority; empty if they are not known.
    pub(super) fn origin(&self) -> &str {
        &self.origin
    }

    /// Whether it changes the hrefs of a document, which agree or do not.
    pub(super) fn moves(&self, hrefs_agree: bool) -> bool {
        !self.escaped.is_empty() || self.makes_absolute(hrefs_agree)
    }

    /// Whether it makes URIs of the paths in a document, since its hrefs do not agree.
    pub(super) fn makes_absolute(&self, hrefs_agree: bool) -> bool {
        !hrefs_agree && !self.origin.is_empty()
    }

    /// Puts the mount before a header that is a path.
    pub(super) fn move_header(&self, header: &mut HeaderValue) {
        if header.as_bytes().starts_with(b"/") {
            let moved = [self.encoded.as_bytes(), header.as_bytes()].concat();
            // Both parts are valid in headers, so the whole is, too.
            *header = HeaderValue::from_bytes(&moved).unwrap_or_else(|_| header.clone());
        }
    }

    /// This mount inside of another.
    fn below(&self, outer: &Self) -> Self {
        let origin = match self.origin.is_empty() {
            true => &outer.origin,
            false => &self.origin,
        };
        Self {
            path: format!(
                "{}/{}",
                outer.path.trim_end_matches('/'),
                self.path.trim_start_matches('/')
            )
            .into(),
            encoded: [&*outer.encoded, &self.encoded].concat(),
            escaped: [&*outer.escaped, &self.escaped].concat(),
            origin: origin.clone(),
            outer: outer.encoded.len(),
        }
    }
}
