//! What one request wants to see of a multistatus.

use std::sync::Arc;

use http::{HeaderMap, HeaderValue, Method, Uri};
use memchr::memmem;

use crate::{
    dav::{Href, Prefer, Return},
    multistatus::{EMPTY_FOUND, Encoded, OPEN_HREF},
};

/// What the head of a request says about its answer.
#[derive(Clone, Debug, Default)]
pub(super) struct View {
    minimal: Option<Minimal>,
    /// Whether it was by `Prefer` that minimal answers were asked for.
    preferred: bool,
    /// The target, where it is to be left out.
    noroot: Option<Uri>,
}

/// What a minimal answer to a method goes without.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Minimal {
    Missing,
    Success,
}

/// How the bytes of a multistatus change on their way out.
#[derive(Clone, Debug, Default)]
pub(super) struct Edit {
    omit_missing: bool,
    /// The response that is left out.
    omit: Option<usize>,
    /// The path before every href that is a path.
    mount: Option<Arc<Mount>>,
}

/// The path under which routes are mounted.
#[derive(Debug)]
pub(super) struct Mount {
    /// As it is in a URI.
    encoded: String,
    /// As it is in a document.
    escaped: String,
}

// === impl View ===

impl View {
    /// Reads it from a request.
    pub(super) fn of(method: &Method, uri: &Uri, headers: &HeaderMap) -> Self {
        let prefer = Prefer::from_headers(headers);
        let minimal = match prefer.returned() {
            Some(Return::Minimal) => Minimal::of(method),
            _ => None,
        };
        let depth_zero = headers.get("depth").is_some_and(|depth| depth == "0");
        let noroot = prefer.depth_noroot() && !depth_zero && is_report(method);
        Self {
            minimal,
            preferred: !prefer.is_brief(),
            noroot: noroot.then(|| uri.clone()),
        }
    }

    /// Whether success is to be told by its status alone.
    pub(super) fn wants_status_alone(&self) -> bool {
        self.minimal == Some(Minimal::Success)
    }

    /// How it changes this multistatus, below `mount`.
    pub(super) fn edit(&self, encoded: &Encoded, mount: Option<Arc<Mount>>) -> Edit {
        let omit = self.noroot.as_ref().and_then(|target| {
            let path = target.path();
            let inner = mount
                .as_ref()
                .and_then(|mount| path.strip_prefix(&*mount.encoded));
            [Some(path), inner].into_iter().flatten().find_map(|path| {
                let path = if path.is_empty() { "/" } else { path };
                encoded.position(&Href::parse(path).ok()?)
            })
        });
        Edit {
            omit_missing: self.minimal == Some(Minimal::Missing),
            omit,
            mount,
        }
    }

    /// The value of `Preference-Applied`.
    pub(super) fn applied(&self) -> Option<HeaderValue> {
        let applied = match (
            self.minimal.is_some() && self.preferred,
            self.noroot.is_some(),
        ) {
            (true, true) => "return=minimal, depth-noroot",
            (true, false) => "return=minimal",
            (false, true) => "depth-noroot",
            (false, false) => return None,
        };
        Some(HeaderValue::from_static(applied))
    }
}

// === impl Mount ===

impl Mount {
    pub(super) fn new(path: &Href<'_>) -> Self {
        Self {
            encoded: path.encoded().into_owned(),
            escaped: path.escaped(),
        }
    }
}

// === impl Minimal ===

impl Minimal {
    fn of(method: &Method) -> Option<Self> {
        if is_report(method) {
            Some(Self::Missing)
        } else {
            matches!(method.as_str(), "PROPPATCH" | "MKCOL" | "MKCALENDAR").then_some(Self::Success)
        }
    }
}

// === impl Edit ===

impl Edit {
    /// Whether the bytes stay as they are.
    pub(super) fn is_none(&self) -> bool {
        !self.omit_missing && self.omit.is_none() && self.mount.is_none()
    }

    /// Visits what is left of a response, piece by piece.
    pub(super) fn visit(&self, encoded: &Encoded, index: usize, visit: &mut impl FnMut(&[u8])) {
        if self.omit == Some(index) {
            return;
        }
        let (span, entry) = encoded.response(index);
        if !self.omit_missing || entry.missing.is_empty() {
            self.visit_piece(&encoded.responses[span], visit);
            return;
        }
        self.visit_piece(&encoded.responses[span.start..entry.missing.start], visit);
        if entry.only_missing {
            visit(EMPTY_FOUND);
        }
        self.visit_piece(&encoded.responses[entry.missing.end..span.end], visit);
    }

    /// How many bytes are left of all responses.
    pub(super) fn len(&self, encoded: &Encoded) -> usize {
        if self.is_none() {
            return encoded.responses.len();
        }
        let mut length = 0;
        for index in 0..encoded.len() {
            self.visit(encoded, index, &mut |piece| length += piece.len());
        }
        length
    }

    fn visit_piece(&self, piece: &[u8], visit: &mut impl FnMut(&[u8])) {
        let Some(mount) = &self.mount else {
            return visit(piece);
        };
        let mut done = 0;
        for open in memmem::find_iter(piece, OPEN_HREF) {
            let href = open + OPEN_HREF.len();
            if piece.get(href) == Some(&b'/') {
                visit(&piece[done..href]);
                visit(mount.escaped.as_bytes());
                done = href;
            }
        }
        visit(&piece[done..]);
    }
}

// === helpers ===

/// Whether the method asks about resources and changes nothing.
fn is_report(method: &Method) -> bool {
    matches!(method.as_str(), "PROPFIND" | "REPORT" | "SEARCH")
}
