//! `Idempotency-Key`, the field.

use http::{HeaderMap, HeaderValue};
use proptest::prelude::*;
use statuary::idempotency::IdempotencyKey;

fn parse(lines: &[&[u8]]) -> Result<Option<String>, String> {
    let lines = lines.iter().map(|line| {
        let value = HeaderValue::from_bytes(line).unwrap();
        ("idempotency-key".parse().unwrap(), value)
    });
    let headers: HeaderMap = lines.fold(HeaderMap::new(), |mut headers, (name, value)| {
        headers.append::<http::HeaderName>(name, value);
        headers
    });
    match IdempotencyKey::optional_from_headers(&headers) {
        Ok(key) => Ok(key.map(|key| key.as_str().to_owned())),
        Err(error) => Err(error.to_string()),
    }
}

#[test]
fn strings_and_bare_words_are_keys() {
    assert_eq!(parse(&[]), Ok(None));
    for (line, key) in [
        (&br#""8e03978e-40d5""#[..], "8e03978e-40d5"),
        (b"8e03978e-40d5", "8e03978e-40d5"),
        (b"  \"padded\"\t", "padded"),
        (br#""with \"quotes\" and \\""#, r#"with "quotes" and \"#),
        (br#"" ""#, " "),
    ] {
        assert_eq!(parse(&[line]), Ok(Some(key.to_owned())));
    }
    let longest = "k".repeat(255);
    assert_eq!(parse(&[longest.as_bytes()]), Ok(Some(longest)));
}

#[test]
fn all_else_is_an_error_that_says_what_to_send() {
    let message = "an idempotency key is a string of 1 to 255 characters of printable ASCII, once in \
                   the header `idempotency-key`, with or without double quotes";
    let too_long = "k".repeat(256);
    for lines in [
        &[&b""[..]][..],
        &[br#""""#],
        &[br#"""#],
        &[br#""open"#],
        &[br#""two" "words""#],
        &[br#""key";version=1"#],
        &[b"two words"],
        &[b"a,b"],
        &[br#""\escaped""#],
        &[b"\"\xff\""],
        &[b"\xff"],
        &[too_long.as_bytes()],
        &[b"one", b"two"],
        &[b"same", b"same"],
    ] {
        assert_eq!(parse(lines), Err(message.to_owned()), "{lines:?}");
    }
}

#[test]
fn what_is_no_key_is_not_made_one() {
    for text in ["", "\t", "M\u{e4}rz", "two\nlines", &"k".repeat(256)] {
        assert!(IdempotencyKey::new(text).is_err(), "{text:?}");
    }
    assert_eq!(IdempotencyKey::NAME, "idempotency-key");
}

proptest! {
    #[test]
    fn a_key_that_is_quoted_comes_back(key in "[ -~]{1,255}") {
        let quoted = format!("\"{}\"", key.replace('\\', "\\\\").replace('"', "\\\""));
        let written = IdempotencyKey::new(&*key).unwrap();
        prop_assert_eq!(written.to_string(), &*quoted);
        prop_assert_eq!(written.to_header_value(), &*quoted);
        prop_assert_eq!(quoted.parse(), Ok(written));
        prop_assert_eq!(parse(&[quoted.as_bytes()]), Ok(Some(key)));
    }

    #[test]
    fn nothing_panics(line in proptest::collection::vec(prop_oneof![Just(9_u8), 32..=126_u8, 128..=255_u8], 0..300)) {
        let _ = parse(&[&line]);
    }
}
