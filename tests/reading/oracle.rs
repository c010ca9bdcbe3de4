//! roxmltree as the judge of what is well-formed, and of what a document says.

use proptest::prelude::*;
use roxmltree::{Document, Node};
use statuary::xml::{Element, Error, ErrorKind};

/// Everything that RFC 4918, section 4.3, wants to be preserved, written out.
pub(crate) fn infoset(text: &str) -> String {
    infoset_of(Document::parse(text).unwrap().root())
}

/// The same for one node. Its own language is left out, since it may be that of a parent.
pub(crate) fn infoset_of(top: Node<'_, '_>) -> String {
    let mut lines: Vec<String> = Vec::new();
    for node in top.descendants() {
        let depth = node.ancestors().count() - top.ancestors().count();
        // An empty section of CDATA says nothing.
        if node.is_text() && node.text().is_some_and(|text| !text.is_empty()) {
            let start = format!("{depth} text ");
            let text = node.text().unwrap_or_default();
            // A comment between two texts is no border between them.
            match lines.last_mut().filter(|line| line.starts_with(&start)) {
                Some(line) => line.push_str(text),
                None => lines.push(start + text),
            }
        } else if node.is_element() {
            let mut attributes: Vec<_> = node
                .attributes()
                .filter(|attribute| node != top || attribute.name() != "lang")
                .map(|a| format!("{:?} {} {:?}", a.namespace(), a.name(), a.value()))
                .collect();
            attributes.sort();
            let (namespace, name) = (node.tag_name().namespace(), node.tag_name().name());
            let namespace = namespace.unwrap_or_default();
            lines.push(format!(
                "{depth} element {{{namespace}}}{name} {attributes:?}"
            ));
        }
    }
    lines.join("\n")
}

/// The text inside an element that binds `D`, as each of our documents does.
pub(crate) fn bound(text: &str) -> String {
    format!("<D:prop xmlns:D='DAV:'>{text}</D:prop>")
}

/// The infoset of an element where one of our documents has it.
pub(crate) fn infoset_inside(element: &Element) -> String {
    let text = bound(element.as_str());
    let document = Document::parse(&text).unwrap();
    infoset_of(document.root_element().first_child().unwrap())
}

/// What we refuse and roxmltree does not, by rules of our own or of Namespaces in XML.
fn is_stricter(text: &str, error: &Error) -> bool {
    // roxmltree does not check what the XML declaration says.
    let is_declaration = text.trim_start_matches('\u{FEFF}').starts_with("<?xml")
        && text
            .find("?>")
            .is_some_and(|end| error.position().offset() <= end);
    if is_declaration {
        return true;
    }
    let rest = text.get(error.position().offset()..).unwrap_or_default();
    match error.kind() {
        // roxmltree lets the default namespace be declared twice.
        ErrorKind::DuplicateAttribute => rest.starts_with("xmlns"),
        ErrorKind::EndTag => rest.starts_with("</:"),
        // roxmltree takes a reference to what is no character for U+FFFD or leaves it.
        ErrorKind::ForbiddenCharacter => rest.starts_with("&#"),
        // White space comes after the target of an instruction; roxmltree takes `<?a-->b?>` for one
        // named `a--`. It takes `:a` for a name, too.
        ErrorKind::InvalidName => rest.starts_with("<?") || rest.starts_with(':'),
        // XML 1.0, section 2.6, reserves the target; roxmltree knows it only as `<?xml `.
        ErrorKind::Syntax => has_reserved_target(rest) && !rest.starts_with("<?xml "),
        // roxmltree takes `a:xmlns='b'` for a declaration, whatever `a` is.
        ErrorKind::UndeclaredPrefix => {
            let name = rest.split('=').next().unwrap_or_default();
            name.trim_end().ends_with(":xmlns")
        }
        // roxmltree lets a prefix be bound to no namespace. An element `xml:a` is legal, but means
        // nothing, and a `Name` cannot be in that namespace.
        ErrorKind::InvalidNamespace => rest.starts_with("xmlns:") || rest.starts_with("xml:"),
        _ => false,
    }
}

fn has_reserved_target(rest: &str) -> bool {
    let inside = rest.strip_prefix("<?").unwrap_or_default();
    let target = inside.split(['?', ' ', '\t', '\r', '\n']).next();
    target.is_some_and(|target| target.eq_ignore_ascii_case("xml"))
}

#[test]
fn a_declaration_is_at_the_start_whatever_follows_its_target() {
    for odd in [
        "<?xml a?>",
        "<?xml\ta?>",
        "<?xml\r\na?>",
        "<?XML a?>",
        "<?xml?>",
    ] {
        let text = format!("<a>{odd}</a>");
        let error = Element::parse(&text).unwrap_err();
        assert_eq!(error.position().offset(), 3, "{odd}");
        assert!(
            error.to_string().contains("not at the start"),
            "{odd}: {error}"
        );
        assert!(has_reserved_target(odd), "{odd}");
    }
    assert!(Element::parse("<a><?xmlish a?></a>").is_ok());
    assert!(!has_reserved_target("<?xmlish a?>"));
}

