//! What shared caches may do with a response that somebody paid for: nothing.

use http::{
    HeaderMap, HeaderValue,
    header::{CACHE_CONTROL, Entry},
};

use crate::challenge::list;

/// Merges `private` into `Cache-Control`.
///
/// `public` and `s-maxage` go, since they invite the very caches that `private` shuts out, and
/// caches differ in whom they believe. All else stays.
#[inline]
pub(crate) fn keep_private(headers: &mut HeaderMap) {
    match headers.entry(CACHE_CONTROL) {
        Entry::Occupied(_) => merge(headers),
        Entry::Vacant(vacant) => {
            vacant.insert(PRIVATE);
        }
    }
}

const PRIVATE: HeaderValue = HeaderValue::from_static("private");

fn merge(headers: &mut HeaderMap) {
    let mut kept = Vec::new();
    let mut closed = false;
    let mut changed = false;
    // A line that is no text says nothing that a cache could obey.
    let lines = headers.get_all(CACHE_CONTROL).iter();
    for directive in lines
        .filter_map(|line| line.to_str().ok())
        .flat_map(list::members)
    {
        let name = directive.split('=').next().unwrap_or(directive).trim_end();
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
        kept.insert(0, "private");
        changed = true;
    }
    if changed {
        let merged = HeaderValue::try_from(kept.join(", ")).unwrap_or(PRIVATE);
        headers.insert(CACHE_CONTROL, merged);
    }
}

fn is_one_of(word: &str, words: [&str; 2]) -> bool {
    words.iter().any(|other| word.eq_ignore_ascii_case(other))
}
