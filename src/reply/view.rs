//! What one request wants to see of a multistatus.

use std::sync::Arc;

use http::{HeaderMap, HeaderValue, Method, StatusCode, Uri};
use memchr::memmem;

use super::mount::Mount;
use crate::{
    dav::{Depth, Href, Prefer, Return},
    multistatus::{EMPTY_FOUND, HREF_TAG, Responses},
};

/// What the head of a request wants of its answer.
#[derive(Clone, Debug, Default)]
pub(super) struct View {
    minimal: Option<Minimal>,
    /// Whether minimal answers were asked for by `Prefer`.
    preferred: bool,
    /// The target, if it has to be left out; boxed, since this is a part of every future.
    noroot: Option<Box<Uri>>,
}

/// What a minimal answer to a method leaves out.
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
    /// What is put before every href that is a path.
    mount: Option<Arc<Mount>>,
    /// Whether the origin is put before it, too.
    absolute: bool,
}

// === impl View ===

impl View {
    /// Whether the head of a request with this method may want anything; that of most cannot.
    #[inline]
    pub(super) fn is_for(method: &Method) -> bool {
        Minimal::of(method).is_some()
    }

    /// Reads it from a request.
    pub(super) fn of(method: &Method, uri: &Uri, headers: &HeaderMap) -> Self {
        // Looking up headers costs more than everything else.
        let Some(minimal) = Minimal::of(method) else {
            return Self::default();
        };
        let prefer = Prefer::from_headers(headers);
        let noroot = prefer.depth_noroot() && has_members(method, headers);
        Self {
            minimal: (prefer.returned() == Some(Return::Minimal)).then_some(minimal),
            preferred: !prefer.is_brief(),
            noroot: noroot.then(|| Box::new(uri.clone())),
        }
    }

    /// Whether success has to be answered by its status alone.
    pub(super) fn wants_status_alone(&self) -> bool {
        self.minimal == Some(Minimal::Success)
    }

    /// The changes to this multistatus, below `mount`. If its hrefs do not agree, all become URIs,
    /// provided that the origin is known.
    pub(super) fn edit(
        &self,
        responses: Responses<'_>,
        mount: Option<Arc<Mount>>,
        hrefs_agree: bool,
    ) -> Edit {
        let omit = self.noroot.as_ref().and_then(|target| {
            let position = |moved: &Href<'_>, unmoved: &Href<'_>| {
                responses.position(|href| match href.is_mounted() {
                    true => href.same_path(moved),
                    // The href has the mount already.
                    false => href.same_path(unmoved),
                })
            };
            let seen = Href::of_target(target.path());
            let Some(mount) = &mount else {
                return position(&seen, &seen);
            };
            // Routers on the way have taken off nothing, the mount of the layers outside, or all of it.
            let mut gone = vec!["", mount.outer(), mount.encoded()];
            gone.dedup();
            gone.into_iter().find_map(|gone| {
                let target = [gone, target.path()].concat();
                let whole = Href::of_target(&target).of_server();
                position(&whole.below(mount.path())?, &whole)
            })
        });
        let absolute = mount
            .as_ref()
            .is_some_and(|mount| mount.makes_absolute(hrefs_agree));
        Edit {
            omit_missing: self.minimal == Some(Minimal::Missing),
            omit,
            mount: mount.filter(|mount| mount.moves(hrefs_agree)),
            absolute,
        }
    }

    /// Stops looking for the target.
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
        let mut applied = Prefer::default();
        if minimal {
            applied = applied.with_return(Return::Minimal);
        }
        if noroot {
            applied = applied.with_depth_noroot();
        }
        (minimal || noroot).then(|| applied.to_header_value())
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
    /// A document other than a multistatus, with its hrefs moved.
    pub(super) fn mounted(document: &[u8], mount: Arc<Mount>) -> Vec<u8> {
        let edit = Self {
            mount: Some(mount),
            ..Self::default()
        };
        let mut moved = Vec::with_capacity(document.len() + document.len() / 2);
        edit.visit_piece(document, &mut |piece| moved.extend_from_slice(piece));
        moved
    }

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

    /// Visits what is left of all responses.
    pub(super) fn visit_all(&self, responses: Responses<'_>, visit: &mut impl FnMut(&[u8])) {
        if self.is_none() {
            return visit(responses.bytes);
        }
        for index in 0..responses.len() {
            self.visit(responses, index, visit);
        }
    }

    /// How many bytes are left of all responses.
    pub(super) fn len(&self, responses: Responses<'_>) -> usize {
        let mut length = 0;
        self.visit_all(responses, &mut |piece| length += piece.len());
        length
    }

    fn visit_piece(&self, piece: &[u8], visit: &mut impl FnMut(&[u8])) {
        let Some(mount) = &self.mount else {
            return visit(piece);
        };
        let mut done = 0;
        for tag in memmem::find_iter(piece, HREF_TAG) {
            let behind = tag + HREF_TAG.len();
            let (href, path) = match piece[behind..] {
                [b'>', b'/', ..] => (behind + 1, mount.escaped()),
                // This href is not below the mount.
                [b' ', b'>', b'/', ..] if self.absolute => (behind + 2, ""),
                _ => continue,
            };
            visit(&piece[done..href]);
            if self.absolute {
                visit(mount.origin().as_bytes());
            }
            visit(path.as_bytes());
            done = href;
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
    match (method.as_str(), Depth::optional_from_headers(headers)) {
        ("PROPFIND", Ok(depth)) => depth != Some(Depth::Zero),
        ("REPORT", Ok(Some(depth))) => depth != Depth::Zero,
        _ => false,
    }
}
