//! This crate, through its public interface.

use std::{cell::OnceCell, convert::Infallible, pin::pin};

use http::StatusCode;
use http_body::Body;
use statuary::{
    Href, MultiStatus, MultiStatusStream, PropStat,
    multistatus::EncodedResource,
    prop::{
        CreationDate, DisplayName, GetContentLength, GetContentType, GetEtag, GetLastModified,
        Named, ResourceType, SupportedLock, Value, text,
    },
    xml::Name,
};

use super::{Buffer, Sink, Writer};
use crate::{
    harness::finish,
    workload::{self, CHECKSUM, COLOR, Entry, QUOTA},
};

/// The color of an entry, as a member of a row.
struct Color<'a>(&'a str);
/// What no entry has.
struct Quota;
struct Checksum;

/// What is kept of an entry, encoded.
struct Kept {
    href: Href<'static>,
    found: PropStat,
}

pub fn all() -> Vec<Writer> {
    let (before, whole) = (OnceCell::new(), OnceCell::new());
    vec![
        Writer::fresh("statuary, owned", owned),
        in_place("statuary, in place, kept", |answer, entries| {
            entries.iter().for_each(|entry| write(answer, entry));
        }),
        in_place("statuary, row, kept", |answer, entries| {
            entries.iter().for_each(|entry| write_row(answer, entry));
        })
        .note("a list of properties that is fixed at compile time"),
        in_place("statuary, encoded before, kept", move |answer, entries| {
            let kept = before.get_or_init(|| entries.iter().map(keep).collect::<Vec<_>>());
            kept.iter().for_each(|kept| write_kept(answer, kept));
        })
        .note("each with its href and one propstat kept encoded, of the same listing each time"),
        in_place("statuary, whole before, kept", move |answer, entries| {
            let kept = whole.get_or_init(|| entries.iter().map(keep_whole).collect::<Vec<_>>());
            kept.iter().for_each(|kept| answer.push(kept));
        })
        .note("each resource kept encoded, of the same listing each time"),
        Writer::fresh("statuary, streamed", streamed)
            .note("in chunks of 64 KiB, whose room comes back"),
    ]
}

/// A document that is written in place, in the room of the one before.
fn in_place(
    name: &'static str,
    mut write: impl FnMut(&mut MultiStatus, &'static [Entry]) + 'static,
) -> Writer {
    let mut answer = MultiStatus::new();
    let in_place = move |entries: &'static [Entry], sink: Sink<'_>| {
        answer.clear();
        write(&mut answer, entries);
        for piece in answer.pieces() {
            sink(&piece);
        }
    };
    Writer {
        buffer: Buffer::Kept,
        ..Writer::fresh(name, in_place)
    }
}

/// Owned resources are collected, and the response's body is read to its end.
pub(super) fn owned(entries: &'static [Entry], sink: Sink<'_>) {
    let answer: MultiStatus = entries.iter().map(workload::resource).collect();
    drain(answer.into_http().into_body(), sink);
}

/// Resources are written in place as the body is read.
fn streamed(entries: &'static [Entry], sink: Sink<'_>) {
    let mut entries = entries.iter();
    let begin = MultiStatusStream::from_fn(move |answer| {
        let Some(entry) = entries.next() else {
            return Ok(false);
        };
        write(answer, entry);
        Ok::<_, Infallible>(true)
    });
    let Ok(stream) = finish(begin);
    drain(stream.into_http().into_body(), sink);
}

/// The same as [`workload::resource`], in place.
pub(crate) fn write(answer: &mut MultiStatus, entry: &Entry) {
    let (href, kind) = match entry.folder {
        true => (Href::collection(&entry.path), ResourceType::COLLECTION),
        false => (Href::path(&entry.path), ResourceType::FILE),
    };
    answer
        .resource(href)
        .prop(CreationDate(entry.created))
        .prop(DisplayName(&entry.name))
        .prop(GetContentLength(entry.length))
        .prop(GetContentType(entry.media_type))
        .prop(GetEtag::strong(&*entry.etag).expect("hexadecimal digits"))
        .prop(GetLastModified(entry.modified))
        .prop(kind)
        .prop(SupportedLock::ExclusiveAndShared)
        .prop(text(COLOR, entry.color))
        .missing(&QUOTA)
        .missing(&CHECKSUM)
        .end();
}

/// The same as a row.
fn write_row(answer: &mut MultiStatus, entry: &Entry) {
    let (href, kind) = match entry.folder {
        true => (Href::collection(&entry.path), ResourceType::COLLECTION),
        false => (Href::path(&entry.path), ResourceType::FILE),
    };
    let row = (
        CreationDate(entry.created),
        DisplayName(&entry.name),
        GetContentLength(entry.length),
        GetContentType(entry.media_type),
        GetEtag::strong(&*entry.etag).expect("hexadecimal digits"),
        GetLastModified(entry.modified),
        kind,
        SupportedLock::ExclusiveAndShared,
        Color(entry.color),
        None::<Quota>,
        None::<Checksum>,
    );
    answer.resource(href).row(&row).end();
}

/// The same, of what is encoded already.
fn write_kept(answer: &mut MultiStatus, kept: &Kept) {
    answer
        .resource(kept.href.borrowed())
        .propstat(&kept.found)
        .missing(&QUOTA)
        .missing(&CHECKSUM)
        .end();
}

fn keep(entry: &Entry) -> Kept {
    let (href, kind) = match entry.folder {
        true => (Href::collection(&entry.path), ResourceType::COLLECTION),
        false => (Href::path(&entry.path), ResourceType::FILE),
    };
    Kept {
        href: href.into_encoded(),
        found: PropStat::new(StatusCode::OK)
            .prop(CreationDate(entry.created))
            .prop(DisplayName(&entry.name))
            .prop(GetContentLength(entry.length))
            .prop(GetContentType(entry.media_type))
            .prop(GetEtag::strong(&*entry.etag).expect("hexadecimal digits"))
            .prop(GetLastModified(entry.modified))
            .prop(kind)
            .prop(SupportedLock::ExclusiveAndShared)
            .prop(text(COLOR, entry.color)),
    }
}

fn keep_whole(entry: &Entry) -> EncodedResource {
    workload::resource(entry).into_encoded()
}

fn drain<B: Body<Data = bytes::Bytes>>(body: B, sink: Sink<'_>) {
    let mut body = pin!(body);
    while let Some(Ok(frame)) = finish(std::future::poll_fn(|cx| body.as_mut().poll_frame(cx))) {
        sink(frame.data_ref().expect("data"));
    }
}

impl Named for Color<'_> {
    const NAME: Name<'static> = COLOR;

    #[inline]
    fn value(&self) -> Value<'_> {
        Value::text(self.0)
    }
}

impl Named for Quota {
    const NAME: Name<'static> = QUOTA;

    fn value(&self) -> Value<'_> {
        Value::EMPTY
    }
}

impl Named for Checksum {
    const NAME: Name<'static> = CHECKSUM;

    fn value(&self) -> Value<'_> {
        Value::EMPTY
    }
}
