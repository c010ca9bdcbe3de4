//! A refusal for a terminal.

use std::fmt::Write;

use crate::challenge::{Problem, escape::Printable};

pub(super) const MEDIA_TYPE: &str = "text/plain; charset=utf-8";

/// The sentence, what helps, and the code.
pub(super) fn render(problem: &Problem<'_>) -> String {
    let mut text = format!("{}\n", Printable(problem.detail()));
    for (remedy, url) in problem.links() {
        // A string takes whatever is written to it.
        _ = writeln!(text, "{}: {url}", remedy.title());
    }
    _ = writeln!(text, "({})", problem.code());
    text
}
