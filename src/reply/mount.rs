//! Where the routes are, as clients see them.

use std::sync::Arc;

use http::{
    Extensions, HeaderValue,
    uri::{Authority, Scheme},
};

use crate::dav::{self, Href};

/// The mount of the routes, as it is put before hrefs.
#[derive(Clone, Debug, Default)]
pub(super) struct Mount {
    /// The path as the application knows it.
    path: dav::Mount,
    /// The path as it is in a header.
    encoded: String,
    /// The path as it is in a document.
    escaped: String,
    /// The scheme and the authority, if they are known.
    origin: Arc<str>,
    /// How much of the encoded path is of the layers outside.
    outer: usize,
}

/// What else a layer outside knows of the mount, carried by a request to the layers inside.
#[derive(Clone, Debug)]
struct Origin(Arc<str>);

// === impl Mount ===

impl Mount {
    /// Whether a layer outside has a mount.
    #[inline]
    pub(super) fn is_around(request: &Extensions) -> bool {
        request.get::<dav::Mount>().is_some() || request.get::<Origin>().is_some()
    }

    /// The mount of a layer with that of the layers outside, which is left in the request for those inside.
    pub(super) fn joined(own: Option<&Arc<Self>>, request: &mut Extensions) -> Option<Arc<Self>> {
        let mount = match (Self::around(request), own) {
            (outer, None) => return outer.map(Arc::new),
            (None, Some(own)) => Arc::clone(own),
            (Some(outer), Some(own)) => Arc::new(own.below(&outer)),
        };
        if !mount.encoded.is_empty() {
            mount.path.leave_in(request);
        }
        if !mount.origin.is_empty() {
            request.insert(Origin(Arc::clone(&mount.origin)));
        }
        Some(mount)
    }

    pub(super) fn set_path(&mut self, path: &str) {
        let without_slash = |path: &str| path.trim_end_matches('/').to_owned();
        let href = Href::path(path);
        self.path = dav::Mount::new(path);
        self.encoded = without_slash(&href.encoded());
        self.escaped = without_slash(&href.escaped());
    }

    pub(super) fn set_origin(&mut self, scheme: &Scheme, authority: &Authority) {
        let authority = authority.as_str().replace('&', "&amp;");
        self.origin = format!("{scheme}://{authority}").into();
    }

    /// The path, not encoded.
    pub(super) fn path(&self) -> &str {
        self.path.path()
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

    /// The mount of the layers outside.
    fn around(request: &Extensions) -> Option<Self> {
        let path = dav::Mount::find(request);
        let origin = request.get().map(|Origin(origin)| Arc::clone(origin));
        if path.is_none() && origin.is_none() {
            return None;
        }
        let mut mount = Self::default();
        if let Some(path) = path {
            mount.set_path(path.path());
        }
        mount.origin = origin.unwrap_or_default();
        Some(mount)
    }

    /// This mount inside of another.
    fn below(&self, outer: &Self) -> Self {
        let origin = match self.origin.is_empty() {
            true => &outer.origin,
            false => &self.origin,
        };
        Self {
            path: dav::Mount::new(&[outer.path(), self.path()].concat()),
            encoded: [&*outer.encoded, &self.encoded].concat(),
            escaped: [&*outer.escaped, &self.escaped].concat(),
            origin: Arc::clone(origin),
            outer: outer.encoded.len(),
        }
    }
}
