//! Random outcomes that are no multistatus: the `prop` of a LOCK (RFC 4918, section 9.10.1), the
//! `mkcol-response` (RFC 5689, section 5.2) and the `mkcalendar-response` (RFC 4791, section 9.3). What
//! roxmltree and our own parser read back is what was put in.

use std::collections::BTreeMap;

use http::{Response, StatusCode};
use proptest::{collection::vec, prelude::*, sample::select};
use roxmltree::{Document, Node};
use statuary::{
    Condition, DavError, Href,
    dav::{ActiveLock, LockScope, LockToken, TimeType, ZeroOrInfinity},
    outcome::{Lock, PropertyChanges},
    reply::DavBody,
    xml::{Element, Name},
};

use crate::{
    any_text::any_text,
    documents::body,
    grammar::{assert_propstats, assert_strict},
    infoset::{all, text, whole},
    properties::{any_path, legal},
};

const CALDAV: &str = "urn:ietf:params:xml:ns:caldav";

// === LOCK ===

/// A lock, as a server has kept it.
#[derive(Clone, Debug)]
struct Held {
    scope: LockScope,
    depth: ZeroOrInfinity,
    owner: String,
    lang: Option<&'static str>,
    timeout: TimeType,
    token: String,
    root: Vec<u8>,
    is_token_shown: bool,
    /// Whether `DAV:` is the default namespace of the owner, as a client may have written it.
    is_default: bool,
}

impl Held {
    fn active(&self) -> ActiveLock {
        let lang = self
            .lang
            .map_or(String::new(), |it| format!(" xml:lang='{it}'"));
        let owner = format!(
            "<D:owner{lang}>{}<x:by xmlns:x='urn:x' x:a='&quot;'/></D:owner>",
            references(&self.owner)
        );
        let owner = match self.is_default {
            true => owner
                .replace("D:", "")
                .replacen("<owner", "<owner xmlns='DAV:'", 1),
            false => owner,
        };
        let token = LockToken::new(&self.token).expect("a URI");
        ActiveLock::new(token, Href::path(&self.root), self.scope, self.depth)
            .with_owner(Element::parse(&owner).expect("an owner"))
            .with_timeout(self.timeout)
            .show_token(self.is_token_shown)
    }

    /// The lock as it has to be written.
    fn expected(&self, is_token_shown: bool) -> String {
        let scope = match self.scope {
            LockScope::Exclusive => "exclusive",
            _ => "shared",
        };
        let token = format!(
            "<locktoken><href>{}</href></locktoken>",
            references(&self.token)
        );
        format!(
            "<activelock xmlns='DAV:'><locktype><write/></locktype>\
             <lockscope><{scope}/></lockscope><depth>{}</depth>{}\
             <timeout>{}</timeout>{}\
             <lockroot><href>{}</href></lockroot></activelock>",
            self.depth,
            alone(self.active().owner().expect("an owner")),
            self.timeout,
            if is_token_shown { &*token } else { "" },
            references(&Href::path(&self.root).to_string()),
        )
    }
}

/// Each character of a text by its number, so that nothing in it is markup.
fn references(text: &str) -> String {
    legal(text)
        .chars()
        .map(|c| format!("&#{};", u32::from(c)))
        .collect()
}

fn any_lock() -> impl Strategy<Value = Held> {
    let timeout = any::<Option<u32>>()
        .prop_map(|seconds| seconds.map_or(TimeType::Infinite, TimeType::Second));
    (
        select(vec![LockScope::Exclusive, LockScope::Shared]),
        select(vec![ZeroOrInfinity::Zero, ZeroOrInfinity::Infinity]),
        any_text(),
        select(vec![None, Some("de")]),
        timeout,
        "(urn:uuid:[0-9a-f]{8}|opaquelocktoken:[a-z0-9]{1,9}\\?a=b&c|http://x/[a-z&]{0,3}%20[a-z]{1,4})",
        any_path(),
        any::<(bool, bool)>(),
    )
        .prop_map(|(scope, depth, owner, lang, timeout, token, root, is)| Held {
            scope,
            depth,
            owner,
            lang,
            timeout,
            token,
            root,
            is_token_shown: is.0,
            is_default: is.1,
        })
}

/// The elements inside of an element, as roxmltree has them.
fn elements<'a>(node: Node<'a, 'a>) -> Vec<Node<'a, 'a>> {
    node.children().filter(Node::is_element).collect()
}

