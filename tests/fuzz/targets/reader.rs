//! The reader of multistatus bodies: by memory or not, in one chunk or page or many, after one document
//! or another, it reads the same, and what it reads is well-formed.

#![no_main]

#[path = "../decoded.rs"]
mod decoded;

use std::thread;

use libfuzzer_sys::fuzz_target;
use statuary::{
    read::{Decoder, Reader, Response},
    xml::{Error, Limits},
};

use self::decoded::decoded;

type Read = (Vec<Response<'static>>, Option<Error>);

fuzz_target!(|data: &[u8]| {
    // How to cut the document into chunks and pages, and which byte of it a second one lacks.
    let [size, missing, body @ ..] = data else {
        return;
    };
    let missing = usize::from(*missing) * body.len() / 256;
    let mut other = body.to_vec();
    other.drain(missing..other.len().min(missing + 1));
    // What a document teaches stays on its thread, and must not depend on the inputs before.
    thread::scope(|scope| {
        scope.spawn(|| {
            for document in [body, &other, body] {
                check(document, usize::from(*size) + 1);
            }
        });
    });
});

fn check(document: &[u8], size: usize) {
    let limits = Limits::response();
    let read = whole(document, &limits.without_memory());
    assert_eq!(whole(document, &limits), read);
    assert_eq!(whole(document, &limits.in_pages_of(size)), read);
    assert_eq!(chunked(document, size), read);
    if read.1.is_none() {
        let text = read.0.iter().map(|response| format!("{response:?}").len());
        assert!(text.sum::<usize>() < 100 * document.len() + 1000);
        roxmltree::Document::parse(&decoded(document)).expect("what is read is well-formed");
    }
}

fn whole(body: &[u8], limits: &Limits) -> Read {
    let (mut responses, mut error) = (Vec::new(), None);
    for response in Reader::with_limits(body, limits) {
        match response {
            Ok(response) => responses.push(response.into_owned()),
            Err(found) => error = Some(found),
        }
    }
    (responses, error)
}

fn chunked(body: &[u8], size: usize) -> Read {
    let mut decoder = Decoder::new();
    let (mut responses, mut error) = (Vec::new(), None);
    let mut take = |decoder: &mut Decoder| loop {
        match decoder.next() {
            Ok(Some(response)) => responses.push(response.into_owned()),
            Ok(None) => break,
            Err(found) => error = Some(found),
        }
    };
    for chunk in body.chunks(size) {
        decoder.feed(chunk);
        take(&mut decoder);
    }
    decoder.finish();
    take(&mut decoder);
    (responses, error)
}
