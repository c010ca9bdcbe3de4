//! The propstats of one resource, in one buffer.

use std::{mem, ops::Range};

use http::StatusCode;

use super::{
    names::{KnownNames, Names, repeats},
    propstat::PropStat,
    status::push_property_status,
};
use crate::xml::{Buffer, Prefixes, Written};

/// The sections of a buffer that each are a `propstat`.
///
/// Properties are written where they will stay. As long as they come status by status, the found
/// ones first and the missing ones last, the buffer is final as soon as the last section is closed.
/// Otherwise the sections are gathered at the end.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) struct Sections {
    /// The status of the last section, if that is open.
    open: Option<StatusCode>,
    /// The properties that are found, and behind them those that are missing: most resources have
    /// nothing else.
    found: Properties,
    missing: Properties,
    /// All sections, once there are others, or these come in another order.
    list: Vec<Section>,
    names: Names,
}

/// What a finished resource says of its propstats.
#[derive(Debug)]
pub(super) struct Outline {
    /// Where the propstats with 404 are; they come last.
    pub(super) missing: Range<usize>,
    /// Whether there are no others.
    pub(super) only_missing: bool,
    /// Whether there is only a plain 200.
    pub(super) succeeded: bool,
}

/// The children of a `prop`. They are never at the start of a buffer, so that 0 stands for none;
/// the end is not known before their section is closed.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
struct Properties {
    start: usize,
    end: usize,
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
    properties: Properties,
    /// The elements that explain the status.
    notes: Range<usize>,
}

/// How a section begins that declares no prefixes.
pub(super) const OPEN: &[u8] = b"<D:propstat><D:prop>";
/// The markup between found and missing properties in most resources.
const END_FOUND_AND_OPEN: &[u8] =
    b"</D:prop><D:status>HTTP/1.1 200 OK</D:status></D:propstat><D:propstat><D:prop>";
const CLOSE_PROP: &[u8] = b"</D:prop>";
const CLOSE: &[u8] = b"</D:propstat>";

// === impl Sections ===

impl Sections {
    /// Makes the end of the buffer the place for properties with this status and no explanation of
    /// it.
    #[inline(always)]
    pub(super) fn turn_to(&mut self, status: StatusCode, buffer: &mut Buffer) {
        if self.open != Some(status) {
            self.begin(status, buffer);
        }
    }

    #[inline(always)]
    fn begin(&mut self, status: StatusCode, buffer: &mut Buffer) {
        match (status, self.open) {
            (StatusCode::OK, None) if self.is_empty() => {
                buffer.extend_from_slice(OPEN);
                self.found.start = buffer.len();
            }
            (StatusCode::NOT_FOUND, None) if self.has_no_missing() => {
                buffer.extend_from_slice(OPEN);
                self.missing.start = buffer.len();
            }
            (StatusCode::NOT_FOUND, Some(StatusCode::OK)) if self.has_no_missing() => {
                self.found.end = buffer.len();
                buffer.extend_from_slice(END_FOUND_AND_OPEN);
                self.missing.start = buffer.len();
            }
            _ => self.begin_any(status, buffer),
        }
        self.open = Some(status);
    }

    /// Whether missing properties would be in their place at the end of the buffer.
    #[inline(always)]
    fn has_no_missing(&self) -> bool {
        self.missing.is_none() && self.list.is_empty()
    }

    #[inline(never)]
    fn begin_any(&mut self, status: StatusCode, buffer: &mut Buffer) {
        self.close(buffer);
        buffer.extend_from_slice(OPEN);
        let properties = Properties {
            start: buffer.len(),
            end: 0,
        };
        self.push(Section::plain(status, properties));
    }

    /// Adds a section to the list.
    fn push(&mut self, section: Section) {
        self.list_all();
        self.list.push(section);
    }

