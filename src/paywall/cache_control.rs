//! What shared caches may do with a response that somebody paid for: nothing.

use http::{HeaderMap, HeaderValue, header::CACHE_CONTROL};

use crate::challenge::list;

/// Merges `private` into `Cache-Control`.
///
/// `public` and `s-maxage` go, since they invite the very caches that `private` shuts out, and
/// caches differ in whom they believe. All else stays.
#[inline]
pub(super) fn keep_private(headers: &mut HeaderMap) {
    // A single lookup, if the response has no such field yet.
    if headers.append(CACHE_CONTROL, PRIVATE) {
        merge(headers);
    }
}

const PRIVATE: HeaderValue = HeaderValue::from_static("private");

/// Merges `private` into the lines before the last, which is ours.
#[cold]
fn merge(headers: &mut HeaderMap) {
    let mut lines: Vec<_> = headers.get_all(CACHE_CONTROL).iter().cloned().collect();
    lines.pop();
    if let Some(line) = merged(&lines) {
        lines = vec![line];
    }
    headers.remove(CACHE_CONTROL);
    for line in lines {
        headers.append(CACHE_CONTROL, line);
    }
}

/// One line to replace these; `None` if they are right as they are.
fn merged(lines: &[HeaderValue]) -> Option<HeaderValue> {
    let mut kept: Vec<&[u8]> = Vec::new();
    let mut closed = false;
    let mut changed = false;
    let lines = lines.iter().map(HeaderValue::as_bytes);
    for directive in lines.flat_map(list::members) {
        let name = directive.split(|&byte| byte == b'=').next();
        let name = name.unwrap_or(directive).trim_ascii_end();
        if is_one_of(name, ["public", "s-maxage"]) {
            changed = true;
            continue;
        }
        // The whole directive counts: `private="field"` closes one field only.
        closed |= is_one_of(directive, ["private", "no-store"]);
        kept.push(directive);
    }
    if !closed {
        // In front, where no quote left open can swallow it.
        kept.insert(0, b"private");
        changed = true;
    }
    changed.then(|| HeaderValue::try_from(kept.join(&b", "[..])).unwrap_or(PRIVATE))
}

fn is_one_of(word: &[u8], words: [&str; 2]) -> bool {
    words
        .iter()
        .any(|other| word.eq_ignore_ascii_case(other.as_bytes()))
}
