//! Problem details in JSON, [RFC 9457](https://www.rfc-editor.org/rfc/rfc9457).

use serde::{Serialize, Serializer, ser::SerializeMap};

use crate::{
    challenge::{
        Refusal,
        problem::{Problem, date_time, whole_seconds},
    },
    subscription::{Denial, Remedy},
};

pub(super) const MEDIA_TYPE: &str = "application/problem+json";

/// The document of a problem, in the order that a reader expects.
pub(super) fn render(problem: &Problem<'_>) -> Vec<u8> {
    // Nothing in the document can fail to serialize; if it did, the head would still be right.
    serde_json::to_vec(&Document(problem)).unwrap_or_default()
}

struct Document<'a>(&'a Problem<'a>);

/// An array of names.
struct Names<'a>(&'a Denial);

/// An object of links.
struct Links<'a>(&'a [(Remedy, &'a str)]);

// === impl Document ===

impl Serialize for Document<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(problem) = self;
        let (base, code) = (problem.base(), problem.code());
        let retry_after = problem.retry_after().map(whole_seconds);
        let links = Links(problem.links());
        let mut document = serializer.serialize_map(None)?;
        document.serialize_entry("type", &format_args!("{base}{code}"))?;
        document.serialize_entry("title", problem.title())?;
        document.serialize_entry("status", &problem.status().as_u16())?;
        document.serialize_entry("detail", problem.detail())?;
        document.serialize_entry("reason", code)?;
        document.serialize_entry("retryable", &retry_after.is_some())?;
        if let Some(seconds) = retry_after {
            document.serialize_entry("retry_after", &seconds)?;
        }
        if let Refusal::Denied(denial) = problem.refusal() {
            describe(denial, &mut document)?;
        }
        if !links.0.is_empty() {
            document.serialize_entry("remedies", &links)?;
        }
        document.end()
    }
}

/// What is known of the subscription and its quota.
fn describe<M: SerializeMap>(denial: &Denial, document: &mut M) -> Result<(), M::Error> {
    if let Some(plan) = denial.plan() {
        document.serialize_entry("plan", plan)?;
    }
    if let Some(end) = denial.valid_until() {
        document.serialize_entry("valid_until", &date_time(end))?;
    }
    if let Some(units) = denial.limit() {
        document.serialize_entry("limit", &units)?;
    }
    if let Some(units) = denial.remaining() {
        document.serialize_entry("remaining", &units)?;
    }
    if let Some(delay) = denial.reset() {
        document.serialize_entry("reset", &whole_seconds(delay))?;
    }
    if denial.violated_policies().len() > 0 {
        document.serialize_entry("violated-policies", &Names(denial))?;
    }
    Ok(())
}

// === impl Names ===

impl Serialize for Names<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.violated_policies())
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
