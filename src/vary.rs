//! The `Vary` field, [RFC 9110](https://www.rfc-editor.org/rfc/rfc9110#section-12.5.5).

use std::{slice, sync::Arc};

use http::{HeaderMap, HeaderName, HeaderValue, header::VARY};

/// The request fields that an answer depends on.
///
/// One is what most answers depend on, and to clone it takes no counter.
#[derive(Clone, Debug)]
pub(crate) enum Vary {
    Nothing,
    One(HeaderName),
    Many(Arc<Names>),
}

#[derive(Debug)]
pub(crate) struct Names {
    names: Vec<HeaderName>,
    value: HeaderValue,
}

// === impl Vary ===

impl Vary {
    pub(crate) fn new(names: impl IntoIterator<Item = HeaderName>) -> Self {
        let names: Vec<_> = names.into_iter().collect();
        match names.as_slice() {
            [] => Self::Nothing,
            [name] => Self::One(name.clone()),
            many => {
                let list: Vec<_> = many.iter().map(HeaderName::as_str).collect();
                match HeaderValue::try_from(list.join(", ")) {
                    Ok(value) => Self::Many(Arc::new(Names { names, value })),
                    Err(_) => Self::Nothing,
                }
            }
        }
    }

    /// These names and others.
    pub(crate) fn with(&self, names: impl IntoIterator<Item = HeaderName>) -> Self {
        let mut all = self.names().to_vec();
        for name in names {
            if !all.contains(&name) {
                all.push(name);
            }
        }
        Self::new(all)
    }

    /// Adds the names to what a response varies on already.
    #[inline]
    pub(crate) fn merge_into(&self, headers: &mut HeaderMap) {
        match self {
            Self::Nothing => {}
            Self::One(name) => merge(headers, self.names(), name.clone().into()),
            Self::Many(names) => merge(headers, self.names(), names.value.clone()),
        }
    }

    fn names(&self) -> &[HeaderName] {
        match self {
            Self::Nothing => &[],
            Self::One(name) => slice::from_ref(name),
            Self::Many(names) => &names.names,
        }
    }
}

/// Adds names, which are the members of this list, to what a response varies on already.
#[inline]
pub(crate) fn merge(headers: &mut HeaderMap, names: &[HeaderName], list: HeaderValue) {
    // One look at the map, for a response that says nothing yet.
    if headers.append(VARY, list) {
        remove_last(headers);
        merge_one_by_one(headers, names);
    }
}

// === helpers ===

#[cold]
fn merge_one_by_one(headers: &mut HeaderMap, names: &[HeaderName]) {
    for name in names {
        if !mentions(headers, name) {
            headers.append(VARY, HeaderValue::from(name.clone()));
        }
    }
}

#[cold]
fn remove_last(headers: &mut HeaderMap) {
    let mut lines: Vec<_> = headers.get_all(VARY).iter().cloned().collect();
    lines.pop();
    headers.remove(VARY);
    for line in lines {
        headers.append(VARY, line);
    }
}

fn mentions(headers: &HeaderMap, name: &HeaderName) -> bool {
    headers
        .get_all(VARY)
        .iter()
        .flat_map(|line| line.as_bytes().split(|&byte| byte == b','))
        .map(<[u8]>::trim_ascii)
        .any(|member| member == b"*" || member.eq_ignore_ascii_case(name.as_str().as_bytes()))
}
