//! A refusal for a terminal.

use std::fmt::Write;

use crate::challenge::{
    Problem, Refusal,
    escape::Printable,
    facts::{Left, Wait, day},
};

pub(super) const MEDIA_TYPE: &str = "text/plain; charset=utf-8";

/// The detail, the facts, the links, and the code.
pub(super) fn render(problem: &Problem<'_>) -> String {
    let mut text = format!("{}\n", Printable(problem.detail()));
    // A string takes whatever is written to it.
    if let Refusal::Denied(denial) = problem.refusal() {
        if let Some(end) = denial.valid_until() {
            _ = writeln!(text, "Valid until: {}", day(end));
        }
        if let Some(left) = Left::of(denial) {
            _ = writeln!(text, "Remaining: {left}");
        }
        if let Some(wait) = Wait::of(denial) {
            _ = writeln!(text, "Available again in: {wait}");
        }
    }
    for (remedy, url) in problem.links() {
        _ = writeln!(text, "{}: {url}", remedy.title());
    }
    _ = writeln!(text, "({})", problem.code());
    text
}