#[test]
fn an_empty_section_is_no_text() {
    assert_eq!(infoset("<a><![CDATA[]]><b/></a>"), infoset("<a><b/></a>"));
    assert_ne!(infoset("<a><![CDATA[c]]><b/></a>"), infoset("<a><b/></a>"));
}

#[test]
fn a_prefix_of_xmlns_is_declared_as_any_other() {
    let text = "<a z:xmlns='urn:a'/>";
    let error = Element::parse(text).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UndeclaredPrefix);
    assert!(Document::parse(text).is_ok() && is_stricter(text, &error));
    let other = "<a z:xmlnsx='urn:a'/>";
    assert!(!is_stricter(other, &Element::parse(other).unwrap_err()));
}

const SEEDS: &[&str] = &[
    "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<d:a xmlns:d=\"DAV:\"><d:b c='e'>f&amp;g</d:b></d:a>",
    "<a xmlns='urn:a' xmlns:x='urn:x' xmlns:y='urn:x' x:b='1' y:c=\"2\" xml:lang='en'><x:d/></a>",
    "<!-- a --><a>b<![CDATA[c]]>d<!-- e --><?f g?>&#65;&#x42;]]<b/></a><!-- h -->\n",
    "<a><b><c><d e='&lt;&#10;'/></c>\u{E9}\u{1F600}</b> \r\n <b></b ></a>",
];

const PIECES: &[&str] = &[
    "<",
    ">",
    "/",
    "/>",
    "</",
    "</a>",
    "<a>",
    "<b/>",
    "<d:b>",
    "=",
    "'",
    "\"",
    "&",
    ";",
    "&amp;",
    "&lt",
    "&#0;",
    "&#x1F600;",
    "&nope;",
    "<!--",
    "-->",
    "--",
    "<![CDATA[",
    "]]>",
    "]]",
    "<?",
    "?>",
    "<?xml version='1.0'?>",
    "<?p q?>",
    "<!DOCTYPE a>",
    "<!",
    "xmlns",
    "xmlns:x='urn:x'",
    " xmlns=''",
    " xmlns:x=''",
    " xmlns:x='urn:y'",
    " xml:lang='de'",
    "x:",
    ":",
    " b='c'",
    " c='d'",
    "\u{0}",
    "\u{7}",
    "\u{FFFE}",
    "\u{FEFF}",
    "\u{B7}",
    "\u{E9}",
    "\t",
    "\r",
    "\n",
    " ",
    "1",
    "-",
    ".",
];

/// A seed after some cuts, insertions and repetitions.
fn mutated() -> impl Strategy<Value = String> {
    let change = (
        any::<prop::sample::Index>(),
        0..4_usize,
        0..12_usize,
        0..PIECES.len(),
    );
    (0..SEEDS.len(), prop::collection::vec(change, 0..5)).prop_map(|(seed, changes)| {
        let mut chars: Vec<char> = SEEDS[seed].chars().collect();
        for (at, kind, length, piece) in changes {
            let at = at.index(chars.len() + 1);
            let end = (at + length).min(chars.len());
            match kind {
                0 => drop(chars.drain(at..end)),
                1 => {
                    let copy: Vec<char> = chars[at..end].to_vec();
                    chars.splice(at..at, copy);
                }
                _ => drop(chars.splice(at..at, PIECES[piece].chars())),
            }
        }
        chars.into_iter().collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20_000))]

    #[test]
    fn we_and_roxmltree_agree(text in mutated()) {
        let theirs = Document::parse(&text);
        match (Element::parse(&text), &theirs) {
            (Ok(element), Ok(_)) => {
                // XML 1.0, section 2.11; roxmltree leaves a `\r` before a reference as it is.
                let lines = text.replace("\r\n", "\n").replace('\r', "\n");
                let document = Document::parse(&lines).unwrap();
                prop_assert_eq!(infoset_inside(&element), infoset_of(document.root_element()));
                let children = document.root_element().children().filter(Node::is_element);
                prop_assert_eq!(children.clone().count(), element.children().count());
                for (theirs, ours) in children.zip(element.children()) {
                    prop_assert_eq!(infoset_inside(&ours), infoset_of(theirs));
                }
                let xml = "http://www.w3.org/XML/1998/namespace";
                let lang = document.root_element().attribute((xml, "lang"));
                prop_assert_eq!(element.lang(), lang.filter(|lang| !lang.is_empty()));
                prop_assert_eq!(&Element::parse(element.as_str()).unwrap(), &element);
            }
            (Err(_), Err(_)) => {}
            (Ok(_), Err(error)) => prop_assert!(false, "we accept: {error}"),
            (Err(error), Ok(_)) => {
                prop_assert!(is_stricter(&text, &error), "we refuse: {error}");
            }
        }
    }
}
