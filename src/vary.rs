//! The `Vary` field, [RFC 9110](https://www.rfc-editor.org/rfc/rfc9110#section-12.5.5).

use http::{HeaderMap, HeaderName, HeaderValue, header::VARY};

/// The request fields that a response depends on, as the value of its `Vary`; `None` if there are
/// none.
#[derive(Clone, Debug)]
pub(crate) struct Vary(Option<HeaderValue>);

// === impl Vary ===

impl Vary {
    pub(crate) fn new(names: impl IntoIterator<Item = HeaderName>) -> Self {
        Self(None).with(names)
    }

    /// These names and others.
    pub(crate) fn with(&self, names: impl IntoIterator<Item = HeaderName>) -> Self {
        let mut list = self.0.clone();
        for name in names {
            list = Some(match list {
                // A well-known name is static: cloning its value touches no reference count.
                None => name.into(),
                Some(list) if mentions(&list, name.as_str().as_bytes()) => list,
                Some(list) => {
                    let longer = [list.as_bytes(), name.as_str().as_bytes()].join(&b", "[..]);
                    HeaderValue::try_from(longer).unwrap_or(list)
                }
            });
        }
        Self(list)
    }

    /// Adds the names to what a response varies on already.
    #[inline]
    pub(crate) fn merge_into(&self, headers: &mut HeaderMap) {
        if let Some(list) = &self.0 {
            merge(headers, list.clone());
        }
    }
}

/// Adds the names in a list to what a response varies on already.
#[inline]
pub(crate) fn merge(headers: &mut HeaderMap, list: HeaderValue) {
    // A single lookup, if the response has no such field yet.
    if headers.append(VARY, list) {
        merge_one_by_one(headers);
    }
}

// === helpers ===

/// Merges the last line, which is ours, into those before.
#[cold]
fn merge_one_by_one(headers: &mut HeaderMap) {
    let mut lines: Vec<_> = headers.get_all(VARY).iter().cloned().collect();
    let ours = lines.pop();
    for name in ours.iter().flat_map(members) {
        if !lines.iter().any(|line| mentions(line, name)) {
            lines.extend(HeaderValue::from_bytes(name));
        }
    }
    headers.remove(VARY);
    for line in lines {
        headers.append(VARY, line);
    }
}

fn mentions(line: &HeaderValue, name: &[u8]) -> bool {
    members(line).any(|member| member == b"*" || member.eq_ignore_ascii_case(name))
}

fn members(line: &HeaderValue) -> impl Iterator<Item = &[u8]> {
    line.as_bytes()
        .split(|&byte| byte == b',')
        .map(<[u8]>::trim_ascii)
}
