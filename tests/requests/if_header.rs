//! The `If` header: RFC 4918, section 10.4.

use std::{
    cell::{Cell, RefCell},
    collections::{HashMap, HashSet},
};

use http::{HeaderMap, HeaderValue, StatusCode};
use proptest::prelude::*;
use statuary::{
    DavError, Href,
    dav::{
        Condition, If, IfConditionKind, IfState, LockToken, SyncToken, Unmet, condition::LockRoots,
    },
};

const ONE: &str = "urn:uuid:181d4fae-7d8c-11d0-a765-00a0c91e6bf2";
const TWO: &str = "urn:uuid:58f202ac-22cf-11d1-b12d-002035b29092";

/// Resources by their paths: an entity tag, and tokens.
#[derive(Debug, Default)]
struct Server {
    states: HashMap<String, (Option<String>, Vec<String>)>,
    asked: RefCell<HashSet<String>>,
}

impl Server {
    fn with(mut self, path: &str, etag: &str, tokens: &[&str]) -> Self {
        let tokens = tokens.iter().map(|&it| it.to_owned()).collect();
        let etag = Some(etag.to_owned()).filter(|it| !it.is_empty());
        self.states.insert(path.to_owned(), (etag, tokens));
        self
    }

    fn find(&self, resource: &Href<'_>) -> Option<&(Option<String>, Vec<String>)> {
        let asked = resource.encoded().into_owned();
        self.asked.borrow_mut().insert(asked);
        let mut known = self.states.iter();
        let found = known.find(|(path, _)| Href::path(path).same_path(resource));
        found.map(|(_, state)| state)
    }
}

impl IfState for Server {
    fn etag(&self, resource: &Href<'_>) -> Option<String> {
        self.find(resource)?.0.clone()
    }

    fn locks(&self, resource: &Href<'_>) -> Vec<(LockToken, Href<'static>)> {
        let tokens = self.find(resource).map(|(_, tokens)| &**tokens);
        let lock = |token: &String| {
            (
                LockToken::new(token).unwrap(),
                resource.clone().into_owned(),
            )
        };
        tokens.unwrap_or_default().iter().map(lock).collect()
    }
}

fn read(value: &str) -> Result<If, String> {
    let mut headers = HeaderMap::new();
    headers.insert("if", HeaderValue::from_bytes(value.as_bytes()).unwrap());
    If::from_headers(&headers).map_err(|error| error.to_string())
}

#[track_caller]
fn held(value: &str, server: &Server) -> Option<usize> {
    let header = read(value).unwrap();
    let held = header.check(&Href::path("/target"), server).ok()??;
    let mut lists = header.lists().iter();
    lists.position(|list| std::ptr::eq(list, held))
}

