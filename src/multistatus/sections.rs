//! The propstats of one resource, in one buffer.

use std::ops::Range;

use http::StatusCode;
use smallvec::SmallVec;

use super::{propstat::PropStat, status::push_property_status};
use crate::xml::{Buffer, Prefixes};

/// The sections of a buffer that each are a `propstat`.
///
/// Properties are written where they will stay. As long as they come status by status, what is
/// found first and what is missing last, the buffer is final as soon as the last section is closed.
/// Otherwise the sections are gathered at the end.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) struct Sections {
    list: SmallVec<[Section; 2]>,
    /// The status of the last one, if that is open.
    open: Option<StatusCode>,
    /// The place of the last one.
    last: Option<Rank>,
    /// Whether one came that may not be behind all others.
    mixed: bool,
    /// Where the first with 404 begins.
    missing: Option<usize>,
    /// Whether there is one with another status than 404, and one without plain success.
    has_others: bool,
    has_failures: bool,
}

/// What a finished resource says of its propstats.
#[derive(Debug)]
pub(super) struct Outline {
    /// Where those with 404 are; they are the last.
    pub(super) missing: Range<usize>,
    /// Whether there is no other.
    pub(super) only_missing: bool,
    /// Whether there is none but a plain 200.
    pub(super) succeeded: bool,
}

/// The places of the sections.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
enum Rank {
    Found,
    Other,
    Missing,
}

#[derive(Clone, Debug, Eq, PartialEq)]
struct Section {
    status: StatusCode,
    /// Whether it declares prefixes of its own, so that nothing may join it.
    foreign: bool,
    start: usize,
    /// The children of `prop`; of the open section, the start of them.
    properties: Range<usize>,
    /// What explains the status.
    notes: Range<usize>,
}

const OPEN: &[u8] = b"<D:propstat><D:prop>";
/// What is written between what was found and what was not, as most often.
const END_FOUND_AND_OPEN: &[u8] =
    b"</D:prop><D:status>HTTP/1.1 200 OK</D:status></D:propstat><D:propstat><D:prop>";
const CLOSE_PROP: &[u8] = b"</D:prop>";
const CLOSE: &[u8] = b"</D:propstat>";

// === impl Sections ===

impl Sections {
    /// Lets the end of the buffer be where the properties go that have this status, and nothing to
    /// explain it.
    #[inline(always)]
    pub(super) fn turn_to(&mut self, status: StatusCode, buffer: &mut Buffer) {
        if self.open != Some(status) {
            self.begin(status, buffer);
        }
    }

    #[inline(never)]
    fn begin(&mut self, status: StatusCode, buffer: &mut Buffer) {
        let end = buffer.len();
        match self.open {
            None => buffer.extend_from_slice(OPEN),
            Some(StatusCode::OK) => buffer.extend_from_slice(END_FOUND_AND_OPEN),
            Some(other) => {
                push_end(other, &[], buffer);
                buffer.extend_from_slice(OPEN);
            }
        }
        if let (Some(_), Some(last)) = (self.open, self.list.last_mut()) {
            last.properties.end = end;
        }
        self.push(Section::begun(status, buffer.len()));
        self.open = Some(status);
    }

    #[inline]
    fn push(&mut self, section: Section) {
        let rank = section.rank();
        self.mixed |= self.last.is_some_and(|last| rank <= last);
        self.last = Some(rank);
        if rank == Rank::Missing {
            self.missing.get_or_insert(section.start);
        } else {
            self.has_others = true;
        }
        self.has_failures |= !section.is_success();
        self.list.push(section);
    }

    /// Adds a propstat that is complete, `foreign` if it declares prefixes of its own.
    pub(super) fn add(
        &mut self,
        propstat: &PropStat,
        outer: &Prefixes,
        foreign: bool,
        buffer: &mut Buffer,
    ) {
        self.close(buffer);
        let start = buffer.len();
        let (properties, notes) = propstat.push(buffer, foreign.then_some(outer));
        self.push(Section {
            status: propstat.status(),
            foreign,
            start,
            properties,
            notes,
        });
    }

    pub(super) fn is_empty(&self) -> bool {
        self.last.is_none()
    }

