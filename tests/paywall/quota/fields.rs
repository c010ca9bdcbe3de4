//! `RateLimit` and `RateLimit-Policy`: the draft's examples, and whatever another implementation of
//! structured fields reads.

use std::{panic::catch_unwind, time::Duration};

use proptest::prelude::*;
use sfv::{BareItem, List, ListEntry, Parser};
use statuary::{
    Unidentified,
    quota::{
        Counter, Limit, LimitName, MemoryStore, QuotaPolicy, QuotaUnit, RateLimit, RateLimitPolicy,
        ServiceLimit,
    },
};

use crate::support::said;

fn name(name: &'static str) -> LimitName {
    LimitName::from_static(name)
}

/// As they are read from a configuration.
#[test]
fn limits_are_named_by_whatever_holds_their_name() {
    let bad = "not a name for a limit: '\u{e4}' at byte 1 is not printable ASCII";
    let quota = |name: String| {
        Counter::new(MemoryStore::<String>::with_counts(1), |_| Err(Unidentified))
            .limit(name, Limit::unlimited())
            .limit_by("b".parse::<LimitName>().unwrap(), |_| Limit::unlimited())
    };
    let shown = format!("{:?}", quota("a".to_owned()));
    assert!(shown.contains(r#"["a", "b"]"#), "{shown}");
    let panic = catch_unwind(|| quota("M\u{e4}rz".to_owned())).unwrap_err();
    assert_eq!(said(panic), bad);
    let parsed = LimitName::try_from("a".to_owned()).unwrap();
    assert_eq!(AsRef::<str>::as_ref(&parsed), "a");
}

const fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

#[test]
fn the_examples_of_the_draft_are_written_alike() {
    let policies = |policies: &[QuotaPolicy]| RateLimitPolicy::from_iter(policies.to_vec());
    let limits = |limits: &[ServiceLimit]| RateLimit::from_iter(limits.to_vec());
    let per_user = |quota| QuotaPolicy::new(name("peruser"), quota);
    for (field, example) in [
        (
            policies(&[
                QuotaPolicy::new(name("burst"), 100).with_window(seconds(60)),
                QuotaPolicy::new(name("daily"), 1000).with_window(seconds(86_400)),
            ]),
            r#""burst";q=100;w=60, "daily";q=1000;w=86400"#,
        ),
        (
            policies(&[QuotaPolicy::new(name("default"), 100).with_window(seconds(10))]),
            r#""default";q=100;w=10"#,
        ),
        // With another key: the draft's own is no base64.
        (
            policies(&[per_user(100)
                .with_window(seconds(60))
                .with_partition_key(b"p\xbb\x1d\xb1\x16\xbc\xf7".to_vec())]),
            r#""peruser";q=100;w=60;pk=:cLsdsRa89w==:"#,
        ),
        (
            policies(&[per_user(65_535)
                .with_unit(QuotaUnit::ContentBytes)
                .with_window(seconds(10))]),
            r#""peruser";q=65535;qu="content-bytes";w=10"#,
        ),
    ] {
        assert_eq!(field.to_string(), example);
        assert_eq!(field.to_header_value().unwrap(), example);
    }
    let default = |left| ServiceLimit::new(name("default"), left);
    for (field, example) in [
        (
            limits(&[default(50).with_effective_window(seconds(30))]),
            r#""default";r=50;t=30"#,
        ),
        (
            limits(&[default(999).with_partition_key("trial121323")]),
            r#""default";r=999;pk=:dHJpYWwxMjEzMjM=:"#,
        ),
        (
            limits(&[default(300_000_000)
                .with_effective_window(seconds(60))
                .with_partition_key("App-999")]),
            r#""default";r=300000000;t=60;pk=:QXBwLTk5OQ==:"#,
        ),
    ] {
        assert_eq!(field.to_string(), example);
        assert_eq!(field.to_header_value().unwrap(), example);
    }
}

#[test]
fn an_empty_list_is_no_field() {
    assert_eq!(RateLimit::default().to_header_value(), None);
    assert_eq!(RateLimitPolicy::default().to_header_value(), None);
}

#[test]
fn a_name_is_made_of_what_a_field_can_hold() {
    for (text, sentence) in [
        ("März", "'ä' at byte 1 is not printable ASCII"),
        ("a\r\nb", "'\\r' at byte 1 is not printable ASCII"),
        ("\u{7f}", "'\\u{7f}' at byte 0 is not printable ASCII"),
    ] {
        let error = LimitName::try_from(text).unwrap_err();
        assert_eq!(error.to_string(), sentence);
    }
    let panic = std::panic::catch_unwind(|| LimitName::from_static("\t")).unwrap_err();
    assert_eq!(
        said(panic),
        "not a name for a limit: '\\t' at byte 0 is not printable ASCII"
    );
}

/// The one item of a list, with its parameters, as another implementation reads it.
fn parsed(value: &http::HeaderValue) -> (String, Vec<(String, BareItem)>) {
    let list: List = Parser::new(value.as_bytes()).parse().unwrap();
    let [ListEntry::Item(item)] = &list[..] else {
        panic!("not one item: {list:?}");
    };
    let parameters = item.params.iter();
    let parameters = parameters.map(|(key, value)| (key.to_string(), value.clone()));
    let name = item.bare_item.as_string().unwrap().as_str().to_owned();
    (name, parameters.collect())
}

fn integer(value: u64) -> BareItem {
    let largest = 999_999_999_999_999;
    BareItem::Integer(
        i64::try_from(value.min(largest))
            .unwrap()
            .try_into()
            .unwrap(),
    )
}

/// Small, of many digits, and more than a field can hold.
fn amount() -> impl Strategy<Value = u64> {
    prop_oneof![0..100_u64, 0..10_000_000_u64, any::<u64>()]
}

fn window() -> impl Strategy<Value = Duration> {
    let nanoseconds = prop_oneof![Just(0), 1..1_000_000_000_u32];
    (amount(), nanoseconds).prop_map(|(seconds, rest)| Duration::new(seconds, rest))
}

proptest! {
    #[test]
    fn another_implementation_reads_what_is_written(
        text in "[ -~]{0,12}",
        units in amount(),
        window in prop::option::of(window()),
        key in prop::option::of(prop::collection::vec(any::<u8>(), 0..20)),
        unit in prop::sample::select(vec![
            QuotaUnit::Requests,
            QuotaUnit::ContentBytes,
            QuotaUnit::ConcurrentRequests,
        ]),
    ) {
        let name = LimitName::try_from(&*text).unwrap();
        let mut limit = ServiceLimit::new(name.clone(), units);
        let mut policy = QuotaPolicy::new(name, units).with_unit(unit);
        let (mut told, mut quota) = (vec![("r", integer(units))], vec![("q", integer(units))]);
        if unit != QuotaUnit::Requests {
            quota.push(("qu", BareItem::String(unit.as_str().to_owned().try_into().unwrap())));
        }
        if let Some(window) = window {
            limit = limit.with_effective_window(window);
            policy = policy.with_window(window);
            let up = window.as_secs().saturating_add(u64::from(window.subsec_nanos() > 0));
            told.push(("t", integer(up)));
            quota.push(("w", integer(up.max(1))));
        }
        if let Some(key) = key {
            limit = limit.with_partition_key(key.clone());
            policy = policy.with_partition_key(key.clone());
            told.push(("pk", BareItem::ByteSequence(key.clone())));
            quota.push(("pk", BareItem::ByteSequence(key)));
        }
        let owned = |list: Vec<(&str, BareItem)>| {
            let owned = list.into_iter().map(|(key, value)| (key.to_owned(), value));
            owned.collect::<Vec<_>>()
        };
        let field = RateLimit::from_iter([limit]).to_header_value().unwrap();
        prop_assert_eq!(parsed(&field), (text.clone(), owned(told)));
        let field = RateLimitPolicy::from_iter([policy]).to_header_value().unwrap();
        prop_assert_eq!(parsed(&field), (text, owned(quota)));
    }
}