/// The examples of sections 10.4.6 to 10.4.11.
#[test]
fn the_examples_of_the_rfc() {
    let etags = format!(r#"(<{ONE}> ["I am an ETag"]) (["I am another ETag"])"#);
    let locked = Server::default().with("/target", r#""I am an ETag""#, &[ONE]);
    assert_eq!(held(&etags, &locked), Some(0));
    let other = Server::default().with("/target", r#""I am another ETag""#, &[]);
    assert_eq!(held(&etags, &other), Some(1));
    let third = Server::default().with("/target", r#""x""#, &[ONE]);
    assert_eq!(held(&etags, &third), None);

    let not = format!("(Not <{ONE}> <{TWO}>)");
    assert_eq!(
        held(&not, &Server::default().with("/target", "", &[TWO])),
        Some(0)
    );
    assert_eq!(
        held(&not, &Server::default().with("/target", "", &[ONE, TWO])),
        None
    );

    let always = format!("(<{ONE}>) (Not <DAV:no-lock>)");
    assert_eq!(held(&always, &Server::default()), Some(1));
    assert_eq!(
        held(&always, &Server::default().with("/target", "", &[ONE])),
        Some(0)
    );
    assert!(
        read(&always)
            .unwrap()
            .submits(&LockToken::new(ONE).unwrap())
    );

    let tagged = format!("</resource1> (<{ONE}> [W/\"A weak ETag\"]) ([\"strong ETag\"])");
    let strong = Server::default().with("/resource1", r#""strong ETag""#, &[]);
    assert_eq!(held(&tagged, &strong), Some(1));
    let weak = Server::default().with("/resource1", "W/\"A weak ETag\"", &[ONE]);
    assert_eq!(held(&tagged, &weak), None, "a weak tag is not compared");

    let collection = format!("<http://www.example.com/specs/> (<{ONE}>)");
    let specs = Server::default().with("/specs/", "", &[ONE]);
    assert_eq!(held(&collection, &specs), Some(0));

    let unmapped = "</specs/rfc2518.doc> ([\"4217\"])";
    assert_eq!(held(unmapped, &Server::default()), None);
    let unmapped = "</specs/rfc2518.doc> (Not [\"4217\"])";
    assert_eq!(held(unmapped, &Server::default()), Some(0));
}

#[test]
fn what_the_header_says() {
    let header = read(&format!(
        " </a> (<{ONE}>)(nOT[W/\"]\"])\t<http://h/b>(Not <{TWO}> [ \"\" ])"
    ))
    .unwrap();
    let [first, second, third] = header.lists() else {
        panic!("three lists")
    };
    assert_eq!(first.resource(), Some(&Href::path("/a")));
    assert_eq!(second.resource(), Some(&Href::path("/a")));
    assert_eq!(third.resource(), Some(&Href::parse("http://h/b").unwrap()));
    assert!(!first.conditions()[0].negated && second.conditions()[0].negated);
    assert_eq!(
        second.conditions()[0].kind,
        IfConditionKind::EntityTag("W/\"]\"".into())
    );
    assert_eq!(third.conditions().len(), 2);
    let tokens: Vec<_> = header.tokens().map(LockToken::as_str).collect();
    assert_eq!(tokens, [ONE, TWO]);
    let written = format!("</a> (<{ONE}>) (Not [W/\"]\"]) <http://h/b> (Not <{TWO}> [\"\"])");
    assert_eq!(header.to_string(), written);
    assert_eq!(read(&written).unwrap(), header);
}

#[test]
fn m56_what_is_no_if_header() {
    let refused = |value: &str| read(value).unwrap_err();
    for (value, rule) in [
        ("", "hold lists of conditions in parentheses"),
        ("</a>", "hold lists of conditions in parentheses"),
        (
            "</a> </b> (<a:b>)",
            "hold lists of conditions in parentheses",
        ),
        ("<a:b>)", "hold lists of conditions in parentheses"),
        ("(<a:b>) x", "hold lists of conditions in parentheses"),
        (
            "(<a:b>) </a> (<a:b>)",
            "tag all of its lists with a resource, or none",
        ),
        (
            "<a b> (<a:b>)",
            "have a URI or an absolute path as the tag of a list",
        ),
        ("<a", "have a URI or an absolute path as the tag of a list"),
        (
            "()",
            "have a state token or an entity tag as each condition",
        ),
        (
            "(Not)",
            "have a state token or an entity tag as each condition",
        ),
        (
            "(<a:b>",
            "have a state token or an entity tag as each condition",
        ),
        (
            "(a:b)",
            "have a state token or an entity tag as each condition",
        ),
        (
            "(Not Not <a:b>)",
            "have a state token or an entity tag as each condition",
        ),
        ("(<a>)", "have an absolute URI in `<` and `>`"),
        ("(<a:b c>)", "have an absolute URI in `<` and `>`"),
        ("(<a:b)", "have an absolute URI in `<` and `>`"),
        ("([a])", "have a quoted entity tag in `[` and `]`"),
        ("([\"a])", "have a quoted entity tag in `[` and `]`"),
        ("([\"a\" \"b\"])", "have a quoted entity tag in `[` and `]`"),
    ] {
        assert_eq!(
            refused(value),
            format!("the header `if` must {rule}"),
            "{value}"
        );
    }
}

#[test]
fn m42_412_is_for_a_condition_that_was_sent_and_423_for_a_lock() {
    let target = Href::path("/target");
    let server = Server::default().with("/target", "\"1\"", &[ONE, TWO]);
    let none = If::from_headers(&HeaderMap::new()).unwrap();
    assert_eq!(none.check(&target, &server), Ok(None));
    let locked = none.check_write(&target, &server).unwrap_err();
    assert_eq!(
        locked,
        Unmet::Locked(LockRoots::new(target.clone()).and(target.clone()))
    );
    assert_eq!(none.check_write(&Href::path("/free"), &server), Ok(()));

    let write = |value: &str| read(value).unwrap().check_write(&target, &server);
    assert_eq!(
        write(&format!("(<{TWO}>)")),
        Ok(()),
        "one of shared locks is enough"
    );
    assert_eq!(
        write("([\"1\"])"),
        Err(locked.clone()),
        "no token was submitted"
    );
    assert_eq!(write(&format!("(<{ONE}> [\"2\"])")), Err(Unmet::Failed));
    let elsewhere = format!("</free> (<{ONE}>) (Not <DAV:no-lock>)");
    assert_eq!(
        write(&elsewhere),
        Ok(()),
        "submitted, though it is no lock of that resource"
    );

    let answer = DavError::from(locked);
    assert_eq!(answer.status(), StatusCode::LOCKED);
    assert!(
        matches!(answer.conditions(), [Condition::LockTokenSubmitted(roots)] if roots.iter().count() == 2)
    );
    let answer = DavError::from(Unmet::Failed);
    assert_eq!(answer.status(), StatusCode::PRECONDITION_FAILED);
    assert_eq!(
        answer.to_string(),
        "412 Precondition Failed: no list of the header `if` holds"
    );
}

/// An application that has several kinds of resources chooses while it runs.
#[test]
fn a_state_may_be_of_a_type_that_nobody_names() {
    let target = Href::path("/target");
    let conditions = read("([\"1\"])").unwrap();
    for (etag, holds) in [("\"1\"", true), ("\"2\"", false)] {
        let server: Box<dyn IfState> = Box::new(Server::default().with("/target", etag, &[]));
        assert_eq!(conditions.check(&target, &*server).is_ok(), holds);
        assert_eq!(conditions.check_write(&target, &*server).is_ok(), holds);
        assert_eq!(conditions.check_lock(&target, &*server), Ok(()));
    }
}

/// RFC 4918, section 6.4: who has read a token in `lockdiscovery` has not made the lock.
#[test]
fn a_token_lets_its_creator_write_and_nobody_else() {
    struct Shared;

    impl IfState for Shared {
        fn etag(&self, _: &Href<'_>) -> Option<String> {
            None
        }

        fn locks(&self, resource: &Href<'_>) -> Vec<(LockToken, Href<'static>)> {
            let lock = |token| {
                let token = LockToken::new(token).unwrap();
                (token, resource.clone().into_owned())
            };
            vec![lock(ONE), lock(TWO)]
        }

        fn is_lock_creator(&self, token: &LockToken) -> bool {
            token.as_str() == TWO
        }
    }

    let target = Href::path("/target");
    let others = read(&format!("(<{ONE}>)")).unwrap();
    assert!(others.check(&target, &Shared).is_ok(), "the list holds");
    let locked = others.check_write(&target, &Shared).unwrap_err();
    assert_eq!(locked.status(), StatusCode::LOCKED);
    assert_eq!(others.check_lock(&target, &Shared), Err(locked.clone()));
    let sentence = "the resource is locked, submit the token of your lock";
    assert_eq!(locked.to_string(), sentence);

    let own = read(&format!("(<{ONE}> <{TWO}>)")).unwrap();
    assert_eq!(own.check_write(&target, &Shared), Ok(()));
}

/// RFC 6578, section 5: a client writes only to a collection that is as it was seen last.
#[test]
fn a_sync_token_is_a_state_token() {
    struct Calendar;

    impl IfState for Calendar {
        fn etag(&self, _: &Href<'_>) -> Option<String> {
            None
        }

        fn locks(&self, _: &Href<'_>) -> Vec<(LockToken, Href<'static>)> {
            Vec::new()
        }

        fn sync_token(&self, collection: &Href<'_>) -> Option<SyncToken> {
            let is_it = collection.same_path(&Href::collection("/calendar"));
            is_it.then(|| "http://example.com/sync/2".parse().unwrap())
        }
    }

    let target = Href::path("/calendar/new.ics");
    for (value, is_met) in [
        ("</calendar/> (<http://example.com/sync/2>)", true),
        ("</calendar/> (<http://example.com/sync/1>)", false),
        ("</calendar/> (Not <http://example.com/sync/1>)", true),
        ("(<http://example.com/sync/2>)", false),
    ] {
        let met = read(value).unwrap().check_write(&target, &Calendar);
        assert_eq!(met.is_ok(), is_met, "{value}");
    }
}

// === against a reference ===

/// A condition of the model: negated, a token or an etag, which.
type Said = (bool, bool, u8);
/// A list of the model: the resource, and its conditions.
type Listed = (u8, Vec<Said>);

fn path(resource: u8) -> String {
    format!("/r{resource}")
}

fn token(which: u8) -> String {
    format!("urn:x:{which}")
}

fn write(lists: &[Listed], is_tagged: bool, spaces: &[&str]) -> String {
    let mut spaces = spaces.iter().cycle();
    let mut space = || *spaces.next().unwrap();
    let mut out = String::new();
    for (resource, conditions) in lists {
        if is_tagged {
            out += &format!("<{}>{}", path(*resource), space());
        }
        out += "(";
        for (negated, is_token, which) in conditions {
            out += space();
            out += if *negated { "Not " } else { "" };
            out += space();
            out += &match is_token {
                true => format!("<{}>", token(*which)),
                false => format!("[\"{which}\"]"),
            };
        }
        out += space();
        out += ")";
        out += space();
    }
    out
}

/// The words of the RFC, one by one.
fn reference(lists: &[Listed], is_tagged: bool, states: &[(u8, HashSet<u8>)]) -> bool {
    for (resource, conditions) in lists {
        let resource = if is_tagged { usize::from(*resource) } else { 0 };
        let (etag, tokens) = &states[resource];
        let mut all = true;
        for (negated, is_token, which) in conditions {
            let mut holds = if *is_token {
                tokens.contains(which)
            } else {
                etag == which
            };
            if *negated {
                holds = !holds;
            }
            all = all && holds;
        }
        if all {
            return true;
        }
    }
    false
}

proptest! {
    #[test]
    fn a_header_holds_when_the_rfc_says_so(
        lists in prop::collection::vec(
            (0..3_u8, prop::collection::vec((any::<bool>(), any::<bool>(), 0..3_u8), 1..4)), 1..5),
        is_tagged: bool,
        states in prop::collection::vec((0..3_u8, prop::collection::hash_set(0..3_u8, 0..3)), 3),
        spaces in prop::collection::vec(prop::sample::select(&["", " ", "\t", "  "][..]), 1..5),
    ) {
        let mut server = Server::default();
        for (resource, (etag, tokens)) in (0..).zip(&states) {
            let tokens: Vec<_> = tokens.iter().map(|&it| token(it)).collect();
            let tokens: Vec<_> = tokens.iter().map(String::as_str).collect();
            server = server.with(&path(resource), &format!("\"{etag}\""), &tokens);
        }
        let header = read(&write(&lists, is_tagged, &spaces)).unwrap();
        let expected = reference(&lists, is_tagged, &states);
        let target = Href::path("/r0");
        prop_assert_eq!(header.check(&target, &server).is_ok(), expected);
        let _ = header.check_write(&target, &server);
        let announced: Vec<_> = header.resources(&target).map(Href::encoded).collect();
        for asked in server.asked.borrow().iter() {
            prop_assert!(announced.iter().any(|it| it == asked), "{asked} was not announced");
        }
        for (_, conditions) in &lists {
            for (_, is_token, which) in conditions {
                let submitted = header.submits(&LockToken::new(&token(*which)).unwrap());
                prop_assert!(submitted || !is_token);
            }
        }
        prop_assert_eq!(read(&header.to_string()).unwrap(), header);
    }

    #[test]
    fn no_header_panics(value in "[ \t()<>\\[\\]\"/a:NnotW-]{0,40}") {
        let _ = read(&value);
    }
}

/// Counts how often it is asked, and knows nothing.
#[derive(Default)]
struct Counting(Cell<usize>);

impl IfState for Counting {
    fn etag(&self, _: &Href<'_>) -> Option<String> {
        self.0.set(self.0.get() + 1);
        None
    }

    fn locks(&self, _: &Href<'_>) -> Vec<(LockToken, Href<'static>)> {
        self.0.set(self.0.get() + 1);
        Vec::new()
    }
}

#[test]
fn many_lists_of_a_long_tag_cost_no_more_than_they_are_long() {
    let tag = format!("</{}>", "a".repeat(30_000));
    let lists = format!(r#"(["1"] <{ONE}>) (<{TWO}>)"#).repeat(300);
    let value = format!("{tag} {lists} </b> {lists}");
    let mut header = None;
    let info = allocation_counter::measure(|| header = read(&value).ok());
    let header = header.unwrap();
    assert_eq!(header.lists().len(), 1_200);
    let longest = 20 * value.len() as u64;
    assert!(info.bytes_total < longest, "{} bytes", info.bytes_total);

    // Once for the tag and once for the locks of each resource.
    let state = Counting::default();
    assert_eq!(
        header.check(&Href::path("/target"), &state),
        Err(Unmet::Failed)
    );
    assert_eq!(state.0.get(), 4);
}
