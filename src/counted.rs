//! Bodies that settle a charge as they are sent, and so must not be replaced.

use http::Extensions;

/// The mark of such a body, on its response.
#[derive(Clone, Copy, Debug)]
struct Counted;

/// Tells the layers outside not to replace this body: another one would leave uncharged.
#[inline]
pub(crate) fn mark(response: &mut Extensions) {
    // A layer replaces a body only for an extension that it finds: without any, no mark is needed.
    if !response.is_empty() {
        response.insert(Counted);
    }
}

/// Whether the body has to stay.
pub(crate) fn is_marked(response: &Extensions) -> bool {
    response.get::<Counted>().is_some()
}
