//! This crate, through its public interface.

use std::{convert::Infallible, pin::pin};

use http_body::Body;
use statuary::{
    Href, MultiStatus, MultiStatusStream,
    prop::{
        CreationDate, Displayname, GetContentLength, GetContentType, GetEtag, GetLastModified,
        ResourceType, SupportedLock, text,
    },
};

use super::{Buffer, Sink, Writer};
use crate::{
    harness::finish,
    workload::{self, CHECKSUM, COLOR, Entry, QUOTA},
};

pub fn all() -> Vec<Writer> {
    let mut answer = MultiStatus::new();
    let in_place = move |entries: &'static [Entry], sink: Sink<'_>| {
        answer.clear();
        for entry in entries {
            write(&mut answer, entry);
        }
        for piece in answer.pieces() {
            sink(&piece);
        }
    };
    vec![
        Writer::fresh("statuary, owned", owned),
        Writer {
            buffer: Buffer::Kept,
            ..Writer::fresh("statuary, in place, kept", in_place)
        },
        Writer::fresh("statuary, streamed", streamed).note("in chunks of 64 KiB, a fresh one each"),
    ]
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
        .prop(Displayname(&entry.name))
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

fn drain<B: Body<Data = bytes::Bytes>>(body: B, sink: Sink<'_>) {
    let mut body = pin!(body);
    while let Some(Ok(frame)) = finish(std::future::poll_fn(|cx| body.as_mut().poll_frame(cx))) {
        sink(frame.data_ref().expect("data"));
    }
}
