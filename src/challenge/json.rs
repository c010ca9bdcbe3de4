//! Problem details in JSON, [RFC 9457](https://www.rfc-editor.org/rfc/rfc9457).

use serde::{
    Serialize, Serializer,
    ser::{SerializeMap, SerializeStruct},
};

use crate::{
    challenge::problem::{Problem, whole_seconds},
    subscription::Remedy,
};

pub(super) const MEDIA_TYPE: &str = "application/problem+json";

/// The document of a problem, in the order that a reader expects.
pub(super) fn render(problem: &Problem<'_>) -> Vec<u8> {
    // Nothing in a document can fail to serialize; were it so, the header would still stand.
    serde_json::to_vec(&Document(problem)).unwrap_or_default()
}

struct Document<'a>(&'a Problem<'a>);

/// An object of links.
struct Links<'a>(&'a [(Remedy, &'a str)]);

// === impl Document ===

impl Serialize for Document<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(problem) = self;
        let (base, code) = (problem.base(), problem.code());
        let retry_after = problem.retry_after().map(whole_seconds);
        let links = Links(problem.links());
        let fields = 6 + usize::from(retry_after.is_some()) + usize::from(!links.0.is_empty());
        let mut document = serializer.serialize_struct("Problem", fields)?;
        document.serialize_field("type", &format_args!("{base}{code}"))?;
        document.serialize_field("title", problem.title())?;
        document.serialize_field("status", &problem.status().as_u16())?;
        document.serialize_field("detail", problem.detail())?;
        document.serialize_field("reason", code)?;
        document.serialize_field("retryable", &retry_after.is_some())?;
        if let Some(seconds) = retry_after {
            document.serialize_field("retry_after", &seconds)?;
        }
        if !links.0.is_empty() {
            document.serialize_field("remedies", &links)?;
        }
        document.end()
    }
}

// === impl Links ===

impl Serialize for Links<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut links = serializer.serialize_map(Some(self.0.len()))?;
        for (remedy, url) in self.0 {
            links.serialize_entry(remedy.code(), url)?;
        }
        links.end()
    }
}