    /// Puts all sections in the list.
    fn list_all(&mut self) {
        let plain = [
            (StatusCode::OK, mem::take(&mut self.found)),
            (StatusCode::NOT_FOUND, mem::take(&mut self.missing)),
        ];
        for (status, properties) in plain {
            if !properties.is_none() {
                self.list.push(Section::plain(status, properties));
            }
        }
    }

    /// Notes a property that was written, by the key of its name.
    #[inline(always)]
    pub(super) fn note(&mut self, key: u64, written: &Written) {
        self.names.add(written.key(key));
    }

    /// Notes the properties of a row, which the compiler has checked.
    #[inline(always)]
    pub(super) fn note_row(&mut self, key: u64) {
        self.names.add_checked(key);
    }

    /// Adds a propstat that is complete, `foreign` if it declares prefixes of its own.
    #[inline]
    pub(super) fn add(
        &mut self,
        propstat: &PropStat,
        outer: &Prefixes,
        foreign: bool,
        buffer: &mut Buffer,
    ) {
        self.names.add_all(propstat.names());
        if self.is_empty() && !foreign && propstat.status() == StatusCode::OK && propstat.is_plain()
        {
            self.found.start = buffer.len() + OPEN.len();
            propstat.push_open(buffer);
            self.found.end = buffer.len();
            return push_end(StatusCode::OK, &[], buffer);
        }
        self.add_any(propstat, outer, foreign, buffer);
    }

