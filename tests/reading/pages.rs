//! A long document is decoded page by page. Nobody sees where a page ends.

use statuary::{
    read::Reader,
    xml::{Error, ErrorKind, Limits},
};

use crate::memory::{RESPONSES, Read, chunked, whole};

/// How long a page is.
const PAGE: usize = 1 << 16;

const ROOT: &str = "<D:multistatus xmlns:D='DAV:' xmlns:E='urn:e'>";

/// A document whose first page ends so many bytes after the white space that its root begins with.
fn padded(inside: &str, end: usize) -> String {
    let pad = "\n".repeat(PAGE - ROOT.len() - end);
    format!("{ROOT}{pad}{inside}</D:multistatus>")
}

fn plain(inside: &str) -> String {
    format!("{ROOT}{inside}</D:multistatus>")
}

fn read(body: &[u8]) -> Read {
    let limits = Limits::response();
    let read = whole(body, &limits);
    assert_eq!(read, chunked(body.chunks(50_000), &limits));
    assert_eq!(read, whole(body, &limits.without_memory()));
    read
}

/// The error that is the same so many bytes and lines further down.
fn is_below(error: &Error, below: &Error, more: usize) -> bool {
    let (here, there) = (error.position(), below.position());
    error.kind() == below.kind()
        && here.offset() + more == there.offset()
        && here.line() + more == there.line()
}

#[test]
fn a_page_ends_anywhere() {
    let odd =
        "<D:response><!-- \u{E9} --><D:href><![CDATA[/\u{1F600}]]>\u{20AC}</D:href></D:response>";
    let inside = RESPONSES[..RESPONSES.len() - 1].concat() + odd;
    let expected = whole(plain(&inside).as_bytes(), &Limits::response());
    assert_eq!((expected.responses.len(), &expected.error), (6, &None));
    for end in 0..=inside.len() {
        let read = whole(padded(&inside, end).as_bytes(), &Limits::response());
        assert_eq!(read, expected, "at {end}");
    }
}

/// Short pages end in the middle of everything, and grow until a response is in one.
#[test]
fn a_page_of_any_length_reads_the_same() {
    let odd = "<D:response><D:href>/\u{1F600}\u{1F600}\u{20AC}a</D:href></D:response>";
    for inside in [
        RESPONSES.concat() + odd,
        format!("{odd}<D:response>&nope;{odd}"),
    ] {
        let body = plain(&inside);
        let limits = Limits::response();
        let expected = whole(body.as_bytes(), &limits);
        for length in 0..=body.len() {
            let read = whole(body.as_bytes(), &limits.in_pages_of(length));
            assert_eq!(read, expected, "{length}");
        }
    }
}

#[test]
fn a_fault_is_told_where_it_is() {
    let known = RESPONSES[0];
    let faults = [
        b"<D:response><F:href/></D:response>".as_slice(),
        b"<D:response><D:href>/\xC3\xC3</D:href></D:response>",
        b"<D:response>&nope;</D:response>",
        b"</D:response>",
    ];
    for fault in faults {
        let body = |text: String| {
            let (before, after) = text.split_once('!').unwrap();
            [before.as_bytes(), fault, after.as_bytes()].concat()
        };
        let inside = format!("{known}{known}!{known}");
        let expected = whole(&body(plain(&inside)), &Limits::response());
        let error = expected.error.unwrap();
        assert_eq!(expected.responses.len(), 2);
        for end in 0..=inside.len() + fault.len() {
            let found = read(&body(padded(&inside, end)));
            assert_eq!(found.responses, expected.responses);
            let found = found.error.unwrap();
            let more = PAGE - ROOT.len() - end;
            assert!(
                is_below(&error, &found, more),
                "{error} is {found} at {end}"
            );
        }
    }
}

#[test]
fn a_document_is_cut_off_anywhere() {
    let body = padded(&RESPONSES[0].repeat(4), 300);
    for end in (PAGE - 350..body.len()).step_by(3) {
        let read = read(&body.as_bytes()[..end]);
        assert_eq!(read.error.unwrap().kind(), ErrorKind::UnexpectedEnd);
    }
}

#[test]
fn responses_and_comments_may_be_longer_than_a_page() {
    let long = "\u{1F600}x".repeat(PAGE / 2);
    let known = RESPONSES[0];
    let inside = format!(
        "{known}<!--{long}-->{known}<D:response><D:href>/{long}</D:href></D:response>{known}"
    );
    let limits = Limits::response().text(4 * PAGE).resource(4 * PAGE);
    let body = plain(&inside);
    let read = whole(body.as_bytes(), &limits);
    assert_eq!((read.responses.len(), &read.error), (4, &None));
    assert_eq!(read.responses[2].href().unwrap().len(), 1 + long.len());
    // A comment that is kept nowhere may be longer than what is.
    let comment = plain(&format!("{known}<!--{long}-->{known}"));
    let read = whole(comment.as_bytes(), &limits.resource(1_000));
    assert_eq!((read.responses.len(), &read.error), (2, &None));
}

#[test]
fn utf16_is_one_page() {
    let body = padded(&RESPONSES[0].repeat(4), 300);
    let expected = read(body.as_bytes());
    let utf16: Vec<u8> = "\u{FEFF}"
        .encode_utf16()
        .chain(body.encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    assert_eq!(read(&utf16), expected);
    assert_eq!(Reader::new(&utf16).count(), 4);
}
