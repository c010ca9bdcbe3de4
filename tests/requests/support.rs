//! What the tests of bodies share.

use statuary::{
    request::Rejection,
    xml::{Error, Limits},
};

/// How a type reads a body.
pub(crate) type Parse<T> = fn(&[u8], &Limits) -> Result<T, Error>;

/// Reads a body under the default limits.
#[track_caller]
pub(crate) fn read<T>(parse: Parse<T>, body: &str) -> T {
    parse(body.as_bytes(), &Limits::request()).unwrap_or_else(|error| panic!("{error}: {body}"))
}

/// Checks the status and the sentence by which a body is refused; its place is left out.
#[track_caller]
pub(crate) fn assert_refused<T>(parse: Parse<T>, body: &str, status: u16, sentence: &str) {
    let Err(error) = parse(body.as_bytes(), &Limits::request()) else {
        panic!("this was taken: {body}");
    };
    let said = error.to_string();
    let (said, _) = said.rsplit_once(" at line ").expect("a place");
    assert_eq!(said, sentence, "{body}");
    assert_eq!(Rejection::from(error).status(), status, "{body}");
}

/// Cuts a body off at each byte. What is left is refused, and nothing panics.
#[track_caller]
pub(crate) fn assert_whole<T>(parse: Parse<T>, body: &str) {
    let body = body.trim_end();
    read(parse, body);
    for end in 1..body.len() {
        let cut = parse(&body.as_bytes()[..end], &Limits::request());
        assert!(cut.is_err(), "cut off at byte {end}: {body}");
    }
}
