//! Lock-Token, Timeout, and the small headers: RFC 4918, section 10, RFC 7809 and Microsoft.

use http::{HeaderMap, HeaderValue};
use statuary::{
    Href,
    dav::{
        Brief, CaldavTimezones, ComplianceClass, Dav, InvalidHrefKind, LockToken, SyncToken,
        TimeType, Timeout,
    },
};

fn headers(name: &'static str, values: &[&'static str]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for value in values {
        headers.append(name, HeaderValue::from_static(value));
    }
    headers
}

#[test]
fn m56_a_lock_token_is_a_uri() {
    let token = |value| LockToken::from_headers(&headers("lock-token", &[value]));
    for value in ["<urn:uuid:a5-b>", "urn:uuid:a5-b", " <urn:uuid:a5-b>\t"] {
        let token = token(value).unwrap();
        assert_eq!(token.as_str(), "urn:uuid:a5-b", "{value}");
        assert_eq!(token.to_header_value(), "<urn:uuid:a5-b>");
    }
    assert_eq!(format!("{:?}", token("<a:b>").unwrap()), "LockToken(<a:b>)");
    let rule = "the header `lock-token` must be an absolute URI in angle brackets";
    for wrong in [
        "",
        "<>",
        "a5-b",
        "<urn:>",
        "<:a>",
        "<urn:a b>",
        "<urn:a",
        "<1:a>",
        "</a>",
        "<a:b> <c:d>",
    ] {
        assert_eq!(token(wrong).unwrap_err().to_string(), rule, "{wrong}");
    }
    let missing = LockToken::from_headers(&HeaderMap::new()).unwrap_err();
    assert_eq!(missing.to_string(), "the header `lock-token` must be there");
    let maybe = LockToken::optional_from_headers;
    assert_eq!(maybe(&HeaderMap::new()), Ok(None));
    assert_eq!(
        maybe(&headers("lock-token", &["<a:b>"])),
        token("<a:b>").map(Some)
    );
    assert!(maybe(&headers("lock-token", &["a"])).is_err());
}

#[test]
fn a_lock_token_is_a_uri_that_the_href_in_the_lock_can_hold() {
    for (wrong, kind) in [
        ("", InvalidHrefKind::Empty),
        ("a5-b", InvalidHrefKind::Relative),
        ("/a", InvalidHrefKind::Relative),
        ("urn:x:[1]", InvalidHrefKind::Character),
        ("urn:%zz", InvalidHrefKind::Character),
        ("urn:a#b", InvalidHrefKind::Fragment),
        ("http://a/./b", InvalidHrefKind::DotSegment),
    ] {
        assert_eq!(LockToken::new(wrong).unwrap_err().kind(), kind, "{wrong}");
        assert_eq!(SyncToken::new(wrong).unwrap_err().kind(), kind, "{wrong}");
        assert!(format!("<{wrong}>").parse::<LockToken>().is_err());
    }
    for right in [
        "urn:uuid:1",
        "opaquelocktoken:a-b",
        "DAV:no-lock",
        "http://a/b?c=%20&d",
    ] {
        assert_eq!(LockToken::new(right).unwrap().as_str(), right);
        assert_eq!(SyncToken::new(right).unwrap().as_str(), right);
        assert!(Href::parse(right).is_ok());
    }
}

#[test]
fn m56_a_timeout_is_a_list_of_times() {
    let timeout = |value| Timeout::from_headers(&headers("timeout", &[value]));
    let times = |value| timeout(value).times().to_vec();
    let second = TimeType::Second;
    assert_eq!(
        times("Infinite, Second-4100000000"),
        [TimeType::Infinite, second(4_100_000_000)]
    );
    assert_eq!(times("second-0 ,INFINITE"), [second(0), TimeType::Infinite]);
    assert_eq!(times("Second-99999999999999999999"), [second(u32::MAX)]);
    assert_eq!(
        times(",Second-,Second-+1,Extend-7,Second-1.5,,Second5,\u{9}"),
        []
    );
    let lines = headers("timeout", &["Second-1", "Second-2"]);
    assert_eq!(
        Timeout::from_headers(&lines).times(),
        [second(1), second(2)]
    );

    assert_eq!(timeout("Second-50").choose(60), second(50));
    assert_eq!(timeout("Infinite, Second-70").choose(60), second(60));
    assert_eq!(
        timeout("Second-70, Second-50, Second-40").choose(60),
        second(50)
    );
    assert_eq!(Timeout::default().choose(60), second(60));

    assert_eq!(second(7).to_string(), "Second-7");
    assert_eq!(TimeType::Infinite.to_string(), "Infinite");
    assert_eq!(second(7).duration().map(|it| it.as_secs()), Some(7));
    assert_eq!(TimeType::Infinite.duration(), None);
}

#[test]
fn e34_brief_is_t_or_else_full() {
    let brief = |values: &[&'static str]| Brief::from_headers(&headers("brief", values));
    assert_eq!(brief(&["t"]), Brief::Minimal);
    assert_eq!(brief(&[" t "]), Brief::Minimal);
    for full in [&[][..], &["f"], &["true"], &[""]] {
        assert_eq!(brief(full), Brief::Full);
    }
}

#[test]
fn e27_time_zones_are_wanted_or_known() {
    let zones =
        |value| CaldavTimezones::optional_from_headers(&headers("caldav-timezones", &[value]));
    assert_eq!(zones("T"), Ok(Some(CaldavTimezones::Included)));
    assert_eq!(zones("F"), Ok(Some(CaldavTimezones::ByReference)));
    let missing = CaldavTimezones::optional_from_headers(&HeaderMap::new());
    assert_eq!(missing, Ok(None));
    let rule = "the header `caldav-timezones` must be `T` or `F`";
    assert_eq!(zones("yes").unwrap_err().to_string(), rule);
}

#[test]
fn classes_are_tokens_or_uris() {
    let lines = [
        "1,2, 3,<http://apache.org/dav/propset/fs/1>",
        "Calendar-Access, 1,, a b, <x>",
    ];
    let dav = Dav::from_headers(&headers("dav", &lines));
    assert_eq!(
        dav.to_string(),
        "1, 2, 3, <http://apache.org/dav/propset/fs/1>, calendar-access"
    );
    assert_eq!(lines.join(",").parse(), Ok(dav.clone()));
    assert!(dav.contains(&ComplianceClass::CALENDAR_ACCESS));
    assert!(!dav.contains(&ComplianceClass::BIND));
    assert_eq!(dav.classes().len(), 5);
    let ours = Dav::from_iter([
        ComplianceClass::ONE,
        ComplianceClass::THREE,
        ComplianceClass::ONE,
    ]);
    assert_eq!(ours.to_header_value(), "1, 3");
    assert_eq!(Dav::default().to_string(), "");
    let mut more = ours;
    more.extend([ComplianceClass::ONE, ComplianceClass::BIND]);
    assert_eq!(more.to_string(), "1, 3, bind");
}

#[test]
fn a_comma_in_a_uri_is_a_part_of_it() {
    let dav = Dav::from_headers(&headers("dav", &["1,<http://a/b,bind>, 3 , <x, 2", "bind"]));
    assert_eq!(dav.to_string(), "1, <http://a/b,bind>, 3, bind");
    for wrong in ["", "<>", "<a>", "a,b", "<urn:a", "urn:a>", "<urn:a> "] {
        let error = wrong.parse::<ComplianceClass>().unwrap_err();
        let rule = "the header `dav` must hold tokens, or URIs in angle brackets";
        assert_eq!(error.to_string(), rule, "{wrong}");
    }
}
