//! `If-Match` and `If-None-Match`: RFC 9110, sections 8.8.3 and 13.1.

use http::{
    HeaderMap, HeaderName, HeaderValue, Method,
    header::{IF_MATCH, IF_NONE_MATCH},
};
use proptest::prelude::*;
use statuary::{
    DavError,
    dav::{Current, EntityTag, IfMatch, IfNoneMatch, InvalidHeader, Preconditions, Unmatched},
};

fn headers(name: HeaderName, lines: &[&str]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for line in lines {
        headers.append(&name, HeaderValue::from_bytes(line.as_bytes()).unwrap());
    }
    headers
}

fn if_match(lines: &[&str]) -> Result<IfMatch, InvalidHeader> {
    IfMatch::from_headers(&headers(IF_MATCH, lines))
}

fn if_none_match(lines: &[&str]) -> Result<IfNoneMatch, InvalidHeader> {
    IfNoneMatch::from_headers(&headers(IF_NONE_MATCH, lines))
}

/// Whether the two hold, by a strong tag, by a weak one, without a tag, and where nothing is there.
#[track_caller]
fn held(lines: &[&str]) -> [[bool; 4]; 2] {
    let tags = ["\"1\"", "W/\"1\""].map(tag);
    let currents = [
        Current::Present(Some(&tags[0])),
        Current::Present(Some(&tags[1])),
        Current::Present(None),
        Current::Absent,
    ];
    let (one, other) = (if_match(lines).unwrap(), if_none_match(lines).unwrap());
    [
        currents.map(|current| one.holds(current)),
        currents.map(|current| other.holds(current)),
    ]
}

fn tag(tag: &str) -> EntityTag<'_> {
    EntityTag::parse(tag).unwrap()
}

#[test]
fn section_8_8_3_2_writers_compare_strongly_and_readers_weakly() {
    let (no, yes) = (false, true);
    assert_eq!(held(&[]), [[yes; 4], [yes; 4]], "no header, no condition");
    assert_eq!(held(&["*"]), [[yes, yes, yes, no], [no, no, no, yes]]);
    assert_eq!(
        held(&["\"1\""]),
        [[yes, no, no, no], [no, no, yes, yes]],
        "a strong tag"
    );
    assert_eq!(
        held(&["W/\"1\""]),
        [[no; 4], [no, no, yes, yes]],
        "a weak tag"
    );
    assert_eq!(held(&["\"2\""]), [[no; 4], [yes; 4]], "another tag");
    assert_eq!(held(&[""]), [[no; 4], [yes; 4]], "none of no tags");
}

#[test]
fn section_13_2_2_a_get_of_what_has_not_changed_is_a_304_and_the_rest_412() {
    let tag = tag("\"1\"");
    let there = Current::Present(Some(&tag));
    let status = |method: &Method, fields: &[(HeaderName, &str)], current| {
        let fields = fields.iter().map(|(name, value)| {
            let value = HeaderValue::from_str(value).unwrap();
            (name.clone(), value)
        });
        let conditions = Preconditions::from_headers(method, &fields.collect()).unwrap();
        let checked = conditions.check(current);
        checked.map_or_else(|unmatched| unmatched.status().as_u16(), |()| 200)
    };
    let (same, other, any) = ("\"1\"", "\"2\"", "*");
    for (method, unchanged) in [(Method::GET, 304), (Method::HEAD, 304), (Method::PUT, 412)] {
        let none = |value| [(IF_NONE_MATCH, value)];
        assert_eq!(status(&method, &[], there), 200);
        assert_eq!(status(&method, &none(same), there), unchanged);
        assert_eq!(status(&method, &none(any), there), unchanged);
        assert_eq!(
            status(&method, &none(any), Current::Present(None)),
            unchanged
        );
        assert_eq!(status(&method, &none(other), there), 200);
        assert_eq!(status(&method, &none(any), Current::Absent), 200);
        assert_eq!(status(&method, &[(IF_MATCH, same)], there), 200);
        assert_eq!(status(&method, &[(IF_MATCH, other)], there), 412);
        assert_eq!(status(&method, &[(IF_MATCH, any)], Current::Absent), 412);
        let both = [(IF_MATCH, other), (IF_NONE_MATCH, same)];
        assert_eq!(status(&method, &both, there), 412, "the first counts");
    }

    let answer = |unmatched| DavError::from(unmatched).into_http();
    let unchanged = answer(Unmatched::NotModified(Some(tag.clone().into_owned())));
    assert_eq!(unchanged.status(), 304);
    assert_eq!(unchanged.headers()["etag"], "\"1\"");
    assert_eq!(
        http_body::Body::size_hint(unchanged.body()).exact(),
        Some(0)
    );
    assert!(!unchanged.headers().contains_key("content-type"));
    assert_eq!(answer(Unmatched::Failed).status(), 412);
    assert_eq!(
        Unmatched::Failed.to_string(),
        "the resource is not in the state that the request was meant for"
    );
    assert_eq!(
        Unmatched::NotModified(None).to_string(),
        "the resource has not changed"
    );
}

