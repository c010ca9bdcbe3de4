//! A refusal for WebDAV clients: a `DAV:error` document,
//! [RFC 4918, section 16](https://www.rfc-editor.org/rfc/rfc4918#section-16).
//!
//! Its shape is fixed, so it is formatted directly, without the XML writer of the 207 half. A test
//! ensures that the namespace is that of the members of a 207.

use std::fmt::Write;

use crate::challenge::{Problem, escape::Markup};

pub(super) const MEDIA_TYPE: &str = "application/xml; charset=utf-8";

/// An error with one condition, named by the code, which contains the detail and a link for each
/// remedy.
pub(super) fn render(problem: &Problem<'_>) -> String {
    let code = problem.code();
    let mut document = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n\
         <D:error xmlns:D=\"DAV:\" xmlns:P=\"urn:statuary:payment\"><P:{code}>\
         <P:detail>{}</P:detail>",
        Markup(problem.detail())
    );
    for (remedy, url) in problem.links() {
        let name = remedy.code();
        // A string takes whatever is written to it.
        _ = write!(document, "<P:{name}>{}</P:{name}>", Markup(url));
    }
    _ = write!(document, "</P:{code}></D:error>");
    document
}