    /// Puts all sections into their places, in a buffer whose resource begins at `start`.
    pub(super) fn finish(&mut self, start: usize, buffer: &mut Buffer) -> Outline {
        self.close(buffer);
        let missing = if self.is_final(buffer) {
            self.missing.unwrap_or(buffer.len())
        } else {
            let mut gathered = Buffer::with_capacity(buffer.len() - start);
            let missing = start + self.gather(buffer, start, &mut gathered);
            buffer.truncate(start);
            buffer.extend_from_slice(&gathered);
            missing
        };
        self.outline(missing..buffer.len())
    }

    fn outline(&self, missing: Range<usize>) -> Outline {
        Outline {
            missing,
            only_missing: !self.has_others && self.last.is_some(),
            succeeded: !self.has_failures,
        }
    }

    #[inline]
    fn close(&mut self, buffer: &mut Buffer) {
        if let (Some(status), Some(last)) = (self.open.take(), self.list.last_mut()) {
            last.properties.end = buffer.len();
            push_end(status, &[], buffer);
        }
    }

    /// Whether the sections are in their places: what is found first, what is missing last, and
    /// nothing twice.
    #[inline]
    fn is_final(&self, buffer: &[u8]) -> bool {
        !self.mixed || self.is_final_nevertheless(buffer)
    }

    fn is_final_nevertheless(&self, buffer: &[u8]) -> bool {
        let follows = |earlier: &[Section], section: &Section| {
            earlier.iter().all(|earlier| {
                earlier.rank() <= section.rank() && !earlier.is_like(section, buffer)
            })
        };
        (1..self.list.len()).all(|index| follows(&self.list[..index], &self.list[index]))
    }

    /// Appends the sections in their places, behind what stands between `start` and the first of
    /// them; returns where the missing ones begin.
    fn gather(&self, buffer: &[u8], start: usize, out: &mut Buffer) -> usize {
        let end = self.list.first().map_or(buffer.len(), |first| first.start);
        out.extend_from_slice(&buffer[start..end]);
        let mut missing = out.len();
        for rank in Rank::ALL {
            missing = out.len();
            for (index, section) in self.list.iter().enumerate() {
                let (earlier, others) = (&self.list[..index], &self.list[index + 1..]);
                let joins = earlier.iter().any(|other| other.is_like(section, buffer));
                if section.rank() != rank || joins {
                    continue;
                }
                // With the declarations, if there are some.
                out.extend_from_slice(&buffer[section.start..section.properties.start]);
                out.extend_from_slice(&buffer[section.properties.clone()]);
                for other in others.iter().filter(|other| section.is_like(other, buffer)) {
                    out.extend_from_slice(&buffer[other.properties.clone()]);
                }
                push_end(section.status, &buffer[section.notes.clone()], out);
            }
        }
        missing
    }
}

// === impl Section ===

impl Section {
    /// One whose properties begin here.
    #[inline]
    fn begun(status: StatusCode, here: usize) -> Self {
        Self {
            status,
            foreign: false,
            start: here - OPEN.len(),
            properties: here..here,
            notes: 0..0,
        }
    }

    fn is_success(&self) -> bool {
        self.status.is_success() && self.notes.is_empty()
    }

    /// Whether the properties of both belong together.
    fn is_like(&self, other: &Self, buffer: &[u8]) -> bool {
        self.status == other.status
            && !self.foreign
            && !other.foreign
            && buffer[self.notes.clone()] == buffer[other.notes.clone()]
    }

    fn rank(&self) -> Rank {
        match self.status {
            StatusCode::OK => Rank::Found,
            StatusCode::NOT_FOUND => Rank::Missing,
            _ => Rank::Other,
        }
    }
}

// === impl Rank ===

impl Rank {
    const ALL: [Self; 3] = [Self::Found, Self::Other, Self::Missing];
}

// === helpers ===

/// Ends a propstat behind its properties.
#[inline]
fn push_end(status: StatusCode, notes: &[u8], out: &mut Buffer) {
    match (status, notes) {
        (StatusCode::OK, []) => {
            out.extend_from_slice(b"</D:prop><D:status>HTTP/1.1 200 OK</D:status></D:propstat>");
        }
        (StatusCode::NOT_FOUND, []) => out.extend_from_slice(
            b"</D:prop><D:status>HTTP/1.1 404 Not Found</D:status></D:propstat>",
        ),
        _ => push_any_end(status, notes, out),
    }
}

#[inline(never)]
fn push_any_end(status: StatusCode, notes: &[u8], out: &mut Buffer) {
    out.extend_from_slice(CLOSE_PROP);
    push_property_status(out, status);
    out.extend_from_slice(notes);
    out.extend_from_slice(CLOSE);
}