#[test]
fn a_tag_is_the_value_of_a_header() {
    for written in ["\"\"", "W/\"a,b\"", "\"\u{E9}\""] {
        let value = tag(written).to_header_value();
        assert_eq!(value.as_bytes(), written.as_bytes());
    }
}

#[test]
fn all_lines_are_one_list() {
    for lines in [
        &["\"0\", \"1\""][..],
        &["\"0\"", "\"1\""],
        &["\"0\",\"1\""],
        &[" ,\t\"1\" ,, \"0\","],
        &["W/\"0\"", "", "\"1\""],
        &["\"a,*,b\", \"1\""],
        &["\"\u{E9}\",\"1\""],
    ] {
        assert!(
            if_match(lines)
                .unwrap()
                .holds(Current::Present(Some(&tag("\"1\"")))),
            "{lines:?}"
        );
        let none = if_none_match(lines).unwrap();
        assert!(
            !none.holds(Current::Present(Some(&tag("W/\"1\"")))),
            "{lines:?}"
        );
        assert!(
            none.holds(Current::Present(Some(&tag("\"2\"")))),
            "{lines:?}"
        );
    }
}

#[test]
fn a_tag_of_any_bytes_is_compared_with_text() {
    assert!(
        if_match(&["\"\u{E9}\""])
            .unwrap()
            .holds(Current::Present(Some(&tag("\"\u{E9}\""))))
    );
    let mut headers = HeaderMap::new();
    let latin = HeaderValue::from_bytes(b"\"\xE9\", \"1\"").unwrap();
    headers.insert(IF_MATCH, latin);
    let if_match = IfMatch::from_headers(&headers).unwrap();
    assert!(if_match.holds(Current::Present(Some(&tag("\"1\"")))));
    assert!(!if_match.holds(Current::Present(Some(&tag("\"\u{E9}\"")))));
}

#[test]
fn what_cannot_be_read_is_not_passed_over() {
    for wrong in [
        "1",
        "\"1",
        "1\"",
        "w/\"1\"",
        "W/",
        "W/ \"1\"",
        "W\"1\"",
        "*, \"1\"",
        "\"1\", *",
        "**",
        "\"1\"\"2\"",
        "\"1\" \"2\"",
        "\"1\"; \"2\"",
        "\u{E9}",
    ] {
        let rule = "must be `*` or a list of entity tags in quotes";
        let error = if_match(&[wrong]).unwrap_err();
        assert_eq!(error.to_string(), format!("the header `if-match` {rule}"));
        let error = if_none_match(&[wrong]).unwrap_err();
        let said = format!("the header `if-none-match` {rule}");
        assert_eq!(error.to_string(), said, "{wrong}");
        assert!(wrong.parse::<IfMatch>().is_err(), "{wrong}");
    }
    assert!(if_match(&["*", "\"1\""]).is_err());
}

#[test]
fn what_was_sent_can_be_asked_for() {
    for (lines, is_missing, is_any, tags) in [
        (&[][..], true, false, &[][..]),
        (&[""], false, false, &[]),
        (&["*"], false, true, &[]),
        (
            &["\"1\", W/\"2\"", "\"\""],
            false,
            false,
            &["\"1\"", "W/\"2\"", "\"\""],
        ),
    ] {
        let (one, other) = (if_match(lines).unwrap(), if_none_match(lines).unwrap());
        assert_eq!(
            [one.is_missing(), other.is_missing()],
            [is_missing; 2],
            "{lines:?}"
        );
        assert_eq!([one.is_any(), other.is_any()], [is_any; 2], "{lines:?}");
        assert!(one.tags().eq(tags.iter().copied()), "{lines:?}");
        assert!(other.tags().eq(tags.iter().copied()), "{lines:?}");
    }
}

#[test]
fn what_is_written_is_read() {
    for written in ["*", "\"1\"", "W/\"1\", \"a,b\", \"\"", ""] {
        let read: IfMatch = written.parse().unwrap();
        assert_eq!(read.to_string(), written);
        let read: IfNoneMatch = written.parse().unwrap();
        assert_eq!(read.to_string(), written);
    }
    assert_eq!(IfMatch::default().to_string(), "");
    assert_eq!(if_match(&[]), Ok(IfMatch::default()));
    assert_eq!(if_none_match(&[]), Ok(IfNoneMatch::default()));
}

proptest! {
    #[test]
    fn whatever_is_read_is_written_so_that_it_is_read_alike(value in "[*W/\", 1é]{0,12}") {
        if let Ok(read) = value.parse::<IfMatch>() {
            prop_assert_eq!(read.to_string().parse(), Ok(read));
        }
    }
}
