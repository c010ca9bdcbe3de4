//! The entity tags of `If-Match` and `If-None-Match`: RFC 9110, section 13.1.

use axum::http::{HeaderMap, HeaderName, HeaderValue};

use crate::fault::Fault;

/// Which entity tags a condition names.
#[derive(Debug)]
pub(crate) enum EntityTags {
    /// `*`: the tag of whatever is there.
    Any,
    /// Each as it is written, with its quotes, and with `W/` if it is weak.
    Listed(Vec<String>),
}

impl EntityTags {
    /// Reads all fields of that name. Passed over, a condition would let everything through: one that
    /// cannot be read is refused.
    pub(crate) fn of(headers: &HeaderMap, name: &HeaderName) -> Result<Option<Self>, Fault> {
        let fields = headers.get_all(name).iter().map(HeaderValue::as_bytes);
        match &*fields.collect::<Vec<_>>() {
            [] => Ok(None),
            [b"*"] => Ok(Some(Self::Any)),
            // A tag may have bytes that are no ASCII. What takes their place is in none of the drive's.
            fields => match listed(&String::from_utf8_lossy(&fields.join(&b','))) {
                Some(tags) => Ok(Some(Self::Listed(tags))),
                None => Err(Fault::bad_request("an entity tag stands between quotes")),
            },
        }
    }

    /// Whether the tag of what is there is one of them, and neither of the two is weak.
    pub(crate) fn name(&self, own: Option<&str>) -> bool {
        match self {
            Self::Any => true,
            Self::Listed(tags) => tags.iter().any(|tag| own == Some(tag.as_str())),
        }
    }

    /// The same, whether or not they are weak; the drive's own are not.
    pub(crate) fn name_weakly(&self, own: Option<&str>) -> bool {
        match self {
            Self::Any => true,
            Self::Listed(tags) => tags
                .iter()
                .any(|tag| own == Some(tag.strip_prefix("W/").unwrap_or(tag))),
        }
    }
}

/// Takes what is between quotes, and the `W/` before it. A comma may be in a tag.
fn listed(fields: &str) -> Option<Vec<String>> {
    let mut tags = Vec::new();
    let mut parts = fields.split('"');
    loop {
        let before = parts.next()?.trim_matches([',', ' ', '\t']);
        match (before, parts.next()) {
            ("" | "W/", Some(opaque)) => tags.push(format!("{before}\"{opaque}\"")),
            ("", None) => return Some(tags),
            _ => return None,
        }
    }
}