fn infoset(xml: &str) -> String {
    whole(Document::parse(xml).expect("well-formed").root_element())
}

/// An element as it would stand in a document of its own.
fn alone(element: &Element) -> String {
    let xml = element.as_str();
    let end = xml.find(['>', ' ', '/']).expect("a tag");
    let declaration = match xml.starts_with("<D:") {
        true => " xmlns:D='DAV:'",
        false => "",
    };
    format!("{}{declaration}{}", &xml[..end], &xml[end..])
}

proptest! {
    #[test]
    fn m40_a_lock_tells_all_locks_as_they_were_given(
        locks in vec(any_lock(), 1..4),
        kind in 0..3_u8,
    ) {
        let [first, others @ ..] = &locks[..] else { unreachable!("at least one") };
        let lock = match kind {
            0 => Lock::granted(first.active()),
            1 => Lock::created(first.active()),
            _ => Lock::refreshed(first.active()),
        };
        let lock = others.iter().fold(lock, |lock, other| lock.beside(other.active()));
        let response = lock.into_http();
        prop_assert_eq!(response.status().as_u16(), if kind == 1 { 201 } else { 200 });
        let token = response.headers().get("lock-token").cloned();
        let token = token.map(|it| it.to_str().expect("ASCII").to_owned());
        prop_assert_eq!(token, (kind != 2).then(|| format!("<{}>", first.token)));

        // `prop (lockdiscovery (activelock+))`, and nothing else.
        let answer = body(response);
        let document = Document::parse(&answer).expect("well-formed");
        let root = document.root_element();
        prop_assert!(root.has_tag_name(("DAV:", "prop")));
        let [discovery] = elements(root)[..] else { panic!("not one property: {answer}") };
        prop_assert!(discovery.has_tag_name(("DAV:", "lockdiscovery")));
        let told: Vec<_> = elements(discovery).into_iter().map(whole).collect();
        let given = locks.iter().enumerate();
        let given = given.map(|(at, it)| infoset(&it.expected(at == 0 || it.is_token_shown)));
        let given: Vec<_> = given.collect();
        prop_assert_eq!(&told, &given);
        for (read, lock) in elements(discovery).into_iter().zip(&locks) {
            let inside = |local| text(all(read, local)[0]);
            prop_assert_eq!(inside("owner"), legal(&lock.owner));
            prop_assert_eq!(inside("lockroot"), Href::path(&lock.root).to_string());
        }

        let prop = Element::parse(&answer).expect("our own parser reads it");
        let discovery = prop.children().next().expect("a property");
        let read: Vec<_> = discovery.children().map(|it| infoset(&alone(&it))).collect();
        prop_assert_eq!(read, given);
    }
}

// === MKCOL and MKCALENDAR ===

/// Why a property is refused.
type Refusal = (u16, bool, String);

/// What is told of a property: its status, its condition, and a sentence.
type Told = (String, String, String);

fn any_name() -> impl Strategy<Value = (String, String)> {
    let namespace = prop_oneof![
        Just("DAV:".to_owned()),
        Just(String::new()),
        "urn:[ab]",
        "\\PC{1,6}"
    ];
    (namespace, "[a-c\u{e9}]{1,2}")
}

fn name((namespace, local): &(String, String)) -> Name<'static> {
    Name::new(namespace.clone(), local.clone()).expect("a name")
}

fn reason((status, is_full, sentence): &Refusal) -> DavError {
    let error = DavError::new(StatusCode::from_u16(*status).expect("a status"));
    let error = error.with_description(sentence);
    match is_full {
        true => error.with_condition(Condition::QuotaNotExceeded),
        false => error,
    }
}

/// What is told of each property below an element, as roxmltree has it.
fn read(parent: Node<'_, '_>) -> BTreeMap<(String, String), Told> {
    let mut read = BTreeMap::new();
    for propstat in elements(parent) {
        if !propstat.has_tag_name(("DAV:", "propstat")) {
            continue;
        }
        let [prop, status, rest @ ..] = &elements(propstat)[..] else {
            panic!("no propstat")
        };
        let (mut code, mut sentence) = (String::new(), String::new());
        for it in rest {
            match it.tag_name().name() {
                "error" => code = elements(*it)[0].tag_name().name().to_owned(),
                _ => sentence = text(*it),
            }
        }
        for property in elements(*prop) {
            assert!(!property.has_children(), "only names are told");
            let tag = property.tag_name();
            let name = (
                tag.namespace().unwrap_or_default().to_owned(),
                tag.name().to_owned(),
            );
            let told = (
                text(*status)[9..12].to_owned(),
                code.clone(),
                sentence.clone(),
            );
            assert!(read.insert(name, told).is_none(), "it is told twice");
        }
    }
    read
}

