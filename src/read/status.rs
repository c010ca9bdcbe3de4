//! The text of a `status` element.

use http::StatusCode;

/// The code in a status line: `HTTP/1.1 200 OK`. The version and the phrase may be missing.
pub(super) fn parse(line: &str) -> Option<StatusCode> {
    let mut words = line.split_ascii_whitespace();
    let mut code = words.next()?;
    if code
        .get(..5)
        .is_some_and(|version| version.eq_ignore_ascii_case("HTTP/"))
    {
        code = words.next()?;
    }
    StatusCode::from_bytes(code.as_bytes()).ok()
}