    #[inline(never)]
    fn add_any(
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
            properties: Properties {
                start: properties.start,
                end: properties.end,
            },
            notes,
        });
    }

    #[inline(always)]
    pub(super) fn is_empty(&self) -> bool {
        self.found.is_none() && self.has_no_missing()
    }

    /// Removes repeated properties; the first of each stays.
    #[inline(always)]
    pub(super) fn mend(&mut self, out: &mut Buffer, prefixes: &Prefixes, known: &mut KnownNames) {
        if !known.has_last(self.names) {
            self.look_through(out, prefixes, known);
        }
    }

    /// Puts all sections into their places, in a buffer whose resource begins at `start`.
    #[inline(always)]
    pub(super) fn finish(&mut self, start: usize, buffer: &mut Buffer) -> Outline {
        if !self.list.is_empty() {
            return self.finish_list(start, buffer);
        }
        if let Some(status) = self.open.take() {
            push_end(status, &[], buffer);
        }
        let end = buffer.len();
        let missing = match self.missing.is_none() {
            true => end,
            false => self.missing.start - OPEN.len(),
        };
        Outline {
            missing: missing..end,
            only_missing: self.found.is_none() && missing < end,
            succeeded: missing == end,
        }
    }

    /// Removes repeats where the sum of the names is not known to be without any.
    #[cold]
    #[inline(never)]
    fn look_through(&mut self, buffer: &mut Buffer, prefixes: &Prefixes, known: &mut KnownNames) {
        if known.has(self.names) {
            return;
        }
        self.close(buffer);
        let plain = [self.found, self.missing].into_iter();
        let plain = plain.filter(|properties| !properties.is_none());
        let plain = plain.map(|properties| (properties.start - OPEN.len(), properties));
        let listed = self.list.iter();
        let listed = listed.map(|section| (section.start, section.properties));
        let all = plain.chain(listed);
        let repeats = repeats(all.map(|(at, all)| (at, all.range())), buffer, prefixes);
        match repeats.is_empty() {
            true => known.add(self.names),
            false => self.take_out(&repeats, buffer),
        }
    }

    /// Removes properties, and the sections that have no others.
    #[cold]
    fn take_out(&mut self, mut repeats: &[Range<usize>], buffer: &mut Buffer) {
        self.list_all();
        let sections = mem::take(&mut self.list);
        let starts = sections.iter().map(|section| section.start);
        let ends: Vec<_> = starts.skip(1).chain([buffer.len()]).collect();
        let mut length = sections.first().map_or(buffer.len(), |first| first.start);
        let mut keep = |range: Range<usize>| {
            length += range.len();
            buffer.copy_within(range.clone(), length - range.len());
            length
        };
        for (section, section_end) in sections.into_iter().zip(ends) {
            let Properties { start, end } = section.properties;
            let (here, behind) = repeats.split_at(repeats.partition_point(|it| it.start < end));
            repeats = behind;
            let gone: usize = here.iter().map(Range::len).sum();
            if gone > 0 && gone == end - start {
                continue;
            }
            let open = start - section.start;
            let start_kept = keep(section.start..start);
            let mut at = start;
            for repeat in here {
                keep(at..repeat.start);
                at = repeat.end;
            }
            let end_kept = keep(at..end);
            let moved = section_end - keep(end..section_end);
            self.list.push(Section {
                start: start_kept - open,
                properties: Properties {
                    start: start_kept,
                    end: end_kept,
                },
                notes: match section.notes.is_empty() {
                    true => 0..0,
                    false => section.notes.start - moved..section.notes.end - moved,
                },
                ..section
            });
        }
        buffer.truncate(length);
    }

    #[inline(never)]
    fn finish_list(&mut self, start: usize, buffer: &mut Buffer) -> Outline {
        self.close(buffer);
        let is_missing = |section: &&Section| section.rank() == Rank::Missing;
        let missing = if self.is_final(buffer) {
            let first = self.list.iter().find(is_missing);
            first.map_or(buffer.len(), |first| first.start)
        } else {
            let mut gathered = Buffer::with_capacity(buffer.len() - start);
            let missing = start + self.gather(buffer, start, &mut gathered);
            buffer.truncate(start);
            buffer.extend_from_slice(&gathered);
            missing
        };
        Outline {
            missing: missing..buffer.len(),
            only_missing: self.list.iter().all(|section| is_missing(&section)),
            succeeded: self.list.iter().all(Section::is_success),
        }
    }

    fn close(&mut self, buffer: &mut Buffer) {
        let Some(status) = self.open.take() else {
            return;
        };
        let last = match (self.list.last_mut(), self.missing.is_none()) {
            (Some(last), _) => &mut last.properties,
            (None, false) => &mut self.missing,
            (None, true) => &mut self.found,
        };
        last.end = buffer.len();
        push_end(status, &[], buffer);
    }

    /// Whether the sections are in their places: found ones first, missing ones last, and no two
    /// alike.
    fn is_final(&self, buffer: &[u8]) -> bool {
        let follows = |earlier: &[Section], section: &Section| {
            earlier.iter().all(|earlier| {
                earlier.rank() <= section.rank() && !earlier.is_like(section, buffer)
            })
        };
        (1..self.list.len()).all(|index| follows(&self.list[..index], &self.list[index]))
    }

    /// Appends what stands between `start` and the first section, and then the sections in their
    /// places. Returns where the missing ones begin.
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
                // With the declarations, if there are any.
                out.extend_from_slice(&buffer[section.start..section.properties.start]);
                out.extend_from_slice(&buffer[section.properties.range()]);
                for other in others.iter().filter(|other| section.is_like(other, buffer)) {
                    out.extend_from_slice(&buffer[other.properties.range()]);
                }
                push_end(section.status, &buffer[section.notes.clone()], out);
            }
        }
        missing
    }
}

// === impl Properties ===

impl Properties {
    #[inline(always)]
    fn is_none(self) -> bool {
        self.start == 0
    }

    fn range(self) -> Range<usize> {
        self.start..self.end
    }
}

// === impl Section ===

impl Section {
    /// A section without notes and declarations.
    fn plain(status: StatusCode, properties: Properties) -> Self {
        Self {
            status,
            foreign: false,
            start: properties.start - OPEN.len(),
            properties,
            notes: 0..0,
        }
    }

    fn is_success(&self) -> bool {
        self.status.is_success() && self.notes.is_empty()
    }

    /// Whether the properties of both belong in one section.
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

/// Ends a propstat after its properties.
#[inline(always)]
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