/// The same, as our own parser has it.
fn read_by_us(parent: &Element) -> BTreeMap<(String, String), Told> {
    let mut read = BTreeMap::new();
    for propstat in parent
        .children()
        .filter(|it| it.name() == Name::dav("propstat"))
    {
        let child = |local| propstat.children().find(|it| it.name() == Name::dav(local));
        let told = (
            child("status").expect("a status").text()[9..12].to_owned(),
            child("error")
                .and_then(|it| {
                    it.children()
                        .next()
                        .map(|code| code.name().local().to_owned())
                })
                .unwrap_or_default(),
            child("responsedescription")
                .map(|it| it.text())
                .unwrap_or_default(),
        );
        for property in child("prop").expect("a prop").children() {
            let name = property.name();
            read.insert(
                (name.namespace().to_owned(), name.local().to_owned()),
                told.clone(),
            );
        }
    }
    read
}

/// A body without its media type, which is checked first.
fn document(response: Response<DavBody>) -> String {
    assert_eq!(
        response.headers()["content-type"],
        "application/xml; charset=utf-8"
    );
    assert_eq!(response.headers()["cache-control"], "no-cache");
    body(response)
}

proptest! {
    #[test]
    fn e8_e13_what_became_of_each_property_is_told(
        asked in vec(any_name(), 1..6),
        refused in vec((any_name(), (400_u16..600, any::<bool>(), any_text())), 0..3),
    ) {
        let mut outcome = PropertyChanges::from_iter(asked.iter().map(name));
        for (property, refusal) in &refused {
            outcome.refuse(&name(property), reason(refusal));
        }
        let mut expected = BTreeMap::new();
        for (property, (status, is_full, sentence)) in &refused {
            let code = if *is_full { "quota-not-exceeded" } else { "" };
            let told = (status.to_string(), code.to_owned(), legal(sentence));
            expected.entry(property.clone()).or_insert(told);
        }
        let rest = if refused.is_empty() { "200" } else { "424" };
        for property in &asked {
            let told = (rest.to_owned(), String::new(), String::new());
            expected.entry(property.clone()).or_insert(told);
        }

        // Of several that were refused, the status is that of the first which was asked for.
        let mut order = asked.iter().chain(refused.iter().map(|(property, _)| property));
        let first = order.find_map(|it| refused.iter().find(|(property, _)| property == it));
        let status = first.map_or(201, |(_, (status, ..))| *status);

        let response = outcome.mkcol();
        prop_assert_eq!(response.status().as_u16(), status);
        let answer = document(response);
        assert_propstats(&answer, ("DAV:", "mkcol-response"));
        let judged = Document::parse(&answer).expect("well-formed");
        prop_assert_eq!(read(judged.root_element()), expected.clone());
        let ours = Element::parse(&answer).expect("our own parser reads it");
        prop_assert_eq!(read_by_us(&ours), expected.clone());

        let response = outcome.mkcalendar(Href::collection("/cal"));
        prop_assert_eq!(response.status().as_u16(), if refused.is_empty() { 201 } else { 207 });
        let answer = document(response);
        let judged = Document::parse(&answer).expect("well-formed");
        let ours = Element::parse(&answer).expect("our own parser reads it");
        if refused.is_empty() {
            assert_propstats(&answer, (CALDAV, "mkcalendar-response"));
            prop_assert_eq!(read(judged.root_element()), expected.clone());
            prop_assert_eq!(read_by_us(&ours), expected);
        } else {
            assert_strict(&answer);
            let response = judged.root_element().first_element_child().expect("a response");
            prop_assert_eq!(text(all(response, "href")[0]), "/cal/");
            prop_assert_eq!(read(response), expected.clone());
            let response = ours.children().next().expect("a response");
            prop_assert_eq!(read_by_us(&response), expected);
        }
    }
}
