//! `status`, the status line inside a multistatus,
//! [RFC 4918, section 14.28](https://www.rfc-editor.org/rfc/rfc4918#section-14.28).

use http::StatusCode;

/// The code of a status line in the most common form, given the content of the element.
pub(crate) fn parse_plain(inside: &str) -> Option<StatusCode> {
    let rest = inside.strip_prefix("HTTP/1.1 ")?;
    match rest.as_bytes() {
        [a, b, c] | [a, b, c, b' ', ..] => StatusCode::from_bytes(&[*a, *b, *c]).ok(),
        _ => None,
    }
}

/// The code in a status line: `HTTP/1.1 200 OK`. The version and the phrase may be missing.
pub(crate) fn parse(line: &str) -> Option<StatusCode> {
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
