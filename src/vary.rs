//! The `Vary` field, [RFC 9110](https://www.rfc-editor.org/rfc/rfc9110#section-12.5.5).

use http::{
    HeaderMap, HeaderName, HeaderValue,
    header::{Entry, VARY},
};

/// The request fields that an answer depends on.
#[derive(Clone, Debug)]
pub(crate) struct Vary {
    names: Vec<HeaderName>,
    value: Option<HeaderValue>,
}

// === impl Vary ===

impl Vary {
    pub(crate) fn new(names: impl IntoIterator<Item = HeaderName>) -> Self {
        let names: Vec<_> = names.into_iter().collect();
        let value = match names.as_slice() {
            [] => None,
            [name] => Some(HeaderValue::from(name.clone())),
            names => {
                let list: Vec<_> = names.iter().map(HeaderName::as_str).collect();
                HeaderValue::try_from(list.join(", ")).ok()
            }
        };
        Self { names, value }
    }

    /// These names and others.
    pub(crate) fn with(&self, names: impl IntoIterator<Item = HeaderName>) -> Self {
        let mut all = self.names.clone();
        for name in names {
            if !all.contains(&name) {
                all.push(name);
            }
        }
        Self::new(all)
    }

    /// Adds the names to what a response varies on already.
    pub(crate) fn merge_into(&self, headers: &mut HeaderMap) {
        if let Some(value) = &self.value {
            merge(headers, &self.names, value.clone());
        }
    }
}

/// Adds names, which are the members of this list, to what a response varies on already.
pub(crate) fn merge(headers: &mut HeaderMap, names: &[HeaderName], list: HeaderValue) {
    if let Entry::Vacant(vacant) = headers.entry(VARY) {
        vacant.insert(list);
        return;
    }
    for name in names {
        if !mentions(headers, name) {
            headers.append(VARY, HeaderValue::from(name.clone()));
        }
    }
}

// === helpers ===

fn mentions(headers: &HeaderMap, name: &HeaderName) -> bool {
    headers
        .get_all(VARY)
        .iter()
        .flat_map(|line| line.as_bytes().split(|&byte| byte == b','))
        .map(<[u8]>::trim_ascii)
        .any(|member| member == b"*" || member.eq_ignore_ascii_case(name.as_str().as_bytes()))
}
