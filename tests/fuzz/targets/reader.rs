//! The reader of multistatus bodies: by memory or not, in one chunk or many, it reads the same, and
//! what it reads is well-formed.

#![no_main]

use libfuzzer_sys::fuzz_target;
use statuary::{
    read::{Decoder, Reader, Response},
    xml::{Error, Limits},
};

type Read = (Vec<Response<'static>>, Option<Error>);

fuzz_target!(|data: &[u8]| {
    // The first byte says how to cut the others into chunks.
    let Some((&size, body)) = data.split_first() else {
        return;
    };
    let limits = Limits::response();
    let read = whole(body, &limits.without_memory());
    assert_eq!(whole(body, &limits), read);
    assert_eq!(chunked(body, usize::from(size) + 1), read);
    if read.1.is_none() {
        let text = read.0.iter().map(|response| format!("{response:?}").len());
        assert!(text.sum::<usize>() < 100 * body.len() + 1000);
        // In UTF-16, roxmltree has nothing to say.
        if let Ok(text) = str::from_utf8(body) {
            roxmltree::Document::parse(text).expect("what is read is well-formed");
        }
    }
});

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
