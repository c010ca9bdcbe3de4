//! Problem details in JSON, [RFC 9457](https://www.rfc-editor.org/rfc/rfc9457).

use bytes::Bytes;
use http::StatusCode;
use serde::{
    Serialize, Serializer,
    ser::{SerializeMap, SerializeStruct},
};

use crate::subscription::{Denial, Remedies, Remedy};

pub(crate) const MEDIA_TYPE: &str = "application/problem+json";

/// One problem. Its type is the owner's base and the code.
#[derive(Debug)]
pub(crate) struct Problem<'a> {
    pub(crate) status: StatusCode,
    pub(crate) code: &'static str,
    pub(crate) title: &'static str,
    pub(crate) detail: &'a str,
    pub(crate) links: Vec<(Remedy, &'a str)>,
}

/// A problem under its base, in the order that a reader expects.
struct Document<'a> {
    base: &'a str,
    problem: &'a Problem<'a>,
}

/// An object of links.
struct Links<'a>(&'a [(Remedy, &'a str)]);

// === impl Problem ===

impl<'a> Problem<'a> {
    pub(crate) const UNANSWERED: Self = Self {
        status: StatusCode::SERVICE_UNAVAILABLE,
        code: "check-unavailable",
        title: "Subscription check unavailable",
        detail: "Whether this is paid for cannot be told at the moment.",
        links: Vec::new(),
    };

    pub(crate) const UNIDENTIFIED: Self = Self {
        status: StatusCode::UNAUTHORIZED,
        code: "unidentified",
        title: "Authentication required",
        detail: "The request does not say who is asking.",
        links: Vec::new(),
    };

    pub(crate) fn denied(denial: &'a Denial, offered: &'a Remedies) -> Self {
        let reason = denial.reason();
        Self {
            status: reason.status(),
            code: reason.code(),
            title: reason.title(),
            detail: denial.detail(),
            links: denial.links(offered).collect(),
        }
    }

    pub(crate) fn render(&self, base: &str) -> Bytes {
        let document = Document {
            base,
            problem: self,
        };
        // Nothing in a document can fail to serialize; were it so, the header would still stand.
        serde_json::to_vec(&document).unwrap_or_default().into()
    }
}

// === impl Document ===

impl Serialize for Document<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { base, problem } = self;
        let links = Links(&problem.links);
        let fields = 5 + usize::from(!links.0.is_empty());
        let mut document = serializer.serialize_struct("Problem", fields)?;
        document.serialize_field("type", &format_args!("{base}{}", problem.code))?;
        document.serialize_field("title", problem.title)?;
        document.serialize_field("status", &problem.status.as_u16())?;
        document.serialize_field("detail", problem.detail)?;
        document.serialize_field("reason", problem.code)?;
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
