//! What one request wants to see of a multistatus.

use std::sync::Arc;

use http::{HeaderMap, HeaderValue, Method, StatusCode, Uri};
use memchr::memmem;

use crate::{
    dav::{Depth, Href, Prefer, Return},
    multistatus::{EMPTY_FOUND, OPEN_HREF, Responses},
};

/// What the head of a request says about its answer.
#[derive(Clone, Debug, Default)]
pub(super) struct View {
    minimal: Option<Minimal>,
    /// Whether it was by `Prefer` that minimal answers were asked for.
    preferred: bool,
    /// The target, where it is to be left out; in a box, since this is a part of every future.
    noroot: Option<Box<Uri>>,
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

/// The path under which routes are mounted, as it is in a document.
#[derive(Debug)]
pub(super) struct Mount(String);

// === impl View ===

impl View {
    /// Reads it from a request.
    #[inline]
    pub(super) fn of(method: &Method, uri: &Uri, headers: &HeaderMap) -> Self {
        // To look for headers costs more than all the rest, and most methods have no use for these.
        match Minimal::of(method) {
            Some(minimal) => Self::read(minimal, method, uri, headers),
            None => Self::default(),
        }
    }

    #[inline(never)]
    fn read(minimal: Minimal, method: &Method, uri: &Uri, headers: &HeaderMap) -> Self {
        let prefer = Prefer::from_headers(headers);
        let noroot = prefer.depth_noroot() && has_members(method, headers);
        Self {
            minimal: (prefer.returned() == Some(Return::Minimal)).then_some(minimal),
            preferred: !prefer.is_brief(),
            noroot: noroot.then(|| Box::new(uri.clone())),
        }
    }

    /// Whether success is to be told by its status alone.
    pub(super) fn wants_status_alone(&self) -> bool {
        self.minimal == Some(Minimal::Success)
    }

    /// How it changes this multistatus, below `mount`.
    pub(super) fn edit(&self, responses: Responses<'_>, mount: Option<Arc<Mount>>) -> Edit {
        let target = self
            .noroot
            .as_ref()
            .map(|target| Href::parse(target.path()));
        let omit = target.and_then(|target| responses.position(&target.ok()?));
        Edit {
            omit_missing: self.minimal == Some(Minimal::Missing),
            omit,
            mount,
        }
    }

    /// Looks no further for the target.
    pub(super) fn ends_noroot(&mut self) {
        self.noroot = None;
    }

    /// The value of `Preference-Applied` on an answer of this status.
    pub(super) fn applied(&self, status: StatusCode) -> Option<HeaderValue> {
        let minimal = match (self.minimal, status) {
            (Some(Minimal::Missing), StatusCode::MULTI_STATUS)
            | (Some(Minimal::Success), StatusCode::CREATED | StatusCode::NO_CONTENT) => {
                self.preferred
            }
            _ => false,
        };
        let noroot = self.noroot.is_some() && status == StatusCode::MULTI_STATUS;
        let applied = match (minimal, noroot) {
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
        Self(path.escaped())
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

    /// Whether a response is left out.
    pub(super) fn omits(&self) -> bool {
        self.omit.is_some()
    }

    /// Visits what is left of a response, piece by piece.
    pub(super) fn visit(
        &self,
        responses: Responses<'_>,
        index: usize,
        visit: &mut impl FnMut(&[u8]),
    ) {
        if self.omit == Some(index) {
            return;
        }
        let (span, entry) = responses.get(index);
        if !self.omit_missing || entry.missing.is_empty() {
            self.visit_piece(&responses.bytes[span], visit);
            return;
        }
        self.visit_piece(&responses.bytes[span.start..entry.missing.start], visit);
        if entry.only_missing {
            visit(EMPTY_FOUND);
        }
        self.visit_piece(&responses.bytes[entry.missing.end..span.end], visit);
    }

    /// How many bytes are left of all responses.
    pub(super) fn len(&self, responses: Responses<'_>) -> usize {
        if self.is_none() {
            return responses.bytes.len();
        }
        let mut length = 0;
        for index in 0..responses.len() {
            self.visit(responses, index, &mut |piece| length += piece.len());
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
                visit(mount.0.as_bytes());
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

/// Whether the answer to a request is about members of the target, too. PROPFIND without a depth has
/// all of them, REPORT has none.
fn has_members(method: &Method, headers: &HeaderMap) -> bool {
    match (method.as_str(), Depth::from_headers(headers)) {
        ("PROPFIND", Ok(depth)) => depth != Some(Depth::Zero),
        ("REPORT", Ok(Some(depth))) => depth != Depth::Zero,
        _ => false,
    }
}
