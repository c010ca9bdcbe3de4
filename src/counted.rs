//! Bodies that count only if it is they who leave.

use http::Extensions;

/// The mark of such a body, on its response.
#[derive(Clone, Copy, Debug)]
struct Counted;

/// Tells the layers outside that another body in the place of this one would leave uncharged.
#[inline]
pub(crate) fn mark(response: &mut Extensions) {
    // Who replaces a body does so by what it finds here.
    if !response.is_empty() {
        response.insert(Counted);
    }
}

/// Whether the body has to stay.
pub(crate) fn is_marked(response: &Extensions) -> bool {
    response.get::<Counted>().is_some()
}
